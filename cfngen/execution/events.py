"""What happens while a plan is carried out, as frozen data: `execute` tells it, `cfngen.text` words it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..deployment import Instance
from ..planning.operations import Operation

RUNNING = ("QUEUED", "RUNNING", "STOPPING")
"""Statuses of an operation that has not ended."""

SUSPENDED = "SKIPPED_SUSPENDED_ACCOUNT"
"""Detailed status of an instance that AWS passes over because its account is suspended: no failure of ours."""


class InstanceResult(NamedTuple):
    """What an operation did to one instance: PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED, and why."""

    instance: Instance
    status: str
    reason: str = ""


class InstanceState(NamedTuple):
    """What an instance is after an operation: CURRENT, OUTDATED or INOPERABLE, and AWS's detailed status."""

    status: str
    detailed: str = ""


class UnderWay(NamedTuple):
    """An operation that AWS is busy with: CREATE, UPDATE, DELETE or DETECT_DRIFT."""

    stack_set: str
    id: str
    action: str
    status: str
    since: datetime | None = None

    def __str__(self) -> str:
        since = f" since {self.since:%Y-%m-%d %H:%M:%S %Z}" if self.since else ""
        return f"operation {self.id} ({self.action}, {self.status}{since}) on {self.stack_set}"


@dataclass(frozen=True)
class Begun:
    """A bundle's step begins."""

    bundle: str
    operations: int


@dataclass(frozen=True)
class Started:
    """An operation was handed to AWS (or done at once); `operation_id` is empty when nothing is left to watch."""

    bundle: str
    operation: Operation
    operation_id: str = ""


@dataclass(frozen=True)
class Joined:
    """An operation that runs already brings what is wanted, and is watched to its end."""

    bundle: str
    operation: UnderWay


@dataclass(frozen=True)
class Progressed:
    """An instance of an operation reached another status."""

    bundle: str
    result: InstanceResult


@dataclass(frozen=True)
class Noted:
    """Something that a person should know and that is no failure."""

    bundle: str
    text: str


@dataclass(frozen=True)
class Finished:
    """An operation ended; `SUCCEEDED` may hide failures within the tolerance, so read the results."""

    bundle: str
    operation: Operation | None
    """None for one that was joined."""
    operation_id: str
    status: str
    results: tuple[InstanceResult, ...]

    @property
    def failures(self) -> tuple[InstanceResult, ...]:
        """The instances that failed."""
        return tuple(result for result in self.results if result.status == "FAILED")


Event = Begun | Started | Joined | Progressed | Noted | Finished
Report = Callable[[Event], None]
