"""The plan: what must happen on AWS so that what is observed becomes what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..deployment import Definition, Instance, WantedStackSet
from ..errors import require
from ..late import forgotten, givers
from .assessment import Assessment, assess
from .courses import kept_overrides, overrides_of
from .groups import grouped
from .operations import (
    Area,
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    ObservedInstance,
    ObservedStackSet,
    Operation,
    Plan,
    Preferences,
    Step,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
    Wave,
    rectangles,
)


class _Update(NamedTuple):
    """What an instance's own update is; equal ones share an operation."""

    overrides: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]
    status: str
    wires: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        status = () if self.status == "CURRENT" else (f"is {self.status}",)
        wires = (f"takes {', '.join(self.wires)} again, which an earlier bundle changes",) if self.wires else ()
        return (*status, *(_changed(*each) for each in self.changes), *wires)


def plan(
    wanted: Sequence[WantedStackSet],
    observed: Mapping[str, ObservedStackSet],
    *,
    preferences: Preferences,
    present: Iterable[str] = (),
    canary: Instance | None = None,
) -> Plan:
    """Compare what is wanted with what is there; `present` are the keys of templates already in the bucket.

    What is deleted comes last, in steps of its own and the last bundle first: what an earlier bundle made,
    such as a network, cannot go while a later one's resources are in it.

    Raises `CfngenError` where a parameter is new to a deployed stack set and has no inert base value.
    """
    keys = frozenset(present)
    wanted, assessed = _settled(wanted, observed)
    require(problem for each in assessed.values() for problem in each.problems)
    steps = [
        _step(item, observed.get(item.definition.name), keys, canary, assessed[item.bundle])
        for item in wanted
        if item.named
    ]
    removals = (_removal(item, observed.get(item.definition.name), assessed[item.bundle]) for item in reversed(wanted))
    return Plan((*steps, *(step for step in removals if step.operations)), preferences)


def destruction(
    order: Sequence[tuple[str, str]], observed: Mapping[str, ObservedStackSet], *, preferences: Preferences
) -> Plan:
    """Return the plan that deletes stack sets, last bundle first; `order` is (bundle, name) as deployed."""
    steps = (_destroy(bundle, name, observed[name]) for bundle, name in reversed(order) if name in observed)
    return Plan(tuple(steps), preferences)


def differences(old: Definition, new: Definition) -> tuple[str, ...]:
    """Name what differs between two definitions, in words for a person."""
    reasons = []
    if old.template != new.template:
        reasons.append("template changed")
    for name in sorted(set(old.parameters) | set(new.parameters)):
        before, after = old.parameters.get(name), new.parameters.get(name)
        if before != after:
            reasons.append(f"{name} {_shown(before)} → {_shown(after)}")
    named = ("description", "capabilities", "tags", "administration_role_arn", "execution_role_name")
    reasons += [f"{item} changed" for item in named if getattr(old, item) != getattr(new, item)]
    return tuple(reasons)


def _settled(
    wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet]
) -> tuple[Sequence[WantedStackSet], Mapping[str, Assessment]]:
    """Assess, and forget the late values that what is assessed changes, until none is left that it does."""
    assessed = assess(wanted, observed)
    changing = [
        late
        for late in givers(wanted)
        if late.bundle in assessed and late.output in assessed[late.bundle].gives.get(late.place, ())
    ]
    again = [forgotten(item, changing) for item in wanted]
    return (wanted, assessed) if again == list(wanted) else _settled(again, observed)


def _step(
    item: WantedStackSet,
    found: ObservedStackSet | None,
    present: frozenset[str],
    canary: Instance | None,
    assessed: Assessment,
) -> Step:
    waves = [wave for wave in _changes(item, found, canary, assessed.refresh) if wave]
    missing = tuple(upload for upload in item.uploads if upload.key not in present)
    if missing and waves:
        waves.insert(0, (UploadTemplates(missing),))
    groups = grouped(item, {place: each for place, each in assessed.impacts.items() if each.action != "delete"})
    return Step(item.bundle, item.definition.name, tuple(waves), len(item.instances), assessed.templates, groups)


def _removal(item: WantedStackSet, found: ObservedStackSet | None, assessed: Assessment) -> Step:
    """Return the step that deletes what is not wanted any more: instances, or all that a bundle has."""
    name = item.definition.name
    groups = grouped(item, {place: each for place, each in assessed.impacts.items() if each.action == "delete"})
    if found and not item.named:
        return replace(_destroy(item.bundle, name, found), groups=groups)
    surplus = [place for place in found.instances if place not in item.instances] if found else []
    waves = (tuple(DeleteInstances(name, area) for area in rectangles(surplus)),) if surplus else ()
    return Step(item.bundle, name, waves, len(surplus), groups=groups, removes=True)


def _changes(
    item: WantedStackSet,
    found: ObservedStackSet | None,
    canary: Instance | None,
    refresh: Mapping[Instance, tuple[str, ...]],
) -> Iterator[Wave]:
    name = item.definition.name
    known = dict(found.instances) if found else {}
    reasons: tuple[str, ...] = ()
    if found is None:
        yield (CreateStackSet(item.definition, item.url),)
    elif reasons := differences(found.definition, item.definition):
        yield from _in_waves(_removals(item, known, canary), canary)
        known = {place: _kept(item, each, place) for place, each in known.items()}
        yield from _update_stack_set(item, known, reasons, canary)
    updates = {place for place in item.instances if place in known and _lags(item, known[place], place, bool(reasons))}
    base = found.definition.parameters if found else {}
    yield from _in_waves(_updates(item, known, updates | set(refresh), canary, refresh, base), canary)
    creates = [place for place in item.instances if place not in known]
    groups = _grouped({place: item.instances[place] for place in creates}, canary)
    yield from _in_waves([CreateInstances(name, area, values) for area, values in groups], canary)


