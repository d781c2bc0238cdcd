"""What the store remembers about a stack: its resources, events and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STACK_TYPE = "AWS::CloudFormation::Stack"
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What stands in a forecast for a value that only the change itself will show."""


@dataclass(frozen=True)
class Resource:
    """A resource as it stands: what the template says about it, and what exists."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    """Its entry in the template, with conditions decided."""
    needs: frozenset[str]
    """Logical ids that it was made after, and is removed before."""
    physical_id: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Resolved properties as given to the handler, but for dynamic references, which stay as they are written."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    status: str = ""
    reason: str = ""
    changed: datetime | None = None


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    id: str
    time: datetime
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """A property that is not as the template wants it."""

    path: str
    """`/Property`."""
    expected: Any
    actual: Any


@dataclass(frozen=True)
class ResourceDrift:
    """What a check found of a resource: IN_SYNC, MODIFIED, DELETED, NOT_CHECKED or UNKNOWN with a reason."""

    resource: Resource
    status: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""

    @property
    def drifted(self) -> bool:
        """Whether it is not as wanted."""
        return self.status in ("MODIFIED", "DELETED")


@dataclass(frozen=True)
class StackDrift:
    """The last check of a stack."""

    id: str
    stack_id: str
    time: datetime
    resources: tuple[ResourceDrift, ...]

    @property
    def status(self) -> str:
        """DRIFTED if one resource is, else IN_SYNC."""
        return "DRIFTED" if any(each.drifted for each in self.resources) else "IN_SYNC"


@dataclass(frozen=True)
class Output:
    """A value that a stack gives."""

    key: str
    value: str
    description: str = ""
    export: str = ""
