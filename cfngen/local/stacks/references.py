"""What a piece of a template refers to: parameters, resources and their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SUB_VARIABLE = re.compile(r"\$\{(!?)\s*([^}]*?)\s*\}")
"""A variable of Fn::Sub: `${Name}`, `${Resource.Attribute}`; `${!Name}` stands for itself without the mark."""


@dataclass(frozen=True)
class Reference:
    """A Ref (no attribute) or GetAtt of a name, whichever way it was written."""

    name: str
    attribute: str = ""


def references(value: Any) -> Iterator[Reference]:
    """Yield every reference in a piece of a template, in order, repeated as often as it stands there."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, argument in value.items():
            yield from _of_function(key, argument, alone=len(value) == 1)


def attribute_of(argument: Any) -> tuple[str, Any]:
    """Split the argument of Fn::GetAtt, `A.B.C` or `[A, B.C]`, into the resource's name and the attribute."""
    if isinstance(argument, str):
        name, _, attribute = argument.partition(".")
        return name, attribute
    if isinstance(argument, list) and len(argument) > 1:
        dotted = all(isinstance(part, str) for part in argument)
        return str(argument[0]), ".".join(argument[1:]) if dotted else argument[1]
    return "", ""


def variables_of(argument: Any) -> tuple[str, dict[str, Any]]:
    """Split the argument of Fn::Sub, a text or `[text, {name: value}]`, into the text and its own variables."""
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        return str(argument[0]), argument[1]
    return (argument, {}) if isinstance(argument, str) else ("", {})


def _of_function(key: str, argument: Any, *, alone: bool) -> Iterator[Reference]:
    if key == "Ref" and alone and isinstance(argument, str):
        yield Reference(argument)
    elif key == "Fn::GetAtt" and alone:
        name, attribute = attribute_of(argument)
        yield Reference(name, attribute if isinstance(attribute, str) else "*")
        yield from references(attribute)
    elif key == "Fn::Sub" and alone:
        yield from _of_sub(argument)
    else:
        yield from references(argument)


def _of_sub(argument: Any) -> Iterator[Reference]:
    text, own = variables_of(argument)
    for mark, name in SUB_VARIABLE.findall(text):
        if mark or name in own:
            continue
        if "." in name and "::" not in name:
            yield Reference(*attribute_of(name))
        else:
            yield Reference(name)
    yield from references(own)
