"""Values, states, releases and proofs as tables: rows under column heads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import Environment, Sourced, Target
from ..deployment import Instance, WantedStackSet
from ..operations import (
    ObservedInstance,
    ObservedStackSet,
)
from ..releases import Release
from ..templates import BundleTemplates
from .words import Places

if TYPE_CHECKING:
    from ..verify import Proof

Observed = Mapping[str, ObservedStackSet]

STATUS_SCHEMA = 1
"""Version of the status's JSON form."""


@dataclass(frozen=True)
class Table:
    """Rows under column heads."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def values_table(values: Mapping[str, Sourced]) -> Table:
    """Return settings with value and origin."""
    rows = tuple((name, value.value, str(value.where)) for name, value in sorted(values.items()))
    return Table(("parameter", "value", "origin"), rows)


def proofs_table(proofs: Iterable[Proof]) -> Table:
    """Return each proof with the number of facts it checked and whether it holds."""
    rows = (
        (item.name, str(item.facts_checked), f"{len(item.findings)} findings" if item.findings else "holds")
        for item in proofs
    )
    return Table(("proof", "facts", "result"), tuple(rows))


def status_table(environment: Environment, wanted: Sequence[WantedStackSet], observed: Observed) -> Table:
    """Return a row per target and a column per bundle: what each instance is, and why it is not current."""
    rows = []
    for target in _targets(wanted):
        place = Instance(environment.account(target), target.region)
        cells = (_state(observed.get(item.definition.name), place) for item in wanted)
        rows.append((str(target), environment.region_role(target), place.account, *cells))
    return Table(("target", "role", "account", *(item.bundle for item in wanted)), tuple(rows))


def status_json(wanted: Sequence[WantedStackSet], observed: Observed, named: Places) -> str:
    """Return the state of every instance for a program."""
    rows = [
        {"bundle": item.bundle, "target": named.get(place, ""), "account": place.account, "region": place.region}
        | {"status": instance.status, "detailed_status": instance.detailed_status, "reason": instance.reason}
        for item in wanted
        if (found := observed.get(item.definition.name))
        for place, instance in sorted(found.instances.items())
    ]
    return json.dumps({"schema": STATUS_SCHEMA, "instances": rows}, indent=2, ensure_ascii=False) + "\n"


def failure_lines(wanted: Sequence[WantedStackSet], observed: Observed, named: Places) -> list[str]:
    """Return a line for each instance that is not current, with AWS's reason."""
    return [
        f"{item.bundle} {named.get(place, str(place))}: {instance.reason}"
        for item in wanted
        if (found := observed.get(item.definition.name))
        for place, instance in sorted(found.instances.items())
        if instance.status != "CURRENT" and instance.reason
    ]


def retained_lines(bundles: Sequence[BundleTemplates]) -> list[str]:
    """Return what a deletion leaves behind because its template says so."""
    kept = [
        f"  {bundle.name}/{file.name}: {logical_id} ({resource['Type']}, {resource['DeletionPolicy']})"
        for bundle in bundles
        for file in bundle.files
        for logical_id, resource in file.resources.items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    ]
    return ["Retained in every account and region:", *kept] if kept else []


def history_table(releases: Iterable[Release]) -> Table:
    """Return releases with time, commit and who deployed."""
    rows = tuple(
        (item.id, item.at, item.outcome, item.commit[:12] or "(none)", item.by, ", ".join(item.bundles))
        for item in releases
    )
    return Table(("release", "at", "outcome", "commit", "by", "bundles"), rows)


def _state(found: ObservedStackSet | None, place: Instance) -> str:
    instance: ObservedInstance | None = found.instances.get(place) if found else None
    if instance is None:
        return "absent"
    return instance.status if instance.status == "CURRENT" else f"{instance.status} {instance.detailed_status}".strip()


def _verdict(found: int) -> str:
    return f"{found} findings" if found else "holds"


def _targets(wanted: Sequence[WantedStackSet]) -> list[Target]:
    return list(dict.fromkeys(target for item in wanted for target in item.targets.values()))
