"""A parameter's value as a person wrote it, and the place where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import Problem, Where
from ..wording import shown
from .document import Document, Place


@dataclass(frozen=True)
class Sourced:
    """A value with its origin: the text that CloudFormation gets, and where it comes from."""

    value: str
    where: Where
    is_list: bool = False
    """Whether it was written as a YAML list; `value` is then its items, joined with commas."""


def read_values(document: Document, place: Place) -> Mapping[str, Sourced]:
    """Return the parameters written under a place; those that `check_values` refuses are left out."""
    values = document.at(*place)
    names = values if isinstance(values, dict) else {}
    found = {name: _sourced(document, (*place, name)) for name in names}
    return {name: value for name, value in found.items() if value}


def check_values(document: Document, place: Place) -> list[Problem]:
    """Refuse what cannot become the text of a parameter."""
    values = document.at(*place)
    names = values if isinstance(values, dict) else {}
    return [problem for name in names for problem in _refusals(document, (*place, name))]


def _sourced(document: Document, place: Place) -> Sourced | None:
    where = document.where(*place)
    if place in document.scalars:
        return Sourced(document.scalars[place].text, where)
    items = [document.scalars.get(item) for item in _items(document, place)]
    return Sourced(",".join(item.text for item in items if item), where, is_list=True)


def _items(document: Document, place: Place) -> list[Place]:
    value = document.at(*place)
    return [(*place, index) for index in range(len(value))] if isinstance(value, list) else []


def _refusals(document: Document, place: Place) -> Iterator[Problem]:
    value = document.at(*place)
    if isinstance(value, dict):
        hint = "write one value, or a list such as [a, b] where the parameter takes a list"
        yield Problem(document.where(*place), "has keys of its own, but a parameter is one value", hint)
    elif isinstance(value, list):
        for item in _items(document, place):
            yield from _wrong_item(document, item)
    else:
        yield from _wrong_text(document, place)


def _wrong_item(document: Document, place: Place) -> Iterator[Problem]:
    if place not in document.scalars:
        yield Problem(document.where(*place), "is not a single value", "a list holds only texts, such as [a, b]")
        return
    if "," in document.scalars[place].text:
        what = f"has a comma: {shown(document.scalars[place].text)}"
        yield Problem(document.where(*place), what, "items are joined with commas: make two items of it")
    yield from _wrong_text(document, place)


def _wrong_text(document: Document, place: Place) -> Iterator[Problem]:
    scalar = document.scalars[place]
    if scalar.value is None:
        written = f" ({scalar.text} is YAML's word for it)" if scalar.text else ""
        hint = f'remove the line, or write "{scalar.text}" in quotes if that text is meant'
        yield Problem(document.where(*place), f"has no value{written}", hint)
    if any(ord(character) < ord(" ") and character not in "\t\r\n" for character in scalar.text):
        yield Problem(document.where(*place), f"has a control character: {shown(scalar.text)}", "remove it")
