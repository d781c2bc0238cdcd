"""Drift as a table, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from ..execution.drift import InstanceDrift
from .tables import Table
from .words import Places

DRIFT_SCHEMA = 1
"""Version of the drift's JSON form; raised when a field changes its meaning or goes away."""


def drift_table(items: Iterable[InstanceDrift], named: Places) -> Table:
    """Return a row per instance: what was found, and how many resources were looked at."""
    rows = tuple(
        (named.get(item.place, ""), item.place.account, item.place.region, item.bundle, item.status, _counted(item))
        for item in items
    )
    return Table(("target", "account", "region", "bundle", "drift", "resources"), rows)


def drift_lines(items: Sequence[InstanceDrift], named: Places) -> list[str]:
    """Return a line for each resource that drifted, with what differs below it."""
    lines = []
    for item in items:
        where = f"{item.bundle} {named.get(item.place, str(item.place))}"
        if item.problem:
            extent = "not all could be checked" if item.resources else "could not be checked"
            lines.append(f"{where}: {extent}: {item.problem}")
        for each in item.drifted:
            lines.append(f"{where}: {each.name} ({each.type}) {each.status}: {each.physical_id}")
            lines += [f"    {found.path}: {found.expected} → {found.actual}" for found in each.properties]
    return lines


def drift_json(items: Iterable[InstanceDrift], named: Places) -> str:
    """Return all that was found, for a program."""
    rows = [_record(item, named) for item in items]
    drifted = any(row["drift"] != "IN_SYNC" for row in rows)
    body = {"schema": DRIFT_SCHEMA, "drifted": drifted, "instances": rows}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _counted(item: InstanceDrift) -> str:
    checked = sum(each.status not in ("NOT_CHECKED", "UNKNOWN") for each in item.resources)
    return f"{len(item.drifted)} of {checked} drifted, {len(item.resources) - checked} not checked"


def _record(item: InstanceDrift, named: Places) -> dict[str, Any]:
    return {
        "bundle": item.bundle,
        "target": named.get(item.place, ""),
        "account": item.place.account,
        "region": item.place.region,
        "drift": item.status,
        "problem": item.problem,
        "resources": [asdict(each) for each in item.resources if each.status != "IN_SYNC"],
    }
