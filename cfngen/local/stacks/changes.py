"""What a change set says about each resource: what would happen to it, through which property, and why.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ...schemas import resource_schema
from .change import Effect
from .forecast import Foreseen
from .records import Resource
from .references import references

_REPLACEMENT = {
    Effect.NONE: "False",
    Effect.IN_PLACE: "False",
    Effect.CONDITIONAL: "Conditional",
    Effect.REPLACEMENT: "True",
}


@dataclass(frozen=True)
class Causes:
    """What else changes: the parameters with other values, and the resources that are modified or new."""

    parameters: Collection[str]
    resources: Collection[str]


def as_change(foreseen: Foreseen, causes: Causes, nested: str | None = None) -> dict[str, Any]:
    """Return a change as AWS lists it, without values; `nested` is the id of the nested stack's own change set."""
    resource, before = foreseen.resource, foreseen.before
    change: dict[str, Any] = {
        "PolicyAction": _policy_action(foreseen),
        "Action": foreseen.action,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": before.physical_id if before else None,
        "ResourceType": resource.type,
        "Scope": [],
        "Details": [],
        "ChangeSetId": nested,
    }
    if foreseen.action == "Modify":
        details = _details(foreseen, causes)
        change["Replacement"] = _REPLACEMENT[foreseen.effect]
        change["Scope"] = sorted({detail["Target"]["Attribute"] for detail in details})
        change["Details"] = details
    return {"Type": "Resource", "ResourceChange": change}


def with_values(change: Mapping[str, Any], foreseen: Foreseen) -> dict[str, Any]:
    """Return a change with the properties before and after, as `IncludePropertyValues` asks."""
    found = dict(change["ResourceChange"])
    if foreseen.before:
        found["BeforeContext"] = _context(foreseen.before)
    if foreseen.after:
        found["AfterContext"] = _context(foreseen.after)
    return {**change, "ResourceChange": found}


def _context(resource: Resource) -> str:
    metadata = resource.body.get("Metadata")
    return json.dumps({"Properties": resource.properties} | ({"Metadata": metadata} if metadata else {}))


def _policy_action(foreseen: Foreseen) -> str | None:
    body = foreseen.resource.body
    if foreseen.action == "Remove":
        policy = str(body.get("DeletionPolicy", "Delete"))
        return "Retain" if policy == "RetainExceptOnCreate" else policy
    if foreseen.effect is Effect.REPLACEMENT:
        return f"ReplaceAnd{body.get('UpdateReplacePolicy', 'Delete')}"
    return None


def _details(foreseen: Foreseen, causes: Causes) -> list[dict[str, Any]]:
    found = [_detail(foreseen, name, causes) for name in foreseen.changed]
    found += [_static({"Attribute": name, "RequiresRecreation": "Never"}) for name in foreseen.behaviour]
    return found or [{**_static({"Attribute": "Properties"}), "Evaluation": "Dynamic", "ChangeSource": "Automatic"}]


def _static(target: dict[str, Any]) -> dict[str, Any]:
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


def _detail(foreseen: Foreseen, name: str, causes: Causes) -> dict[str, Any]:
    resource = foreseen.resource
    schema = resource_schema(resource.type)
    tags = schema is not None and name == schema.tag_property
    recreation = "Never"
    if schema is not None and any(path.split("/")[0] == name for path in schema.create_only):
        recreation = "Conditionally" if foreseen.effect is Effect.CONDITIONAL else "Always"
    elif schema is not None and any(path.split("/")[0] == name for path in schema.conditional_create_only):
        recreation = "Conditionally"
    target = {"Attribute": "Tags"} if tags else {"Attribute": "Properties", "Name": name}
    return _static({**target, "RequiresRecreation": recreation}) | _cause(foreseen, name, causes)


def _cause(foreseen: Foreseen, name: str, causes: Causes) -> dict[str, str]:
    before, after = foreseen.before, foreseen.after
    old = (before.body.get("Properties") or {}).get(name) if before else None
    new = (after.body.get("Properties") or {}).get(name) if after else None
    if old != new:
        return {}
    for reference in references(new):
        if reference.name in causes.parameters:
            return {"ChangeSource": "ParameterReference", "CausingEntity": reference.name}
        if reference.name in causes.resources and reference.attribute:
            entity = f"{reference.name}.{reference.attribute}"
            return {"Evaluation": "Dynamic", "ChangeSource": "ResourceAttribute", "CausingEntity": entity}
        if reference.name in causes.resources:
            return {"Evaluation": "Dynamic", "ChangeSource": "ResourceReference", "CausingEntity": reference.name}
    return {}
