"""The plan that a report is given: the JSON of `cfngen plan --format json`, read and shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import CfngenError, Problem, Where
from ..planning.changes import Effect
from ..planning.losses import KEPT
from .content import Cell, Row, Section, Table, choices, code, text
from .layers import resource_id

SCHEMAS = (1, 2)
"""Forms of a plan that can be read: docs/plan-json.md."""

LOSS = ("Bundle", "Resource", "What happens", "Afterwards", "Say --replace", "Instances")

HAPPENS = {
    Effect.DELETE.value: "is deleted",
    Effect.REPLACE.value: "is replaced",
    Effect.MAY_REPLACE.value: "may be replaced",
    Effect.UNKNOWN.value: "nobody can tell before",
}
"""What a plan does to what holds data, in words."""

DOUBTFUL = (Effect.MAY_REPLACE.value, Effect.UNKNOWN.value)
"""Effects that say themselves that nobody is sure."""

HINT = "write one with `cfngen plan ENV --format json > plan.json`"


def read_plan(path: Path, environment: str) -> Mapping[str, Any]:
    """Read the JSON of a plan; raises `CfngenError` where it is none, or another environment's."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        what = f"cannot be read as a plan: {getattr(error, 'strerror', None) or error}"
        raise CfngenError(Problem(Where(str(path)), what, HINT)) from error
    if not isinstance(found, dict) or not isinstance(found.get("steps"), list):
        raise CfngenError(Problem(Where(str(path)), "is not a plan: it has no steps", HINT))
    if found.get("schema") not in SCHEMAS:
        what = f"is a plan of form {found.get('schema')}; forms {' and '.join(map(str, SCHEMAS))} can be read"
        raise CfngenError(Problem(Where(str(path)), what, HINT))
    if found.get("environment") != environment:
        raise CfngenError(
            Problem(Where(str(path)), f"is a plan of {found.get('environment')}, not {environment}", HINT)
        )
    return found


def plan_section(plan: Mapping[str, Any], known: Collection[str]) -> Section:
    """Return what a plan would do: its operations, what they do to resources, and who gains what.

    `known` are the ids of resources on the page; one that is deleted or in a root is not there to be led to.
    """
    steps = _mappings(plan.get("steps"))
    changes = tuple(_once(row for step in steps for row in _changes(step, known)))
    tables = (
        Table("Operations", ("Bundle", "Operation", "Instances", "What and why"), tuple(_operations(steps))),
        Table("What happens to resources", ("Bundle", "Resource", "Type", "Effect", "Why", "Instances"), changes),
        Table("Who may do more or less", ("Change", "Who", "Effect", "Actions", "On"), tuple(_once(_iam(steps)))),
        Table("What may be lost", LOSS, tuple(_loss(each, known) for each in _mappings(plan.get("losses")))),
    )
    intro = ("Nothing to do.",) if plan.get("empty") else ("What a deployment would do, as it was planned.",)
    shown = tuple(table for table in tables if table.rows)
    filters = choices(changes, "effect") if shown else None
    return Section("plan", "The plan", intro, tables=shown, filters=filters, noun="changes")


def _operations(steps: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    for step in steps:
        for each in _mappings(step.get("operations")):
            values = [f"{name} = {value}" for name, value in (each.get("overrides") or {}).items()]
            words = [*map(str, each.get("reasons") or ()), *values, *map(str, each.get("keys") or ())]
            action = f"{each.get('action')}{', the canary' if each.get('canary') else ''}"
            yield Row((code(str(step.get("bundle"))), text(action), _places(each), text(*words)))


def _changes(step: Mapping[str, Any], known: Collection[str]) -> Iterator[Row]:
    for group in _mappings(step.get("groups")):
        for each in _mappings(group.get("resources")):
            layer, name = str(each.get("layer")), str(each.get("logical_id"))
            effect = str(each.get("effect"))
            effect = f"perhaps {effect}" if each.get("perhaps") and effect not in DOUBTFUL else effect
            paths = [str(found.get("path")) for found in _mappings(each.get("properties"))]
            cells = (
                code(str(step.get("bundle"))),
                code(f"{layer}.{name}", link=_link(layer, name, known)),
                code(str(each.get("type"))),
                text(effect, *(["holds data"] if each.get("stateful") else [])),
                text(*filter(None, [str(each.get("why") or ""), ", ".join(paths)])),
                _places(group),
            )
            yield Row(cells, keys={"effect": effect}, level="warn" if "replace" in effect or "delete" in effect else "")


def _iam(steps: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    for step in steps:
        for group in _mappings(step.get("groups")):
            for each in _mappings(group.get("iam")):
                words = (str(each.get(name)) for name in ("change", "who", "effect"))
                actions = map(str, each.get("actions") or ())
                yield Row((*map(text, words), code(*actions), code(str(each.get("resource")))))


def _loss(found: Mapping[str, Any], known: Collection[str]) -> Row:
    layer, _, name = str(found.get("resource")).rpartition(".")
    effect, policy = str(found.get("effect")), str(found.get("policy") or "")
    cells = (
        code(str(found.get("bundle"))),
        code(f"{layer}.{name}", str(found.get("type")), link=_link(layer, name, known)),
        text(HAPPENS.get(effect, effect)),
        text(KEPT.get(policy, policy)),
        code(str(found.get("replace"))),
        _places(found),
    )
    return Row(cells, level="bad")


def _link(layer: str, name: str, known: Collection[str]) -> str:
    return found if (found := resource_id(layer, name)) in known else ""


def _places(found: Mapping[str, Any]) -> Cell:
    places = _mappings(found.get("instances"))
    names = (str(each.get("target") or f"{each.get('account')}/{each.get('region')}") for each in places)
    return Cell(tuple(names), is_whole=True)


def _mappings(found: Any) -> list[Mapping[str, Any]]:
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _once(rows: Iterable[Row]) -> Iterator[Row]:
    seen: list[tuple[Any, ...]] = []
    for row in rows:
        if row.cells not in seen:
            seen.append(row.cells)
            yield row
