"""Whether a step, planned again just before it begins, is still the one that was shown. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..deployment import Instance
from .losses import losses
from .operations import (
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    Step,
    UpdateInstances,
    UpdateStackSet,
)


def same_plan(shown: Step, now: Step) -> bool:
    """Whether a step planned again just before it begins is still the one that was shown.

    It may do less where earlier bundles, meanwhile deployed, explained what the step would do; it may
    neither reach other instances, nor lose other data, nor leave out what nobody else should have done.
    """
    if shown.name != now.name or not _risks(now) <= _risks(shown):
        return False
    return _touched(now) <= _touched(shown) and _touched(shown, wires=False) <= _touched(now)


def _touched(step: Step, *, wires: bool = True) -> frozenset[tuple[str, Instance | None]]:
    """Return what a step does to which instances; without `wires`, less what only a changed wire asks for."""
    return frozenset(touch for operation in step.operations for touch in _touches(operation, wires=wires))


def _touches(operation: Operation, *, wires: bool) -> Iterator[tuple[str, Instance | None]]:
    match operation:
        case CreateStackSet() | DeleteStackSet():
            yield type(operation).__name__, None
        case UpdateStackSet(instances=instances):
            yield from (("update", place) for place in instances)
        case UpdateInstances(area=area):
            if wires or not operation.wires:
                yield from (("update", place) for place in area.instances)
        case CreateInstances(area=area) | DeleteInstances(area=area):
            yield from ((type(operation).__name__, place) for place in area.instances)


def _risks(step: Step) -> frozenset[tuple[str, str, Instance]]:
    return frozenset(
        (loss.change.name, loss.change.effect.value, place) for loss in losses([step]) for place in loss.instances
    )