def _removals(
    item: WantedStackSet, known: Mapping[Instance, ObservedInstance], canary: Instance | None
) -> list[Operation]:
    """Take away overrides of parameters that the new template does not declare: AWS would refuse it otherwise."""
    grouped: dict[tuple[tuple[str, str], ...], dict[str, list[Instance]]] = {}
    for place in sorted(known):
        kept = kept_overrides(item, known[place], place)
        gone = sorted(set(overrides_of(item, known[place], place)) - set(kept))
        if gone:
            grouped.setdefault(tuple(sorted(kept.items())), {}).setdefault(", ".join(gone), []).append(place)
    return [
        UpdateInstances(item.definition.name, area, dict(kept), (f"{gone} is no parameter any more",))
        for kept, groups in grouped.items()
        for gone, members in groups.items()
        for area in _areas(members, canary)
    ]


def _kept(item: WantedStackSet, found: ObservedInstance, place: Instance) -> ObservedInstance:
    return found if found.overrides is None else replace(found, overrides=kept_overrides(item, found, place))


def _update_stack_set(
    item: WantedStackSet, known: Mapping[Instance, ObservedInstance], reasons: tuple[str, ...], canary: Instance | None
) -> Iterator[Wave]:
    places = tuple(sorted(known))
    if canary in known and len(known) > 1:
        area = Area((canary.account,), (canary.region,)) if canary else None
        yield (UpdateStackSet(item.definition, item.url, area, area.instances if area else (), reasons, canary=True),)
    yield (UpdateStackSet(item.definition, item.url, None, places, reasons),)


def _lags(item: WantedStackSet, found: ObservedInstance, place: Instance, updating: bool) -> bool:  # noqa: FBT001
    """Whether an instance needs an operation of its own, besides the update of its stack set."""
    if found.overrides is not None and dict(found.overrides) != dict(item.instances[place]):
        return True
    return found.status != "CURRENT" and not updating


def _updates(
    item: WantedStackSet,
    known: Mapping[Instance, ObservedInstance],
    places: Iterable[Instance],
    canary: Instance | None,
    refresh: Mapping[Instance, tuple[str, ...]],
    base: Mapping[str, str],
) -> list[Operation]:
    grouped: dict[_Update, list[Instance]] = {}
    for place in sorted(places):
        values = item.instances[place]
        changes = _override_changes(known[place].overrides, values, (base, item.definition.parameters))
        update = _Update(tuple(values.items()), changes, known[place].status, refresh.get(place, ()))
        grouped.setdefault(update, []).append(place)
    return [
        UpdateInstances(
            item.definition.name, area, dict(update.overrides), update.reasons, update.changes, update.wires
        )
        for update, members in grouped.items()
        for area in _areas(members, canary)
    ]


def _override_changes(
    old: Mapping[str, str] | None, new: Mapping[str, str], bases: tuple[Mapping[str, str], Mapping[str, str]]
) -> tuple[tuple[str, str, str], ...]:
    """Name the overrides that differ, with the values in force: where there is none, the stack set's own is.

    `bases` are the stack set's values before and after. A group of instances tells the same two values.
    """
    before, (was, will) = new if old is None else old, bases
    differing = (name for name in sorted(set(before) | set(new)) if before.get(name) != new.get(name))
    return tuple((name, before.get(name, was.get(name, "")), new.get(name, will.get(name, ""))) for name in differing)


def _grouped(
    values: Mapping[Instance, Mapping[str, str]], canary: Instance | None
) -> list[tuple[Area, Mapping[str, str]]]:
    groups: dict[tuple[tuple[str, str], ...], list[Instance]] = {}
    for place, overrides in values.items():
        groups.setdefault(tuple(sorted(overrides.items())), []).append(place)
    return [(area, dict(key)) for key, members in groups.items() for area in _areas(members, canary)]


def _areas(members: Iterable[Instance], canary: Instance | None) -> tuple[Area, ...]:
    """Cover instances by areas, the canary by one of its own."""
    every = set(members)
    first = every & {canary}
    return (*rectangles(first), *rectangles(every - first))


def _in_waves(operations: Sequence[Operation], canary: Instance | None) -> Iterator[Wave]:
    """Put the operation that holds the canary before the others."""
    first = tuple(item for item in operations if canary in _places(item))
    yield first
    yield tuple(item for item in operations if item not in first)


def _places(operation: Operation) -> tuple[Instance, ...]:
    return operation.area.instances if isinstance(operation, CreateInstances | UpdateInstances) else ()


def _destroy(bundle: str, name: str, found: ObservedStackSet) -> Step:
    deletions = tuple(DeleteInstances(name, area) for area in rectangles(found.instances))
    waves: tuple[Wave, ...] = (deletions, () if found.passed_over else (DeleteStackSet(name),))
    return Step(bundle, name, tuple(wave for wave in waves if wave), len(found.instances), removes=True)


def _changed(name: str, old: str, new: str) -> str:
    """Say what a value becomes; it may stay what it is where only its origin, instance or stack set, is another."""
    return f"{name} {_shown(old)} → {_shown(new)}" if old != new else f"{name} stays {_shown(new)}"


def _shown(value: str | None) -> str:
    return value or "(none)"
