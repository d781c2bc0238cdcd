"""A plan as lines, as Markdown and as JSON.

The first character of a line says what it is about: `+` made, `~` changed, `-` deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..deployment import Instance
from ..operations import (
    Area,
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    Plan,
    Step,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)
from .words import Places, head, sign, verb

PLAN_SCHEMA = 1
"""Version of the plan's JSON form; raised when a field changes its meaning or goes away."""


def plan_lines(plan: Plan, named: Places) -> list[str]:
    """Return a plan for a person: a paragraph for each bundle."""
    lines = [line for step in plan.steps for line in _step_lines(step, named)]
    count = sum(not isinstance(item, UploadTemplates) for item in plan.operations)
    return [*lines, "Nothing to do." if plan.is_empty else f"{count} operation{'s' if count != 1 else ''}."]


def plan_markdown(plan: Plan, named: Places, environment: str) -> str:
    """Return a plan for a pull request's comment."""
    body = "\n".join(plan_lines(plan, named))
    return f"### cfngen plan: {environment}\n\n```diff\n{body}\n```\n"


def plan_json(plan: Plan, named: Places, environment: str) -> str:
    """Return a plan for a program; see `docs/plan-json.md`."""
    steps = [
        {"bundle": step.bundle, "stack_set": step.name, "operations": [_record(i, named) for i in step.operations]}
        for step in plan.steps
    ]
    body = {"schema": PLAN_SCHEMA, "environment": environment, "empty": plan.is_empty, "steps": steps}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _step_lines(step: Step, named: Places) -> Iterator[str]:
    if not step.operations:
        yield f"{step.bundle}: nothing to do ({step.instances} instances are as wanted)"
        return
    yield f"{step.bundle}: stack set {step.name}"
    for operation in step.operations:
        yield f"{sign(operation)} {head(operation, named)}"
        yield from (f"{sign(operation)}     {detail}" for detail in _details(operation))


def _details(operation: Operation) -> Sequence[str]:
    match operation:
        case UpdateStackSet(reasons=reasons) | UpdateInstances(reasons=reasons):
            return reasons
        case CreateInstances(overrides=overrides):
            return [", ".join(f"{name}={value}" for name, value in overrides.items())] if overrides else []
        case _:
            return []


def _record(operation: Operation, named: Places) -> dict[str, Any]:
    record: dict[str, Any] = {"action": verb(operation)}
    match operation:
        case UploadTemplates(uploads):
            record["keys"] = [upload.key for upload in uploads]
        case UpdateStackSet(instances=instances, reasons=reasons):
            record |= {"instances": _instances(instances, named), "reasons": list(reasons)}
        case CreateInstances(area=area, overrides=overrides):
            record |= {"instances": _area(area, named), "overrides": dict(overrides)}
        case UpdateInstances(area=area, overrides=overrides, reasons=reasons):
            record |= {"instances": _area(area, named), "overrides": dict(overrides), "reasons": list(reasons)}
        case DeleteInstances(area=area):
            record["instances"] = _area(area, named)
        case CreateStackSet() | DeleteStackSet():
            pass
    return record


def _area(area: Area, named: Places) -> list[dict[str, str]]:
    return _instances(area.instances, named)


def _instances(instances: Iterable[Instance], named: Places) -> list[dict[str, str]]:
    return [{"target": named.get(place, ""), "account": place.account, "region": place.region} for place in instances]
