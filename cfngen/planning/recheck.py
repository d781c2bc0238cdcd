"""A step just before it begins: whether it is still the one that was shown, and its late values. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..deployment import Instance, WantedStackSet
from ..late import KNOWN_AFTER_DEPLOY
from .losses import losses
from .operations import (
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    Plan,
    Step,
    UpdateInstances,
    UpdateStackSet,
)


def same_plan(shown: Step, now: Step) -> bool:
    """Whether a step planned again just before it begins is still the one that was shown.

    It may do less where earlier bundles, meanwhile deployed, explained what the step would do; it may
    neither reach other instances, nor lose other data, nor leave out what nobody else should have done.
    """
    if (shown.name, shown.removes) != (now.name, now.removes) or not _risks(now) <= _risks(shown):
        return False
    return _touched(now) <= _touched(shown) and _touched(shown, wires=False) <= _touched(now)


def again(shown: Step, now: Plan) -> Step:
    """Return the step of a plan made again that stands for the one that was shown; one without operations if none."""
    found = (step for step in now.steps if (step.name, step.removes) == (shown.name, shown.removes))
    return next(found, replace(shown, waves=(), templates=(), groups=()))


def with_known(step: Step, item: WantedStackSet) -> Step:
    """Return a step with the late values that are known now.

    The instances of an operation have equal overrides, their geography among them, so they take the same.
    """
    known = ([_now_known(each, item) for each in wave] for wave in step.waves)
    waves = (tuple(each for each in wave if each is not None) for wave in known)
    return replace(step, waves=tuple(wave for wave in waves if wave))


def _touched(step: Step, *, wires: bool = True) -> frozenset[tuple[str, Instance | None]]:
    """Return what a step does to which instances; without `wires`, less what only a changed wire may ask for."""
    return frozenset(touch for operation in step.operations for touch in _touches(operation, wires=wires))


def _touches(operation: Operation, *, wires: bool) -> Iterator[tuple[str, Instance | None]]:
    match operation:
        case CreateStackSet() | DeleteStackSet():
            yield type(operation).__name__, None
        case UpdateStackSet(instances=instances):
            yield from (("update", place) for place in instances)
        case UpdateInstances(area=area):
            if wires or not (operation.wires or _waits(operation)):
                yield from (("update", place) for place in area.instances)
        case CreateInstances(area=area) | DeleteInstances(area=area):
            yield from ((type(operation).__name__, place) for place in area.instances)


def _waits(operation: UpdateInstances) -> bool:
    """Whether nothing is known to ask for an update: its only changes are values that a giver may leave as they are."""
    late = [name for name, _, value in operation.changes if value == KNOWN_AFTER_DEPLOY]
    return bool(late) and len(late) == len(operation.reasons)


def _now_known(operation: Operation, item: WantedStackSet) -> Operation | None:
    """Return an operation with the values of now; None where all that it waited for stays as it was."""
    if not isinstance(operation, CreateInstances | UpdateInstances):
        return operation
    overrides = item.instances[operation.area.instances[0]]
    if isinstance(operation, CreateInstances):
        return replace(operation, overrides=overrides)
    changes = tuple((name, old, overrides.get(name, new)) for name, old, new in operation.changes)
    if _waits(operation) and all(old == new for _, old, new in changes):
        return None
    return replace(operation, overrides=overrides, changes=changes)


def _risks(step: Step) -> frozenset[tuple[str, str, Instance]]:
    return frozenset(
        (loss.change.name, loss.change.effect.value, place) for loss in losses([step]) for place in loss.instances
    )
