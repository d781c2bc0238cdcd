"""What is deployed where: each instance's state, release, drift, own values and last operation. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..deployment import Instance, WantedStackSet
from ..planning.operations import ObservedInstance, ObservedStackSet
from .events import SUSPENDED, UnderWay
from .releases import Release, ReleasedBundle
from .standing import StackState, States, remedy

ABSENT = "ABSENT"

UNNAMED = "the environment does not name this bundle any more; deploying with --delete removes it"


@dataclass(frozen=True)
class InstanceStatus:
    """One instance of a bundle, as a person asks for it."""

    bundle: str
    place: Instance
    status: str
    """CURRENT, OUTDATED, INOPERABLE, or ABSENT where a wanted instance does not exist."""
    detailed: str = ""
    release: str = ""
    """Id of the newest release that has this content here; empty if it is not current or no release has it."""
    drift: str = ""
    overrides: int = 0
    """How many values of its own are in force."""
    operation: UnderWay | None = None
    """The stack set's last operation."""
    failure: str = ""
    """The first real failure, where it is not current; that its bundle is not named any more, where that is so."""
    remedy: str = ""
    """The command that mends it, where it is stuck."""

    @property
    def is_fine(self) -> bool:
        """Whether nothing is to be done: it is current, or passed over because its account is suspended."""
        return self.status == "CURRENT" or self.detailed == SUSPENDED


@dataclass(frozen=True)
class Found:
    """What AWS and the releases tell."""

    observed: Mapping[str, ObservedStackSet]
    states: States
    failures: Mapping[tuple[str, Instance], str]
    last_operations: Mapping[str, UnderWay | None]
    releases: Sequence[Release]
    """The newest first."""


def statuses(wanted: Sequence[WantedStackSet], found: Found, admin_region: str) -> tuple[InstanceStatus, ...]:
    """Return the status of every instance that is wanted or there, bundle by bundle."""
    return tuple(each for item in wanted for each in _of_stack_set(item, found, admin_region))


def failing(observed: Mapping[str, ObservedStackSet]) -> dict[tuple[str, Instance], ObservedInstance]:
    """Return the instances that have failed, whose first failure is worth following."""
    return {
        (name, place): each
        for name, found in observed.items()
        for place, each in found.instances.items()
        if each.detailed_status in ("FAILED", "INOPERABLE") or each.status == "INOPERABLE"
    }


def _of_stack_set(item: WantedStackSet, found: Found, admin_region: str) -> Iterator[InstanceStatus]:
    name = item.definition.name
    there = found.observed.get(name)
    known = there.instances if there else {}
    unnamed = "" if item.named else UNNAMED
    bundles = _matching(item.bundle, there, found.releases) if there else ()
    for place in (*item.instances, *sorted(known.keys() - item.instances.keys())):
        each = known.get(place)
        if each is None:
            yield InstanceStatus(item.bundle, place, ABSENT)
            continue
        state = found.states.get((name, place), StackState(""))
        stuck = each.status != "CURRENT"
        failure = found.failures.get((name, place), each.reason) if stuck else ""
        yield InstanceStatus(
            bundle=item.bundle,
            place=place,
            status=each.status,
            detailed=each.detailed_status,
            release=_release(bundles, place, each),
            drift=each.drift,
            overrides=len(each.overrides or ()),
            operation=found.last_operations.get(name),
            failure="; ".join(filter(None, (unnamed, failure))),
            remedy=remedy(name, place, each, state, admin_region) if stuck else "",
        )


def _matching(
    bundle: str, there: ObservedStackSet, releases: Sequence[Release]
) -> tuple[tuple[str, ReleasedBundle], ...]:
    """Return the releases, newest first, whose template and values the stack set has."""
    root = hashlib.sha256(there.definition.template.encode()).hexdigest()
    named = [(item.id, item.bundles[bundle]) for item in releases if bundle in item.bundles]
    return tuple(
        (release, old) for release, old in named if old.root == root and old.parameters == there.definition.parameters
    )


def _release(bundles: Sequence[tuple[str, ReleasedBundle]], place: Instance, each: ObservedInstance) -> str:
    if each.status != "CURRENT":
        return ""
    fitting = (release for release, old in bundles if old.instances.get(str(place)) == each.overrides)
    return next(fitting, "")
