"""What operations and instances are called, in a line."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import assert_never

from ..deployment import Instance, WantedStackSet
from ..planning.operations import (
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)
from ..wording import LONGEST, shown

MOST_NAMES = 24
"""Instances that a line names."""

Places = Mapping[Instance, str]
"""What a person calls an instance: `eu/eu-west-1`."""


def places(wanted: Iterable[WantedStackSet]) -> dict[Instance, str]:
    """Return the target that each instance is, in words."""
    return {instance: str(target) for item in wanted for instance, target in item.targets.items()}


def sign(operation: Operation) -> str:
    """Return the character of what an operation does: `+`, `~`, `-`, or a space."""
    match operation:
        case CreateStackSet() | CreateInstances():
            return "+"
        case DeleteInstances() | DeleteStackSet():
            return "-"
        case UpdateStackSet() | UpdateInstances():
            return "~"
        case UploadTemplates():
            return " "
        case _:
            assert_never(operation)


def verb(operation: Operation) -> str:
    """Return what an operation does, in a word or two."""
    match operation:
        case UploadTemplates():
            return "upload templates"
        case CreateStackSet():
            return "create stack set"
        case UpdateStackSet():
            return "update stack set"
        case CreateInstances():
            return "create"
        case UpdateInstances():
            return "update"
        case DeleteInstances():
            return "delete"
        case DeleteStackSet():
            return "delete stack set"
        case _:
            assert_never(operation)


def head(operation: Operation, named: Places) -> str:
    """Return what an operation does to what, in a line."""
    does = verb(operation)
    match operation:
        case UploadTemplates(uploads):
            return f"{does}: {', '.join(upload.key.rpartition('/')[2] for upload in uploads)}"
        case UpdateStackSet():
            return f"{does} {_reach(operation, named)}"
        case CreateInstances(area=area) | UpdateInstances(area=area) | DeleteInstances(area=area):
            return f"{does} {names(area.instances, named)}"
        case CreateStackSet() | DeleteStackSet():
            return does


def _reach(operation: UpdateStackSet, named: Places) -> str:
    """Return which instances an update of a stack set reaches; the canary's comes first and says so."""
    instances = operation.instances
    if operation.canary:
        return f"in {names(instances, named)}, the canary"
    if operation.area is None and len(instances) > 1:
        return f"in all {len(instances):,} instances"
    return f"in {names(instances, named)}" if instances else "without instances"


def names(instances: Iterable[Instance], named: Places) -> str:
    """Return instances as a person calls them; of very many the first few."""
    every = list(instances)
    cut = every if len(every) <= MOST_NAMES else every[: MOST_NAMES // 2]
    more = f" and {len(every) - len(cut):,} more" if cut is not every else ""
    return ", ".join(named.get(place, str(place)) for place in cut) + more


def change(before: str | None, after: str | None) -> str:
    """Return `old → new` in a line: of texts with many lines the first that differ, of long ones where they differ."""
    if before is not None and after is not None:
        before, after, where = _first_difference(before, after)
        return f"{where}{_cut(before, after)} → {_cut(after, before)}"
    return f"{_value(before)} → {_value(after)}"


def _first_difference(before: str, after: str) -> tuple[str, str, str]:
    """Return the first lines of two texts that differ, and where they are."""
    if "\n" not in before + after:
        return before, after, ""
    old, new = before.splitlines(), after.splitlines()
    pairs = itertools.zip_longest(old, new, fillvalue="")
    end = (len(new), ("its last line ends", "otherwise"))
    number, (one, other) = next(((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), end)
    return one.strip(), other.strip(), f"line {number} of {len(new)}: "


def _cut(text: str, other: str) -> str:
    """Return a long text from where it begins to differ from another."""
    if len(text) <= LONGEST:
        return shown(text) if text else "(none)"
    start = next((n for n, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), len(other))
    return shown(text) if start < LONGEST // 2 else f"…{shown(text[start - 8 :])}"


def _value(text: str | None) -> str:
    return "(none)" if text in (None, "") else shown(text)
