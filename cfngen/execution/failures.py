"""Why an instance failed: the first real failure among a stack's events, and AWS's summary of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

STACK_TYPE = "AWS::CloudFormation::Stack"

_BEGINNINGS = frozenset(("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"))
"""Of the stack itself: here an operation began. Rollbacks and clean-ups belong to it."""

_ECHO = re.compile(r"Resource (creation|update|deletion) cancelled", re.IGNORECASE)
"""What AWS says of a resource that was only caught up in another's failure."""

_SUMMARY = re.compile(
    r"ResourceLogicalId:(?P<id>\w+), ResourceType:(?P<type>\S+), ResourceStatusReason:(?P<why>.+?)\.?$"
)
"""How StackSets sums up a failure in the reason of an instance."""


class StackEvent(NamedTuple):
    """A line of a stack's history, as DescribeStackEvents tells it."""

    stack_id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str = ""
    at: float = 0
    """Seconds since 1970, 0 where nobody knows."""

    @property
    def of_the_stack(self) -> bool:
        """Whether it is about the stack itself and not about a resource in it."""
        return self.physical_id == self.stack_id

    @property
    def nested(self) -> str:
        """The id of the nested stack that the event is about, '' where it is about none."""
        return self.physical_id if self.type == STACK_TYPE and not self.of_the_stack else ""


class Failure(NamedTuple):
    """The first resource that failed, as deep in the nested stacks as it could be followed, and AWS's reason."""

    reason: str
    logical_id: str = ""
    type: str = ""
    stack: str = ""
    """Name of the stack that the resource is in."""
    layer: str = ""

    def __str__(self) -> str:
        where = f"{self.layer}.{self.logical_id}" if self.layer else self.logical_id
        resource = f"{where} ({self.type})" if self.type else where
        place = f"stack {self.stack}" if self.stack else ""
        return ": ".join(part for part in (place, resource, self.reason or "failed without a reason") if part)


def summarized(reason: str) -> Failure:
    """Return the failure that an instance's own reason tells, which names at most one resource."""
    found = _SUMMARY.match(reason)
    return Failure(found["why"], found["id"], found["type"]) if found else Failure(reason)


def latest(events: Iterable[StackEvent], since: float = 0) -> Sequence[StackEvent]:
    """Return the events of a stack's latest operation, newest first; none where it began before `since`.

    `events` are newest first, as AWS lists them, and are read no further than needed. What failed in older
    operations is another story: a refused update or a missing role leaves no event at all. Only the clean
    deletion of what could not be created tells nothing, and belongs to that creation.
    """
    operations = _operations(events)
    found = next(operations, ())
    if found and found[-1].status == "DELETE_IN_PROGRESS" and not _failed(found):
        before = next(operations, ())
        found = before if before and before[-1].status == "CREATE_IN_PROGRESS" else found
    return () if found and 0 < found[-1].at < since else found


def first_failed(operation: Sequence[StackEvent]) -> StackEvent | None:
    """Return the event of the first real failure in an operation of a stack, whose events are newest first.

    A resource that was merely cancelled is not the cause; where no resource failed, the stack's own failure
    is returned.
    """
    failed = _failed(operation)
    resources = [event for event in failed if not event.of_the_stack]
    real = [event for event in resources if not is_echo(event.reason)]
    return next((found[-1] for found in (real, resources, failed) if found), None)


def failure_of(event: StackEvent, layer: str) -> Failure:
    """Return what an event says, in a stack of a layer ('' for the root)."""
    return Failure(event.reason, event.logical_id, event.type, stack_name(event.stack_id), layer)


def is_echo(reason: str) -> bool:
    """Whether a resource was only caught up in another's failure."""
    return bool(_ECHO.search(reason))


def stack_name(stack_id: str) -> str:
    """Return the name in a stack's ARN."""
    return stack_id.split("/")[1] if "/" in stack_id else stack_id


def layer_of(logical_id: str) -> str:
    """Return the layer that a nested stack of a root is made from: `SecurityHub` is `security_hub`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id).lower()


def _failed(operation: Sequence[StackEvent]) -> list[StackEvent]:
    return [event for event in operation if event.status.endswith("_FAILED")]


def _operations(events: Iterable[StackEvent]) -> Iterator[Sequence[StackEvent]]:
    """Yield the events of each operation, the latest operation first, its events newest first."""
    operation: list[StackEvent] = []
    for event in events:
        operation.append(event)
        if event.of_the_stack and event.status in _BEGINNINGS:
            yield operation
            operation = []
    if operation:
        yield operation
