"""Courses: what the stack of an instance goes through, state by state, while a plan is carried out.

A stack set that changes first gives every instance its new template and its new values beside the
overrides that the instance has already; only then can the instance get its own new values. And an
override of a parameter that the new template no longer declares has to go before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..deployment import Instance, WantedStackSet
from .operations import ObservedInstance, ObservedStack, ObservedStackSet
from .sources import Source


@dataclass(frozen=True)
class State:
    """What a stack is made from: templates, and the values of the root's parameters."""

    source: Source
    values: Mapping[str, str]

    def same(self, other: State) -> bool:
        """Whether two states are of the same templates with the same values."""
        return self.source is other.source and self.given == other.given

    @property
    def given(self) -> Mapping[str, str]:
        """The values of the parameters that the root declares."""
        declared = self.source.bundle.root.parameters
        return {name: value for name, value in self.values.items() if name in declared}


@dataclass(frozen=True)
class Course:
    """What happens to an instance: `create`, `update`, `delete` or `keep`, and the states of its stack in order."""

    action: str
    states: tuple[State, ...]


OwnSource = Callable[[ObservedStack | None], Source]
"""Reads what the stack of one instance is made from; None stands for one that nobody asked about."""


def course(
    item: WantedStackSet,
    found: ObservedStackSet | None,
    place: Instance,
    sources: tuple[Source | None, Source],
    own: OwnSource,
) -> Course:
    """Return the course of an instance; `sources` are the stack set's deployed and wanted templates."""
    old, new = sources
    known = found.instances.get(place) if found else None
    final = State(new, {**item.definition.parameters, **item.instances.get(place, {})})
    if found is None or known is None or old is None:
        return Course("create", (final,))
    first = _first(item, found, place, old, own)
    if place not in item.instances:
        return Course("delete", (first,) if first else ())
    if first is None:
        return Course("create", (final,))
    states = tuple(_distinct((first, *_between(item, found, place, old, new), final)))
    changing = len(states) > 1 or known.status != "CURRENT"
    return Course("update" if changing else "keep", states)


def kept_overrides(item: WantedStackSet, known: ObservedInstance, place: Instance) -> Mapping[str, str]:
    """Return the overrides that an instance has, less those of parameters that are no more."""
    overrides = overrides_of(item, known, place)
    return {name: value for name, value in overrides.items() if name in item.definition.parameters}


def overrides_of(item: WantedStackSet, known: ObservedInstance, place: Instance) -> Mapping[str, str]:
    """Return the overrides that an instance has; those wanted, where nobody asked because they were known to be so."""
    return item.instances.get(place, {}) if known.overrides is None else known.overrides


def _first(item: WantedStackSet, found: ObservedStackSet, place: Instance, old: Source, own: OwnSource) -> State | None:
    """Return what a stack is made from now; None where there is no stack."""
    known = found.instances[place]
    deployed = {**found.definition.parameters, **overrides_of(item, known, place)}
    if known.status == "CURRENT":
        return State(old, deployed)
    if known.stack is None:
        return State(own(None), deployed)
    return State(own(known.stack), known.stack.parameters) if known.stack.template else None


def _between(
    item: WantedStackSet, found: ObservedStackSet, place: Instance, old: Source, new: Source
) -> Iterator[State]:
    if found.definition == item.definition:
        return
    known = found.instances[place]
    kept = kept_overrides(item, known, place)
    if kept != dict(overrides_of(item, known, place)):
        yield State(old, {**found.definition.parameters, **kept})
    yield State(new, {**item.definition.parameters, **kept})


def _distinct(states: tuple[State, ...]) -> Iterator[State]:
    for number, state in enumerate(states):
        if not number or not state.same(states[number - 1]):
            yield state
