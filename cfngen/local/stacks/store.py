"""All stacks of the local AWS, by account and region, and what is remembered about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from ..query import ApiError
from .parameters import Parameter
from .records import STACK_TYPE, Event, Output, Resource, StackDrift
from .template import Template
from .world import World


@dataclass(frozen=True)
class Wanted:
    """What a stack is asked to be: checked, and ready to be carried out."""

    template: Template
    parameters: Mapping[str, Parameter]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How a stack was created, beside its template."""

    on_failure: str = "ROLLBACK"
    """`ROLLBACK`, `DELETE` or `DO_NOTHING`."""
    notification_arns: tuple[str, ...] = ()
    role_arn: str = ""
    timeout: int | None = None
    """Minutes; remembered, never enforced."""
    protected: bool = False
    """Whether termination protection is on."""
    parent_id: str = ""
    root_id: str = ""


@dataclass
class ChangeSet:
    """A change that was described before it is made, or instead."""

    id: str
    name: str
    created: datetime
    wanted: Wanted
    kind: str
    """`CREATE` or `UPDATE`."""
    description: str = ""
    status: str = "CREATE_PENDING"
    reason: str = ""
    execution: str = "UNAVAILABLE"
    changes: tuple[Mapping[str, Any], ...] = ()
    """As AWS lists them, without values."""
    valued: tuple[Mapping[str, Any], ...] = ()
    """The same with the values before and after."""
    with_children: bool = False
    """Whether nested stacks get change sets of their own."""
    children: tuple[str, ...] = ()
    """Ids of those change sets, at every depth."""
    parent_id: str = ""
    root_id: str = ""


@dataclass
class Stack:
    """A stack as it stands; changed by one operation at a time, read by anyone."""

    id: str
    name: str
    account: str
    region: str
    created: datetime
    wanted: Wanted
    settings: Settings = field(default_factory=Settings)
    status: str = ""
    reason: str = ""
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    """By id, those that were not deleted."""
    busy: RLock = field(default_factory=RLock, repr=False)
    """Held by the operation that changes the stack."""

    @property
    def present(self) -> dict[str, Resource]:
        """The resources that exist now."""
        return {name: each for name, each in dict(self.resources).items() if each.status != "DELETE_COMPLETE"}

    @property
    def moving(self) -> bool:
        """Whether an operation is under way."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True)
class Store:
    """Every stack there is or was, by id; safe to use from several threads."""

    stacks: dict[str, Stack] = field(default_factory=dict)
    drifts: dict[str, StackDrift] = field(default_factory=dict)
    """The last check of each stack that was checked, by the stack's id."""
    lock: RLock = field(default_factory=RLock)

    def add(self, stack: Stack) -> None:
        """Remember a new stack; raises AWS's `AlreadyExistsException` while one of its name lives there."""
        with self.lock:
            if self.find(stack.account, stack.region, stack.name):
                raise ApiError("AlreadyExistsException", f"Stack [{stack.name}] already exists")
            self.stacks[stack.id] = stack

    def discard(self, stack: Stack) -> None:
        """Forget a stack that never was more than a change set's."""
        with self.lock:
            self.stacks.pop(stack.id, None)

    def find(self, account: str, region: str, name_or_id: str) -> Stack | None:
        """Return a stack of an account and region: by name while it lives, by id for ever."""
        with self.lock:
            by_id = self.stacks.get(name_or_id)
            if by_id:
                return by_id if (by_id.account, by_id.region) == (account, region) else None
            return next(
                (each for each in self.of(account, region) if each.name == name_or_id and not each.deleted), None
            )

    def of(self, account: str, region: str) -> list[Stack]:
        """Return all stacks of an account and region, deleted ones among them, in the order of creation."""
        with self.lock:
            return [each for each in self.stacks.values() if (each.account, each.region) == (account, region)]


def set_status(stack: Stack, world: World, status: str, reason: str = "") -> None:
    """Change a stack's status and record it."""
    time = world.now()
    stack.events.append(Event(world.token(), time, stack.name, stack.id, STACK_TYPE, status, reason))
    stack.reason = reason
    if status == "DELETE_COMPLETE":
        stack.deleted = time
    stack.status = status


def record(stack: Stack, world: World, resource: Resource) -> None:
    """Record that a resource of a stack came into the status that it has."""
    event = Event(
        id=f"{resource.logical_id}-{world.token()}",
        time=resource.changed or world.now(),
        logical_id=resource.logical_id,
        physical_id=resource.physical_id,
        type=resource.type,
        status=resource.status,
        reason=resource.reason,
        properties=resource.properties,
    )
    stack.events.append(event)


def history(stack: Stack) -> list[Event]:
    """Return a stack's events, newest first."""
    return stack.events[::-1]
