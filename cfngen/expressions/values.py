"""Values of CloudFormation expressions, as far as they are known before anything is deployed.

A value is a string, number, boolean, list or mapping; or a `Reference` to what a resource will turn
out to be, a `Text` with references in it, or `Unknown`. References keep their identity while they
travel through outputs, joins and parameters, so that a proof can follow a subnet into a fleet.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class _Nothing(enum.Enum):
    NO_VALUE = "AWS::NoValue"


NO_VALUE = _Nothing.NO_VALUE
"""What `AWS::NoValue` stands for: the property, or the item, is left out."""


@dataclass(frozen=True)
class Unknown:
    """A value that nobody can know yet, and why."""

    why: str

    def __str__(self) -> str:
        return f"({self.why})"


@dataclass(frozen=True, order=True)
class Reference:
    """What `Ref` or `Fn::GetAtt` to a resource will give: equal references are equal values."""

    stack: str
    logical_id: str
    attribute: str = "Ref"

    @property
    def resource(self) -> tuple[str, str]:
        """The resource referred to: its stack and its logical id."""
        return self.stack, self.logical_id

    def __str__(self) -> str:
        suffix = "" if self.attribute == "Ref" else f".{self.attribute}"
        return f"{self.stack}.{self.logical_id}{suffix}"


Piece = str | Reference | Unknown


@dataclass(frozen=True)
class Text:
    """A string of which some pieces are not known yet."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))


Value = Any
"""A literal, list, mapping, `Reference`, `Text`, `Unknown` or `NO_VALUE`."""


def is_literal(value: Value) -> bool:
    """Whether a value is one string, number or boolean that is wholly known."""
    return isinstance(value, str | int | float | bool)


def as_text(value: Value) -> str:
    """Return a literal as CloudFormation compares and passes it: `true`, `2`, `text`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def pieces(value: Value) -> tuple[Piece, ...]:
    """Return the pieces that a value contributes to a string."""
    if isinstance(value, Text):
        return value.pieces
    if isinstance(value, Reference | Unknown):
        return (value,)
    if value is NO_VALUE:
        return ()
    return (as_text(value),) if is_literal(value) else (Unknown("a list or mapping within a text"),)


def text(parts: Iterable[Piece]) -> Value:
    """Return pieces as one value: a string where all are known, a single piece as itself."""
    merged: list[Piece] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else Text(tuple(merged))


def join(delimiter: str, values: Iterable[Value]) -> Value:
    """Return values as one string with a delimiter between them."""
    parts: list[Piece] = []
    for number, value in enumerate(values):
        parts += [delimiter, *pieces(value)] if number else pieces(value)
    return text(parts)


def split(delimiter: str, value: Value) -> Value:
    """Return the parts of a string; references in it stay whole, an unknown one stays unknown."""
    if isinstance(value, Unknown) or not delimiter:
        return value
    parts: list[list[Piece]] = [[]]
    for piece in pieces(value):
        first, *rest = piece.split(delimiter) if isinstance(piece, str) else [piece]
        parts[-1].append(first)
        parts += [[each] for each in rest]
    return [text(part) for part in parts]


def parameter_values(body: Mapping[str, Any], given: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return each parameter's value: given, else the default, else unknown; lists as lists."""
    declared = {name: each for name, each in (body.get("Parameters") or {}).items() if isinstance(each, Mapping)}
    return {name: _typed(declaration, given, name) for name, declaration in declared.items()}


def is_list_type(kind: str) -> bool:
    """Whether a parameter type is a list, be it looked up in SSM."""
    return "List<" in kind or "CommaDelimitedList" in kind


def _typed(declaration: Mapping[str, Any], given: Mapping[str, Value], name: str) -> Value:
    value = given.get(name, declaration.get("Default", Unknown(f"{name} has no value")))
    if is_literal(value):
        value = as_text(value)
    if not is_list_type(str(declaration.get("Type"))) or isinstance(value, list):
        return value
    items = split(",", value)
    return [each.strip() if isinstance(each, str) else each for each in items] if isinstance(items, list) else items


def references(value: Value) -> Iterator[Reference]:
    """Yield every reference in a value, however deep."""
    return (piece for piece in _pieces(value) if isinstance(piece, Reference))


def unknowns(value: Value) -> Iterator[Unknown]:
    """Yield every unknown in a value, however deep."""
    return (piece for piece in _pieces(value) if isinstance(piece, Unknown))


def _pieces(value: Value) -> Iterator[Value]:
    """Yield what has no parts, in a value, its lists and keys, and its texts."""
    if isinstance(value, Text):
        yield from value.pieces
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _pieces(each)
    elif isinstance(value, list):
        for each in value:
            yield from _pieces(each)
    else:
        yield value
