"""Values of CloudFormation expressions as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..expressions.values import Reference, Text, Unknown, Value, as_text, is_literal


def shown(value: Value) -> str:
    """Return a value in one line: references by layer and logical id, structures as JSON."""
    if is_literal(value):
        return as_text(value)
    if isinstance(value, Reference):
        return _name(value)
    if isinstance(value, Text):
        return "".join(each if isinstance(each, str) else "{" + shown(each) + "}" for each in value.pieces)
    if isinstance(value, Unknown):
        return str(value)
    return json.dumps(_plain(value), ensure_ascii=False)


def lines(value: Value) -> tuple[str, ...]:
    """Return a list as a line each, anything else as one."""
    return tuple(map(shown, value)) if isinstance(value, list) else (shown(value),)


def _name(reference: Reference) -> str:
    layer = reference.stack.rpartition("/")[2]
    suffix = "" if reference.attribute == "Ref" else f".{reference.attribute}"
    return f"{layer}.{reference.logical_id}{suffix}"


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return as_text(value) if is_literal(value) else shown(value) if value is not None else None
