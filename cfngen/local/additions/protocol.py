"""AWS's two JSON protocols, as far as the operations that are added here need them: by botocore's models."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from botocore.model import OperationModel, ServiceModel

from ..clients import session
from .store import Store

Params = Mapping[str, Any]
Operation = Callable[[Store, Params], Mapping[str, Any] | None]
"""What an operation does: given what is kept of its account and region, and the request's parameters."""


class Refused(Exception):  # noqa: N818, it is the service's answer
    """A service refuses a request: the code and the words of its error."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class Request(NamedTuple):
    """An operation and its parameters, by the names of the service's model."""

    operation: str
    params: Params


def not_found(what: str, name: str) -> Refused:
    """Return the refusal for a thing that does not exist."""
    return Refused("ResourceNotFoundException", f"{what} {name} does not exist", 404)


def request_of(service: str, environ: Mapping[str, Any], body: bytes) -> Request | None:
    """Return what a request asks of a service, or None if it fits no operation."""
    given = json.loads(body or b"{}")
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return Request(target.rpartition(".")[2], given)
    query = parse_qs(str(environ.get("QUERY_STRING", "")))
    path = str(environ.get("RAW_URI") or environ.get("PATH_INFO", "")).partition("?")[0]
    for operation, method, pattern in _routes(service):
        match = pattern.fullmatch(path)
        if match and method == environ.get("REQUEST_METHOD"):
            return Request(operation.name, {**given, **_located(operation, match.groupdict(), query)})
    return None


def as_json(result: Mapping[str, Any] | None) -> bytes:
    """Return a result as a service writes it; times as seconds."""
    return json.dumps(result or {}, default=_written).encode()


def _written(value: object) -> object:
    return value.timestamp() if isinstance(value, datetime) else str(value)


@cache
def _routes(service: str) -> tuple[tuple[OperationModel, str, re.Pattern[str]], ...]:
    """Return each operation with its method and path, the longest path first."""
    model: ServiceModel = session().client(service, region_name="us-east-1").meta.service_model
    operations = [model.operation_model(name) for name in model.operation_names]
    paths = [(each, each.http["method"], each.http["requestUri"].partition("?")[0]) for each in operations]
    return tuple(
        (each, method, _pattern(uri))
        for each, method, uri in sorted(paths, key=lambda path: len(path[2]), reverse=True)
    )


def _pattern(uri: str) -> re.Pattern[str]:
    """Return a path such as `/tags/{ResourceArn+}` as a pattern; a part is anything but a slash, with `+` anything."""
    parts = re.split(r"\{(\w+)(\+?)\}", uri.rstrip("/"))
    text = re.escape(parts[0])
    for name, plus, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        text += f"(?P<{name}>{'.+' if plus else '[^/]+'}){re.escape(rest)}"
    return re.compile(f"{text}/?")


def _located(operation: OperationModel, path: Mapping[str, str], query: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the parameters that are in the address, by the names that the model gives them."""
    found: dict[str, Any] = {}
    for name, shape in operation.input_shape.members.items() if operation.input_shape else ():
        place, key = shape.serialization.get("location"), shape.serialization.get("name", name)
        if place == "uri":
            found[name] = unquote(path[key])
        elif place == "querystring" and key in query:
            found[name] = query[key] if shape.type_name == "list" else query[key][0]
    return found
