"""Instances in which the same happens, put together, with the origins of their new values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..deployment import Instance, WantedStackSet
from .changes import Group, Impact


def grouped(item: WantedStackSet, impacts: Mapping[Instance, Impact]) -> tuple[Group, ...]:
    """Put instances together in which the same happens, the largest group first."""
    same: dict[int, list[Instance]] = {}
    for place in sorted(impacts):  # equal impacts are mostly the same object, and quicker told apart so
        same.setdefault(id(impacts[place]), []).append(place)
    found: dict[Impact, list[Instance]] = {}
    for places in same.values():
        found.setdefault(impacts[places[0]], []).extend(places)
    ordered = sorted(found.items(), key=lambda group: (-len(group[1]), group[1]))
    return tuple(Group(tuple(sorted(places)), impact, _origins(item, impact, places)) for impact, places in ordered)


def _origins(item: WantedStackSet, impact: Impact, places: Sequence[Instance]) -> tuple[tuple[str, str], ...]:
    """Say where the new values of changed parameters come from."""
    found = []
    for change in impact.parameters:
        known = dict.fromkeys(
            str(where[change.name]) for place in places if change.name in (where := item.origins.get(place, {}))
        )
        if known:
            first, *others = known
            found.append((change.name, f"{first} and {len(others)} more" if others else first))
    return tuple(found)
