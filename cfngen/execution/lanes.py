"""Which operations of a wave may run together: AWS's concurrency and tolerance, kept across operations. Pure.

AWS counts both for each region of one operation. A wave has several operations, because each may give
other values, and together they must not do more than one operation could.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..deployment import Instance
from ..planning.operations import (
    Area,
    CreateInstances,
    DeleteInstances,
    InstanceOperation,
    Preferences,
    UpdateInstances,
    UpdateStackSet,
)

STRICT = "STRICT_FAILURE_TOLERANCE"
SEQUENTIAL = "SEQUENTIAL"

Regions = Mapping[str, int]
"""A number of instances by region."""


def places(operation: InstanceOperation) -> tuple[Instance, ...]:
    """Return the instances that an operation is about."""
    match operation:
        case UpdateStackSet(instances=instances):
            return instances
        case CreateInstances(area=area) | UpdateInstances(area=area) | DeleteInstances(area=area):
            return area.instances


def counted(operations: Iterable[InstanceOperation]) -> Regions:
    """Return how many instances the operations have in each region."""
    return Counter(place.region for operation in operations for place in places(operation))


def in_turn(wave: Sequence[InstanceOperation], preferences: Preferences) -> tuple[tuple[InstanceOperation, ...], ...]:
    """Return the groups of a wave that come one after another: a group for each region when regions are sequential.

    An operation on the whole stack set is left whole: AWS itself takes its regions in turn.
    """
    if preferences.region_concurrency != SEQUENTIAL:
        return (tuple(wave),) if wave else ()
    groups: dict[str, list[InstanceOperation]] = {}
    for operation in wave:
        for region in _regions(operation):
            groups.setdefault(region, []).append(_only(operation, region))
    return tuple(tuple(group) for group in groups.values())


def fits(
    operation: InstanceOperation,
    running: Iterable[InstanceOperation],
    totals: Regions,
    failed: Regions,
    preferences: Preferences,
) -> bool:
    """Whether an operation may start beside those that run; a region in which nothing runs is always free."""
    busy: Counter[str] = Counter()
    for other in running:
        busy.update(_load(other, preferences))
    load = _load(operation, preferences)
    most = {region: _limit(totals.get(region, 0), failed.get(region, 0), preferences) for region in load}
    return all(not busy[region] or busy[region] + load[region] <= most[region] for region in load)


def halted(totals: Regions, failed: Regions, preferences: Preferences) -> bool:
    """Whether nothing more may start: a region failed beyond its tolerance, or nothing at all succeeded.

    The second holds for a canary, whose failure no tolerance may hide.
    """
    count = sum(failed.values())
    if count and count >= sum(totals.values()):
        return True
    return any(number > preferences.failure_tolerance_count for number in failed.values())


def _regions(operation: InstanceOperation) -> tuple[str, ...]:
    if isinstance(operation, UpdateStackSet):
        return ("",)
    return operation.area.regions


def _only(operation: InstanceOperation, region: str) -> InstanceOperation:
    if isinstance(operation, UpdateStackSet):
        return operation
    return replace(operation, area=Area(operation.area.accounts, (region,)))


def _load(operation: InstanceOperation, preferences: Preferences) -> Regions:
    """Return how many instances of each region AWS works on at once for an operation."""
    found = counted([operation])
    return {region: min(count, _limit(count, 0, preferences)) for region, count in found.items()}


def _limit(total: int, failed: int, preferences: Preferences) -> int:
    most = max(1, total * preferences.max_concurrent_percentage // 100)
    if preferences.concurrency_mode != STRICT:
        return most
    return min(most, preferences.failure_tolerance_count + 1 - failed)
