"""Which instances of an operation may start now: regions in order, concurrency, failure tolerance. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .model import Target

FASTEST = 100
"""AWS's maximum of concurrent instances of a stack set; here of each region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""


@dataclass(frozen=True, slots=True)
class Lane:
    """One region of an operation: its accounts in order, and how far it is."""

    region: str
    accounts: tuple[str, ...]
    limit: int
    tolerance: int
    strict: bool
    started: int = 0
    running: int = 0
    failed: int = 0

    @property
    def exceeded(self) -> bool:
        """Whether more accounts failed than are tolerated."""
        return self.failed > self.tolerance

    @property
    def done(self) -> bool:
        """Whether every account was started and has ended."""
        return self.started == len(self.accounts) and not self.running

    @property
    def free(self) -> int:
        """How many more accounts may start now.

        STRICT never lets more than tolerance + 1 accounts fail, so each failure takes a place away.
        """
        places = min(self.limit, self.tolerance + 1 - self.failed) if self.strict else self.limit
        return max(0, min(places - self.running, len(self.accounts) - self.started))

    def start(self) -> tuple[Lane, tuple[Target, ...]]:
        """Return the lane with every free place taken, and who took them."""
        end = self.started + self.free
        due = tuple(Target(account, self.region) for account in self.accounts[self.started : end])
        return replace(self, started=end, running=self.running + len(due)), due


@dataclass(frozen=True, slots=True)
class Schedule:
    """All lanes of an operation, in region order."""

    lanes: tuple[Lane, ...]
    parallel: bool = False
    stopped: bool = False

    @property
    def exceeded(self) -> bool:
        """Whether a region failed more than it tolerates."""
        return any(lane.exceeded for lane in self.lanes)

    @property
    def halted(self) -> bool:
        """Whether nothing more is to start."""
        return self.stopped or self.exceeded

    @property
    def finished(self) -> bool:
        """Whether nothing runs and nothing more is to start."""
        if any(lane.running for lane in self.lanes):
            return False
        return self.halted or all(lane.done for lane in self.lanes)

    @property
    def started(self) -> int:
        """How many instances have been started."""
        return sum(lane.started for lane in self.lanes)

    @property
    def unstarted(self) -> tuple[Target, ...]:
        """The instances that have not been started."""
        return tuple(Target(account, lane.region) for lane in self.lanes for account in lane.accounts[lane.started :])

    def start(self) -> tuple[Schedule, tuple[Target, ...]]:
        """Return the schedule with everything started that may be, and what that is."""
        if self.halted:
            return self, ()
        lanes, due = list(self.lanes), list[Target]()
        for index, lane in enumerate(lanes):
            lanes[index], started = lane.start()
            due.extend(started)
            if not self.parallel and not lanes[index].done:
                break
        return replace(self, lanes=tuple(lanes)), tuple(due)

    def end(self, target: Target, *, failed: bool) -> Schedule:
        """Return the schedule after one instance ended."""
        return replace(self, lanes=tuple(_ended(lane, target, failed=failed) for lane in self.lanes))

    def stop(self) -> Schedule:
        """Return the schedule in which nothing more starts."""
        return replace(self, stopped=True)


def schedule(targets: Iterable[Target], preferences: Mapping[str, Any]) -> Schedule:
    """Return the schedule of an operation on `targets` under its StackSetOperationPreferences."""
    accounts: dict[str, list[str]] = {}
    for target in targets:
        accounts.setdefault(target.region, []).append(target.account)
    first = [region for region in preferences.get("RegionOrder", ()) if region in accounts]
    regions = dict.fromkeys((*first, *accounts))
    lanes = tuple(_lane(region, tuple(accounts[region]), preferences) for region in regions)
    return Schedule(lanes, parallel=preferences.get("RegionConcurrencyType") == "PARALLEL")


def _lane(region: str, accounts: tuple[str, ...], preferences: Mapping[str, Any]) -> Lane:
    total = len(accounts)
    tolerance = preferences.get("FailureToleranceCount", _share(total, preferences.get("FailureTolerancePercentage")))
    limit = preferences.get("MaxConcurrentCount", _share(total, preferences.get("MaxConcurrentPercentage")))
    strict = preferences.get("ConcurrencyMode", "STRICT_FAILURE_TOLERANCE") == "STRICT_FAILURE_TOLERANCE"
    return Lane(region, accounts, limit=max(1, min(limit, FASTEST)), tolerance=tolerance, strict=strict)


def _share(total: int, percentage: int | None) -> int:
    return total * (percentage or 0) // 100


def _ended(lane: Lane, target: Target, *, failed: bool) -> Lane:
    if lane.region != target.region:
        return lane
    return replace(lane, running=lane.running - 1, failed=lane.failed + failed)
