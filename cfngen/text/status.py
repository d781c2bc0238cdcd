"""What is deployed where, as a table, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ..deployment import Instance, WantedStackSet
from ..environment.config import Environment, Target
from ..execution.events import RUNNING, SUSPENDED, UnderWay
from ..execution.releases import SHORT
from ..execution.status import InstanceStatus
from .tables import Table
from .words import Places

STATUS_SCHEMA = 1
"""Version of the status's JSON form; raised when a field changes its meaning or goes away."""

COLUMNS = ("target", "role", "account", "bundle", "state", "release", "drift", "own values", "last operation")


def status_table(
    environment: Environment, wanted: Sequence[WantedStackSet], items: Sequence[InstanceStatus], named: Places
) -> Table:
    """Return a row per target and bundle, geography by geography; what is said once for a target is not repeated."""
    targets = {place: target for item in wanted for place, target in item.targets.items()}
    order = list(targets)
    ranked = sorted(items, key=lambda item: order.index(item.place) if item.place in targets else len(order))
    rows, before = list[tuple[str, ...]](), None
    for item in ranked:
        head = _head(environment, targets.get(item.place), item.place, named)
        rows.append((*(head if item.place != before else ("", "", "")), *_cells(item)))
        before = item.place
    return Table(COLUMNS, tuple(rows), heads=3)


def status_lines(items: Iterable[InstanceStatus], named: Places) -> list[str]:
    """Return a line for each instance that is not as wanted, with the first failure, and what mends it."""
    lines = []
    for item in items:
        where = f"{item.bundle} {named.get(item.place, '')} {item.place}".replace("  ", " ")
        if item.failure:
            lines.append(f"{where}: {item.failure}")
        if item.remedy:
            lines.append(f"  mend: {item.remedy}")
        if item.detailed == SUSPENDED:
            lines.append(f"{where}: passed over, the account is suspended")
    return lines


def status_json(items: Iterable[InstanceStatus], named: Places, *, on_a_line: bool = False) -> str:
    """Return the state of every instance for a program; on one line, where more of them follow (JSON lines)."""
    rows = [_record(item, named) for item in items]
    body = {"schema": STATUS_SCHEMA, "instances": rows}
    return json.dumps(body, indent=None if on_a_line else 2, ensure_ascii=False) + "\n"


def _head(environment: Environment, target: Target | None, place: Instance, named: Places) -> tuple[str, str, str]:
    role = environment.region_role(target) if target else "not wanted"
    return named.get(place, place.region), role, place.account


def _cells(item: InstanceStatus) -> tuple[str, ...]:
    state = item.status if item.status == "CURRENT" else f"{item.status} {item.detailed}".strip()
    drift = item.drift.replace("_", " ").lower()
    return (
        item.bundle,
        state,
        item.release[:SHORT],
        "" if drift == "not checked" else drift,
        str(item.overrides or ""),
        _operation(item.operation),
    )


def _operation(operation: UnderWay | None) -> str:
    if operation is None:
        return ""
    at = f" {operation.since:%Y-%m-%d %H:%M}" if operation.since else ""
    running = f" {operation.id}" if operation.status in RUNNING else ""
    return f"{operation.action} {operation.status}{at}{running}"


def _record(item: InstanceStatus, named: Places) -> dict[str, Any]:
    operation = item.operation
    return {
        "bundle": item.bundle,
        "target": named.get(item.place, ""),
        "account": item.place.account,
        "region": item.place.region,
        "status": item.status,
        "detailed_status": item.detailed,
        "release": item.release,
        "drift": item.drift,
        "overrides": item.overrides,
        "reason": item.failure,
        "remedy": item.remedy,
        "last_operation": {"id": operation.id, "action": operation.action, "status": operation.status}
        if operation
        else None,
    }
