"""Removing resources, in the reverse of the order in which they were made, as their policies say.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .failure import ResourceError
from .maker import delete
from .order import in_order
from .records import STACK_TYPE, Resource
from .store import Stack, record
from .world import World

DeleteChild = Callable[[str], None]
"""Deletes the nested stack of an id; raises `ResourceError`."""


class Occasion(enum.Enum):
    """Why resources are removed; it decides which policy speaks."""

    DELETION = "deletion"
    """The stack is deleted, or the template names the resource no longer."""
    REPLACEMENT = "replacement"
    """Another resource has taken its place."""
    UNDOING = "undoing"
    """The operation that made it failed."""


@dataclass(frozen=True)
class Doomed:
    """A resource that is to go, and why."""

    resource: Resource
    occasion: Occasion


def remove(world: World, stack: Stack, doomed: Mapping[str, Doomed], delete_child: DeleteChild) -> list[str]:
    """Remove resources and return the logical ids of those that could not be; what these need is left alone.

    `stack.resources` is brought up to date where it holds the very resource that is removed.
    """
    failed: list[str] = []
    kept: set[str] = set()
    needed_by = _needed_by(doomed)
    for name in reversed(in_order({name: each.resource.needs for name, each in doomed.items()})):
        if kept.intersection(needed_by.get(name, ())):
            kept.add(name)
        elif not _remove(world, stack, doomed[name], delete_child):
            kept.add(name)
            failed.append(name)
    return failed


def retains(resource: Resource, occasion: Occasion) -> bool:
    """Return whether a resource's policy keeps it on this occasion."""
    attribute = "UpdateReplacePolicy" if occasion is Occasion.REPLACEMENT else "DeletionPolicy"
    policy = resource.body.get(attribute, "Delete")
    return policy == "Retain" or (policy == "RetainExceptOnCreate" and occasion is not Occasion.UNDOING)


def _remove(world: World, stack: Stack, doomed: Doomed, delete_child: DeleteChild) -> bool:
    resource, occasion = doomed.resource, doomed.occasion
    if not resource.physical_id:
        _note(world, stack, resource, "DELETE_COMPLETE")
        return True
    if retains(resource, occasion):
        _note(world, stack, resource, "DELETE_SKIPPED")
        return True
    _note(world, stack, resource, "DELETE_IN_PROGRESS")
    try:
        if resource.type == STACK_TYPE:
            delete_child(resource.physical_id)
        else:
            delete(world, stack, resource, snapshot=_takes_snapshot(resource, occasion))
    except ResourceError as error:
        _note(world, stack, resource, "DELETE_FAILED", error.reason)
        return False
    _note(world, stack, resource, "DELETE_COMPLETE")
    return True


def _takes_snapshot(resource: Resource, occasion: Occasion) -> bool:
    attribute = "UpdateReplacePolicy" if occasion is Occasion.REPLACEMENT else "DeletionPolicy"
    return resource.body.get(attribute) == "Snapshot" and occasion is not Occasion.UNDOING


def _note(world: World, stack: Stack, resource: Resource, status: str, reason: str = "") -> None:
    noted = replace(resource, status=status, reason=reason, changed=world.now())
    current = stack.resources.get(resource.logical_id)
    there = (resource.physical_id, resource.properties)
    if current is not None and (current.physical_id, current.properties) == there:  # else another took its place
        stack.resources[resource.logical_id] = noted
    record(stack, world, noted)


def _needed_by(doomed: Mapping[str, Doomed]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, each in doomed.items():
        for need in each.resource.needs:
            found.setdefault(need, []).append(name)
    return found
