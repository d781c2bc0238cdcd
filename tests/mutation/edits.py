"""Edits: a nested structure with one place changed, the rest shared with the original."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

GONE = object()
"""Stands for a value that is deleted."""

NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True)
class Swap:
    """Stands for another key with another value, in place of the one at the path."""

    key: str
    value: Any


def edited(value: Any, path: Path, new: Any) -> Any:
    """Return a structure with what is at a path replaced, deleted (`GONE`) or swapped for another key.

    A path may lead on into a text of JSON.
    """
    if isinstance(value, str):
        return json.dumps(edited(json.loads(value), path, new))
    step, *rest = path
    if isinstance(value, list):
        assert isinstance(step, int)
        if rest:
            return [*value[:step], edited(value[step], tuple(rest), new), *value[step + 1 :]]
        return [*value[:step], *([] if new is GONE else [new]), *value[step + 1 :]]
    if rest:
        return {**value, step: edited(value[step], tuple(rest), new)}
    others = {key: each for key, each in value.items() if key != step}
    if new is GONE:
        return others
    return {**others, new.key: new.value} if isinstance(new, Swap) else {**value, step: new}


def is_function(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::", "Condition"))


def keys_of(path: Path) -> tuple[str, ...]:
    """Return the names on a path, without positions in lists and functions."""
    return tuple(step for step in path if isinstance(step, str) and not step.startswith("Fn::"))


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every place of a structure, itself first."""
    yield path, value
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield from walk(inner, (*path, step))
