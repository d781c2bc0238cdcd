"""CloudFormation's wire format, the query protocol: requests read and answers written by AWS's own model.

A request is a form (`Action=CreateStack&Parameters.member.1.ParameterKey=…`), an answer is XML. Names, types and
constraints come from botocore's service model, so an action needs no code here.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import base64
import functools
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

_Tree = dict[str, Any]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class ApiError(Exception):
    """An error that the service answers a request with."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@functools.cache
def model() -> ServiceModel:
    """Return AWS's description of CloudFormation's API."""
    return ServiceModel(Loader().load_service_model("cloudformation", "service-2"), "cloudformation")


def parse(body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the action and its parameters, typed as in the model.

    A list that is named but empty is `[]`, one that is absent has no key: AWS tells them apart. Raises `ApiError`:
    `InvalidAction`, or `ValidationError` with every constraint of the model that is broken.
    """
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    action, version = form.pop("Action", ""), form.pop("Version", model().api_version)
    if action not in model().operation_names:
        raise ApiError("InvalidAction", f"Could not find operation {action} for version {version}")
    shape = model().operation_model(action).input_shape
    if shape is None:
        return action, {}
    parameters: dict[str, Any] = _read(shape, _tree(form), "")
    _require_valid(shape, parameters)
    return action, parameters


def respond(action: str, result: Mapping[str, Any]) -> bytes:
    """Return the XML of a successful answer; members that are `None` are left out, unknown ones are a `KeyError`."""
    shape = model().operation_model(action).output_shape
    content = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{action}Result")
        content = f"<{wrapper}>{''.join(_write(shape, result))}</{wrapper}>"
    metadata = f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
    return f'<{action}Response xmlns="{_namespace()}">{content}{metadata}</{action}Response>'.encode()


def error(code: str, message: str, status: int = 400) -> bytes:
    """Return the XML of an error; below 500 it is the sender's fault."""
    fault = "Sender" if status < 500 else "Receiver"
    content = f"<Type>{fault}</Type><Code>{_text(code)}</Code><Message>{_text(message)}</Message>"
    identity = f"<RequestId>{uuid.uuid4()}</RequestId>"
    return f'<ErrorResponse xmlns="{_namespace()}"><Error>{content}</Error>{identity}</ErrorResponse>'.encode()


def _namespace() -> str:
    return str(model().metadata["xmlNamespace"])


def _tree(form: Mapping[str, str]) -> _Tree:
    """Nest `A.member.1.B=x` as `{"A": {"member": {"1": {"B": "x"}}}}`; a leaf's own text is under `""`."""
    tree: _Tree = {}
    for name, value in form.items():
        node = tree
        for part in name.split("."):
            node = node.setdefault(part, {})
        node[""] = value
    return tree


def _read(shape: Shape, node: _Tree, path: str) -> Any:
    if isinstance(shape, StructureShape):
        members = shape.members.items()
        return {name: _read(member, node[name], f"{path}.{name}") for name, member in members if name in node}
    if isinstance(shape, ListShape):
        return [_read(shape.member, item, f"{path}.{number}.member") for number, item in _numbered(node, "member")]
    if isinstance(shape, MapShape):
        items = [item for _, item in _numbered(node, "entry")]
        return {_read(shape.key, item["key"], path): _read(shape.value, item["value"], path) for item in items}
    return _scalar(shape, node.get("", ""), path)


def _numbered(node: _Tree, name: str) -> list[tuple[str, _Tree]]:
    items: _Tree = node.get(name, {})
    return [(number, items[number]) for number in sorted(filter(str.isdecimal, items), key=int)]


def _scalar(shape: Shape, text: str, path: str) -> Any:
    try:
        match shape.type_name:
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "timestamp":
                return datetime.fromisoformat(text)
            case "blob":
                return base64.b64decode(text)
            case _:
                return text
    except (KeyError, ValueError) as problem:
        raise ApiError("MalformedInput", f"Value '{text}' at '{_spelt(path)}' is not a {shape.type_name}") from problem


def _require_valid(shape: StructureShape, parameters: Mapping[str, Any]) -> None:
    """Raise AWS's `ValidationError`, which counts and joins everything that breaks the model's constraints."""
    found = list(_violations(shape, parameters, ""))
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise ApiError("ValidationError", f"{len(found)} validation {noun} detected: {'; '.join(found)}")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield _violated("null", f"{path}.{name}", "Member must not be null")
        for name, member in value.items():
            yield from _violations(shape.members[name], member, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        yield from _size_violations(shape, value, path)
        for number, member in enumerate(value, 1):
            yield from _violations(shape.member, member, f"{path}.{number}.member")
    elif isinstance(value, str):
        yield from _size_violations(shape, value, path)
        yield from _text_violations(shape, value, path)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _range_violations(shape, value, path)


def _size_violations(shape: Shape, value: str | list[Any], path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        yield _violated(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and len(value) > high:
        yield _violated(value, path, f"Member must have length less than or equal to {high}")


def _range_violations(shape: Shape, value: int, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _violated(value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _violated(value, path, f"Member must have value less than or equal to {high}")


def _text_violations(shape: Shape, value: str, path: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield _violated(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _violated(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def _violated(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value == "null" else f"'{str(value)[:200]}'"
    return f"Value {shown} at '{_spelt(path)}' failed to satisfy constraint: {constraint}"


def _spelt(path: str) -> str:
    """Spell a path as AWS's messages do: `.StackSetName` is `stackSetName`."""
    return ".".join(part[:1].lower() + part[1:] for part in path.strip(".").split("."))


def _write(shape: Shape, value: Any) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            if member is not None:
                yield from _element(name, shape.members[name], member)
    elif isinstance(shape, ListShape):
        for member in value:
            yield from _element("member", shape.member, member)
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            pair = (*_element("key", shape.key, key), *_element("value", shape.value, member))
            yield f"<entry>{''.join(pair)}</entry>"
    else:
        yield _text(value)


def _element(name: str, shape: Shape, value: Any) -> Iterator[str]:
    yield f"<{name}>"
    yield from _write(shape, value)
    yield f"</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    # A parser turns a bare carriage return into a line feed, which would change a template's hash.
    return escape(_NOT_XML.sub("\ufffd", str(value)), {"\r": "&#13;"})
