"""The few helpers that make a handler short: calling a service with a resource's properties.

CloudFormation's properties mostly carry the names of the service's own API, but any scalar may come as text (`"5"`,
`"true"`), and documents come as objects. `send` reads the service's model to put that right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from .handler import Request

Properties = Mapping[str, Any]

_GONE = re.compile(r"NotFound|NoSuch|NotExist|Non[Ee]xist|NotAttached|^InvalidDocument$|^404$")
_GONE_MESSAGE = re.compile(r"not found|does not exist|no such", re.IGNORECASE)


def send(call: Callable[..., Any], properties: Properties | None = None, /, **own: Any) -> Any:
    """Call a boto3 client's method with those of `properties` that it takes, and with `own` as they are.

    Properties are matched by name (in any case of the letters) and turned into the types of the service's model:
    text into numbers and booleans, objects into JSON where the service wants text. What it does not take is left out.
    """
    client, method = call.__self__, call.__name__  # type: ignore[attr-defined] # a client's methods are bound
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    fitting = fit(operation.input_shape, properties or {}) if properties else {}
    return call(**{**fitting, **own})


def fit(shape: Any, value: Any) -> Any:
    """Return `value` in the type and spelling of a shape of botocore's model."""
    if shape.type_name == "structure":
        members = {name.lower(): name for name in shape.members}
        known = ((members.get(key.lower()), each) for key, each in value.items())
        return {name: fit(shape.members[name], each) for name, each in known if name}
    if shape.type_name == "list":
        return [fit(shape.member, each) for each in (value if isinstance(value, list | tuple) else [value])]
    if shape.type_name == "map":
        return {str(key): fit(shape.value, each) for key, each in value.items()}
    return _scalar(shape.type_name, value)


def _scalar(type_name: str, value: Any) -> Any:
    if type_name == "string":
        return text(value)
    if type_name == "boolean":
        return truth(value)
    if type_name in ("integer", "long"):
        return int(float(value))
    if type_name in ("float", "double"):
        return float(value)
    return value.encode() if type_name == "blob" and isinstance(value, str) else value


def gone(call: Callable[..., Any], properties: Properties | None = None, /, **own: Any) -> None:
    """Call a method that removes something, as `send` does; what is not there any more counts as removed."""
    with forgiving():
        send(call, properties, **own)


@contextmanager
def forgiving() -> Iterator[None]:
    """Let a service say that a thing does not exist: it was to be removed anyway."""
    try:
        yield
    except ClientError as error:
        if not is_gone(error):
            raise


def is_gone(error: ClientError) -> bool:
    """Return whether a service says that a thing does not exist."""
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    return bool(_GONE.search(code) or (code.startswith("Validation") and _GONE_MESSAGE.search(message)))


def text(value: Any) -> str:
    """Return a property as text: documents as JSON, booleans as AWS spells them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def truth(value: Any) -> bool:
    """Return a property as a boolean, whether it came as one or as text."""
    return str(value).lower() == "true"


def pick(properties: Properties, *names: str) -> dict[str, Any]:
    """Return those of `names` that are given."""
    return {name: properties[name] for name in names if name in properties}


def leave(properties: Properties, *names: str) -> dict[str, Any]:
    """Return the properties without `names`."""
    return {name: value for name, value in properties.items() if name not in names}


def changed(request: Request, *names: str) -> dict[str, Any]:
    """Return those of `names` that are given and differ from before."""
    return {n: v for n, v in pick(request.properties, *names).items() if request.before.get(n) != v}


def attributes(properties: Properties, *names: str) -> dict[str, str | list[str]]:
    """Return properties that `GetAtt` repeats, as text or lists of text."""
    return {n: list(map(text, v)) if isinstance(v, list) else text(v) for n, v in pick(properties, *names).items()}


def short(name: str, limit: int) -> str:
    """Return a generated name cut to `limit` characters, its unique end kept, as CloudFormation does."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 13].rstrip('-')}-{name[-12:]}"


def tag_map(properties: Properties) -> dict[str, str]:
    """Return tags as a mapping, from a list of keys and values or from a mapping."""
    tags = properties.get("Tags") or {}
    return {k: text(v) for k, v in (tags if isinstance(tags, dict) else {t["Key"]: t["Value"] for t in tags}).items()}


def tag_list(properties: Properties) -> list[dict[str, str]]:
    """Return tags as a list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tag_map(properties).items()]


def dropped_tags(request: Request) -> list[str]:
    """Return the keys of tags that were there before and are not any more."""
    return sorted(tag_map(request.before).keys() - tag_map(request.properties).keys())


def new_tags(request: Request) -> list[dict[str, str]]:
    """Return the tags that are new or have a new value."""
    old = tag_map(request.before)
    return [tag for tag in tag_list(request.properties) if old.get(tag["Key"]) != tag["Value"]]


def named(request: Request, prop: str, limit: int = 255) -> str:
    """Return the physical name: the one that a property gives, or the generated one."""
    return str(request.properties.get(prop) or short(request.name, limit))
