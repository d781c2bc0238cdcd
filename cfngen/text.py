"""What people read: plans, problems, values and progress, as lines and tables without any colour.

The first character of a plan's line says what it is about: `+` made, `~` changed, `-` deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from .config import Environment, Sourced
from .deployment import Instance, WantedStackSet
from .errors import Problem
from .execute import Begun, Event, Finished, Progressed, Started
from .operations import (
    Area,
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    ObservedInstance,
    ObservedStackSet,
    Operation,
    Plan,
    Step,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)
from .releases import Release
from .templates import BundleTemplates

if TYPE_CHECKING:
    from .verify import Proof

PLAN_SCHEMA = 1
"""Version of the plan's JSON form; raised when a field changes its meaning or goes away."""

Places = Mapping[Instance, str]
"""What a person calls an instance: `eu/eu-west-1`."""


@dataclass(frozen=True)
class Table:
    """Rows under column heads."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def places(wanted: Iterable[WantedStackSet]) -> dict[Instance, str]:
    """Return the target that each instance is, in words."""
    return {instance: str(target) for item in wanted for instance, target in item.targets.items()}


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


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return problems for a person: those of one file together, hints indented below."""
    ordered = sorted(dict.fromkeys(problems), key=lambda item: (item.where.file, item.where.line))
    count = f"{len(ordered)} problems:" if len(ordered) > 1 else ""
    return [*filter(None, [count]), *(line for item in ordered for line in str(item).splitlines())]


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
    for target in environment.targets:
        place = Instance(environment.account(target), target.region)
        cells = (_state(observed.get(item.definition.name), place) for item in wanted)
        rows.append((str(target), environment.region_role(target), place.account, *cells))
    return Table(("target", "role", "account", *(item.bundle for item in wanted)), tuple(rows))


def failure_lines(wanted: Sequence[WantedStackSet], observed: Observed, named: Places) -> list[str]:
    """Return a line for each instance that is not current, with AWS's reason."""
    return [
        f"{item.bundle} {named.get(place, str(place))}: {instance.reason}"
        for item in wanted
        if (found := observed.get(item.definition.name))
        for place, instance in sorted(found.instances.items())
        if instance.status != "CURRENT" and instance.reason
    ]


def status_json(wanted: Sequence[WantedStackSet], observed: Observed, named: Places) -> str:
    """Return the state of every instance for a program."""
    rows = [
        {"bundle": item.bundle, "target": named.get(place, ""), "account": place.account, "region": place.region}
        | {"status": instance.status, "detailed_status": instance.detailed_status, "reason": instance.reason}
        for item in wanted
        if (found := observed.get(item.definition.name))
        for place, instance in sorted(found.instances.items())
    ]
    return json.dumps({"schema": PLAN_SCHEMA, "instances": rows}, indent=2, ensure_ascii=False) + "\n"


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


def event_line(event: Event, named: Places) -> str:
    """Return one line of progress."""
    match event:
        case Begun(bundle, operations):
            return f"{bundle}: {operations} operation{'s' if operations != 1 else ''}"
        case Started(bundle, operation):
            return f"{bundle}: {_head(operation, named)}"
        case Progressed(bundle, result):
            reason = f": {result.reason}" if result.reason else ""
            return f"{bundle}: {named.get(result.instance, str(result.instance))} {result.status}{reason}"
        case Finished(bundle, operation, _, status, results):
            failed = f", {len(event.failures)} of {len(results)} failed" if event.failures else ""
            return f"{bundle}: {_verb(operation)} {status}{failed}"
        case _:
            assert_never(event)


Observed = Mapping[str, ObservedStackSet]


def _step_lines(step: Step, named: Places) -> Iterator[str]:
    if not step.operations:
        yield f"{step.bundle}: nothing to do ({step.instances} instances are as wanted)"
        return
    yield f"{step.bundle}: stack set {step.name}"
    for operation in step.operations:
        yield f"{_sign(operation)} {_head(operation, named)}"
        yield from (f"{_sign(operation)}     {detail}" for detail in _details(operation))


def _sign(operation: Operation) -> str:
    match operation:
        case CreateStackSet() | CreateInstances():
            return "+"
        case DeleteInstances() | DeleteStackSet():
            return "-"
        case UpdateStackSet() | UpdateInstances():
            return "~"
        case UploadTemplates():
            return " "
        case _:
            assert_never(operation)


def _verb(operation: Operation) -> str:
    match operation:
        case UploadTemplates():
            return "upload templates"
        case CreateStackSet():
            return "create stack set"
        case UpdateStackSet():
            return "update stack set"
        case CreateInstances():
            return "create"
        case UpdateInstances():
            return "update"
        case DeleteInstances():
            return "delete"
        case DeleteStackSet():
            return "delete stack set"
        case _:
            assert_never(operation)


def _head(operation: Operation, named: Places) -> str:
    verb = _verb(operation)
    match operation:
        case UploadTemplates(uploads):
            return f"{verb}: {', '.join(upload.key.rpartition('/')[2] for upload in uploads)}"
        case UpdateStackSet(instances=instances):
            return f"{verb}: {len(instances)} instances ({_names(instances, named)})"
        case CreateInstances(area=area) | UpdateInstances(area=area) | DeleteInstances(area=area):
            return f"{verb} {_names(area.instances, named)}"
        case CreateStackSet() | DeleteStackSet():
            return verb


def _details(operation: Operation) -> Sequence[str]:
    match operation:
        case UpdateStackSet(reasons=reasons) | UpdateInstances(reasons=reasons):
            return reasons
        case CreateInstances(overrides=overrides):
            return [", ".join(f"{name}={value}" for name, value in overrides.items())] if overrides else []
        case _:
            return []


def _names(instances: Iterable[Instance], named: Places) -> str:
    return ", ".join(named.get(place, str(place)) for place in instances)


def _record(operation: Operation, named: Places) -> dict[str, Any]:
    record: dict[str, Any] = {"action": _verb(operation)}
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


def _verdict(found: int) -> str:
    return f"{found} findings" if found else "holds"


def _state(found: ObservedStackSet | None, place: Instance) -> str:
    instance: ObservedInstance | None = found.instances.get(place) if found else None
    if instance is None:
        return "absent"
    return instance.status if instance.status == "CURRENT" else f"{instance.status} {instance.detailed_status}".strip()
