"""The promotion stop: a database that would begin empty, or too old, where its users expect their data. Pure.

A plan sees only that a database is created. That it takes the place of another one is in the roles of the regions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..deployment import Instance, WantedStackSet
from ..errors import Problem, problem
from .operations import ObservedStackSet

ROLE, ACTIVE, STANDBY = "RegionRole", "active", "standby"
KEEP, BACKUP, SNAPSHOT = "KeepDatabase", "DatabaseBackup", "DatabaseSnapshot"
"""Settings of the layer `data`."""

FLAG = "Database"
"""What `--replace` must name: who does so takes the database of that region as it will be."""

PAGE = "docs/how-to/promote-a-standby.md"

Values = Mapping[str, str]


def check_promotions(
    wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet], named: Collection[str]
) -> list[Problem]:
    """Return a problem for each region whose database would not be what its users left, unless it is named."""
    items = [item for item in wanted if KEEP in item.definition.parameters]
    return [found for item in items for found in _check(item, observed.get(item.definition.name), named)]


def _check(item: WantedStackSet, known: ObservedStackSet | None, named: Collection[str]) -> Iterator[Problem]:
    for place in item.instances:
        before, after = _before(known, place), {**item.definition.parameters, **item.instances[place]}
        where = f"{item.bundle} {item.targets.get(place, place)}"
        if after.get(BACKUP) and after.get(SNAPSHOT):
            hint = f"keep the one that the database was restored from, see {PAGE}"
            yield problem(f"{BACKUP} and {SNAPSHOT} are both given", where=where, hint=hint)
        elif FLAG not in named and (why := _surprise(before, after)):
            what, instead = why
            yield problem(what, where=where, hint=f"{instead}, see {PAGE}; if that is meant, add --replace {FLAG}")


def _before(known: ObservedStackSet | None, place: Instance) -> Values | None:
    """Return the values that an instance has, None where there is none."""
    if known is None or place not in known.instances:
        return None
    return {**known.definition.parameters, **(known.instances[place].overrides or {})}


def _surprise(before: Values | None, after: Values) -> tuple[str, str] | None:
    """Return what is wrong with the database that a region will have, and what to do instead."""
    restored = after.get(BACKUP) or after.get(SNAPSHOT)
    if after.get(ROLE) == STANDBY and after.get(KEEP) == "true" and not _has(before) and not restored:
        return f"{KEEP} would make a new, empty database in a standby", f"leave {KEEP} to a region that was active"
    if before is None or before.get(ROLE) != STANDBY or after.get(ROLE) != ACTIVE:
        return None
    if _has(before):
        return (
            "is promoted with the database that it kept, which has nothing of what was written elsewhere since",
            f"let that one go first ({KEEP}: false), then restore with {BACKUP}",
        )
    return None if restored else ("is promoted with an empty database", f"give {BACKUP} or {SNAPSHOT}")


def _has(values: Values | None) -> bool:
    """Whether a region has a database."""
    return values is not None and (values.get(ROLE) == ACTIVE or values.get(KEEP) == "true")
