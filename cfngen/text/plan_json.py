"""A plan as JSON, documented in `docs/plan-json.md` and described by `docs/plan.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..deployment import Instance
from ..planning.changes import Group, IamChange, Impact, ResourceChange, TemplateChange
from ..planning.losses import Loss, losses
from ..planning.operations import (
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
from .words import Places, verb

PLAN_SCHEMA = 2
"""Version of the form; raised when a field changes its meaning or goes away."""


def plan_json(plan: Plan, named: Places, environment: str, live: list[dict[str, Any]] | None = None) -> str:
    """Return a plan for a program; `live` is CloudFormation's own opinion, where it was asked for."""
    body: dict[str, Any] = {
        "schema": PLAN_SCHEMA,
        "environment": environment,
        "empty": plan.is_empty,
        "losses": [_loss(each, named) for each in losses(plan.steps)],
        "steps": [_step(each, named) for each in plan.steps],
    }
    if live is not None:
        body["live"] = live
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def instances_of(instances: Iterable[Instance], named: Places) -> list[dict[str, str]]:
    """Return instances with the targets that they are."""
    return [{"target": named.get(place, ""), "account": place.account, "region": place.region} for place in instances]


def _step(step: Step, named: Places) -> dict[str, Any]:
    return {
        "bundle": step.bundle,
        "stack_set": step.name,
        "operations": [_operation(each, named) for each in step.operations],
        "templates": [_template(each) for each in step.templates],
        "groups": [_group(each, named) for each in step.groups],
    }


def _operation(operation: Operation, named: Places) -> dict[str, Any]:
    record: dict[str, Any] = {"action": verb(operation)}
    match operation:
        case UploadTemplates(uploads):
            record["keys"] = [upload.key for upload in uploads]
        case UpdateStackSet(instances=instances, reasons=reasons, canary=canary):
            record |= {"instances": instances_of(instances, named), "reasons": list(reasons), "canary": canary}
        case CreateInstances(area=area, overrides=overrides):
            record |= {"instances": instances_of(area.instances, named), "overrides": dict(overrides)}
        case UpdateInstances(area=area, overrides=overrides, reasons=reasons):
            places = instances_of(area.instances, named)
            record |= {"instances": places, "overrides": dict(overrides), "reasons": list(reasons)}
        case DeleteInstances(area=area):
            record["instances"] = instances_of(area.instances, named)
        case CreateStackSet() | DeleteStackSet():
            pass
    return record


def _template(template: TemplateChange) -> dict[str, Any]:
    differences = [
        {"section": each.section, "name": each.name, "path": each.path, "before": each.before, "after": each.after}
        for each in template.differences
    ]
    return {"name": template.name, "known": template.known, "differences": differences}


def _group(group: Group, named: Places) -> dict[str, Any]:
    return {"instances": instances_of(group.instances, named), **_impact(group.impact, dict(group.origins))}


def _impact(impact: Impact, origins: Mapping[str, str]) -> dict[str, Any]:
    return {
        "action": impact.action,
        "parameters": [
            {"name": each.name, "before": each.before, "after": each.after, "origin": origins.get(each.name, "")}
            for each in impact.parameters
        ],
        "resources": [_resource(each) for each in impact.resources],
        "passing": [_resource(each) for each in impact.passing],
        "iam": [_iam(each) for each in impact.iam],
        "lookups": [
            {"parameter": each.parameter, "path": each.path, "reaches": list(each.reaches)} for each in impact.lookups
        ],
        "notes": list(impact.notes),
    }


def _resource(found: ResourceChange) -> dict[str, Any]:
    return {
        "layer": found.layer,
        "logical_id": found.logical_id,
        "type": found.type,
        "effect": found.effect.value,
        "perhaps": found.perhaps,
        "stateful": found.stateful,
        "policy": found.policy,
        "why": found.why,
        "properties": [
            {
                "path": each.path,
                "before": each.before,
                "after": each.after,
                "effect": each.effect.value,
                "perhaps": each.perhaps,
                "because": list(each.because),
            }
            for each in found.properties
        ],
    }


def _iam(found: IamChange) -> dict[str, Any]:
    return {
        "change": "gains" if found.gains else "loses",
        "who": found.who,
        "effect": "Allow" if found.allow else "Deny",
        "actions": list(found.actions),
        "resource": found.resource,
        "condition": found.condition,
        "via": found.via,
    }


def _loss(loss: Loss, named: Places) -> dict[str, Any]:
    change = loss.change
    return {
        "bundle": loss.bundle,
        "resource": change.name,
        "type": change.type,
        "effect": change.effect.value,
        "policy": change.policy,
        "replace": loss.flag,
        "instances": instances_of(loss.instances, named),
    }
