"""Drift as data: what is not as its template wants it, in which layer of which instance. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..deployment import Instance

DRIFTED = ("MODIFIED", "DELETED")


@dataclass(frozen=True)
class PropertyDrift:
    """A property that differs, with the value of the template and the one that is there."""

    path: str
    expected: str
    actual: str


@dataclass(frozen=True)
class ResourceDrift:
    """A resource that was checked: IN_SYNC, MODIFIED, DELETED, NOT_CHECKED or UNKNOWN."""

    layer: str
    """Empty for a resource of the root."""
    logical_id: str
    type: str
    physical_id: str
    status: str
    properties: tuple[PropertyDrift, ...] = ()

    @property
    def name(self) -> str:
        """The resource as people write it, `layer.LogicalId`."""
        return f"{self.layer}.{self.logical_id}" if self.layer else self.logical_id


@dataclass(frozen=True)
class InstanceDrift:
    """An instance's root stack and all nested stacks after a check; `problem` says what could not be checked, and why.

    Where it was only a part, `resources` are the others.
    """

    bundle: str
    place: Instance
    resources: tuple[ResourceDrift, ...] = ()
    problem: str = ""

    @property
    def drifted(self) -> tuple[ResourceDrift, ...]:
        """The resources that are not as wanted."""
        return tuple(each for each in self.resources if each.status in DRIFTED)

    @property
    def status(self) -> str:
        """DRIFTED, IN_SYNC, or UNKNOWN where nothing drifted and not all could be checked."""
        if self.drifted:
            return "DRIFTED"
        return "UNKNOWN" if self.problem else "IN_SYNC"
