"""Fates: what becomes of resources, and therefore of the references to them in other resources.

A reference to what is replaced changes; one to an attribute of what changes in place may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..expressions.values import Reference, Text, Value
from .changes import Effect, ResourceChange
from .diff import named
from .replacement import is_steady

VERSIONED = ("AWS::EC2::LaunchTemplate", "LatestVersionNumber")
"""An attribute that every change of its resource changes."""


@dataclass(frozen=True)
class Fate:
    """What happens to a resource, as those see it that refer to it."""

    type: str
    effect: Effect
    changed: frozenset[str] = frozenset()
    """Names of its properties that change."""
    perhaps: bool = False


Fates = Mapping[tuple[str, str], Fate]
"""Fates by stack and logical id."""


@dataclass(frozen=True)
class Fresh:
    """A reference whose value will be, or where it is not certain may be, another than before."""

    reference: Reference
    certain: bool

    def __str__(self) -> str:
        return f"${{{'another' if self.certain else 'perhaps another'} {named(self.reference)}}}"


def fate(change: ResourceChange) -> Fate:
    """Return what the others see of a change."""
    names = frozenset(each.path.partition(".")[0].partition("[")[0] for each in change.properties)
    perhaps = change.perhaps or all(each.perhaps for each in change.properties)
    return Fate(change.type, change.effect, names, perhaps)


def settle(value: Value, fates: Fates) -> Value:
    """Return a value in which references to what changes are `Fresh`."""
    if isinstance(value, Reference):
        return _settled(value, fates)
    if isinstance(value, Text):
        return Text(tuple(settle(piece, fates) for piece in value.pieces))
    if isinstance(value, list):
        return [settle(each, fates) for each in value]
    if isinstance(value, Mapping):
        return {key: settle(each, fates) for key, each in value.items()}
    return value


def calm(value: Value) -> Value:
    """Return a value as it is if nothing becomes another that only may."""
    if isinstance(value, Fresh):
        return value if value.certain else value.reference
    if isinstance(value, Text):
        return Text(tuple(calm(piece) for piece in value.pieces))
    if isinstance(value, list):
        return [calm(each) for each in value]
    if isinstance(value, Mapping):
        return {key: calm(each) for key, each in value.items()}
    return value


def freshened(value: Value) -> frozenset[str]:
    """Return the names of what a value refers to that becomes another."""
    if isinstance(value, Fresh):
        return frozenset({named(value.reference)})
    if isinstance(value, Text):
        return frozenset().union(*map(freshened, value.pieces))
    if isinstance(value, list):
        return frozenset().union(*map(freshened, value))
    if isinstance(value, Mapping):
        return frozenset().union(*map(freshened, value.values()))
    return frozenset()


def _settled(reference: Reference, fates: Fates) -> Value:
    found = fates.get(reference.resource)
    if found is None or found.effect in (Effect.CREATE, Effect.DELETE):
        return reference
    if found.effect in (Effect.REPLACE, Effect.MAY_REPLACE, Effect.UNKNOWN):
        return Fresh(reference, found.effect is Effect.REPLACE and not found.perhaps)
    if is_steady(found.type, reference.attribute, found.changed):
        return reference
    return Fresh(reference, (found.type, reference.attribute) == VERSIONED and not found.perhaps)
