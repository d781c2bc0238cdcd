"""What operations and instances are called, in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from ..deployment import Instance, WantedStackSet
from ..operations import (
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)

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
        case UpdateStackSet(instances=instances):
            return f"{does}: {len(instances)} instances ({names(instances, named)})"
        case CreateInstances(area=area) | UpdateInstances(area=area) | DeleteInstances(area=area):
            return f"{does} {names(area.instances, named)}"
        case CreateStackSet() | DeleteStackSet():
            return does


def names(instances: Iterable[Instance], named: Places) -> str:
    """Return instances as a person calls them."""
    return ", ".join(named.get(place, str(place)) for place in instances)
