"""Drift: each resource of a stack compared with what its service has now.

As on AWS, a nested stack counts as one resource: what drifted inside it is found by checking the nested stack itself.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from ..resources.reader import Neighbour, Pairs, Reader
from .call import Call, stack_of
from .engine import Engine
from .maker import request_of
from .records import STACK_TYPE, Difference, Resource, ResourceDrift, StackDrift
from .refusal import invalid
from .store import Stack

_COMPLETE = frozenset(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"))
"""The only statuses in which AWS checks a stack, IMPORT and ROLLBACK of imports aside."""


def detect(engine: Engine, stack: Stack) -> StackDrift:
    """Compare every resource of a stack now, and keep what was found; raises AWS's `ValidationError` if it moves."""
    if stack.status not in _COMPLETE:
        allowed = ", ".join(sorted(_COMPLETE))
        raise invalid(f"Drift detection cannot be performed on stack in {stack.status}. Allowed states: {allowed}")
    world, neighbours = engine.world, _neighbours(engine, stack)
    found = tuple(
        _checked(engine, stack, resource, world.readers.get(resource.type), neighbours)
        for resource in stack.present.values()
    )
    drift = StackDrift(world.token(), stack.id, world.now(), found)
    with engine.store.lock:
        engine.store.drifts[stack.id] = drift
    return drift


def detect_stack_drift(call: Call) -> dict[str, Any]:
    """Answer DetectStackDrift; the check is done when it returns."""
    stack = stack_of(call)
    return {"StackDriftDetectionId": detect(call.engine, stack).id}


def describe_stack_drift_detection_status(call: Call) -> dict[str, Any]:
    """Answer DescribeStackDriftDetectionStatus."""
    wanted = call.params["StackDriftDetectionId"]
    drift = next((each for each in call.engine.store.drifts.values() if each.id == wanted), None)
    if drift is None:
        raise invalid(f"Stack drift detection id {wanted} does not exist")
    unread = [each.resource.logical_id for each in drift.resources if each.status == "UNKNOWN"]
    why = f"Failed to detect drift on resource [{', '.join(unread)}]" if unread else None
    return {
        "StackId": drift.stack_id,
        "StackDriftDetectionId": drift.id,
        "StackDriftStatus": drift.status,
        "DetectionStatus": "DETECTION_FAILED" if unread else "DETECTION_COMPLETE",
        "DetectionStatusReason": why,
        "DriftedStackResourceCount": sum(each.drifted for each in drift.resources),
        "Timestamp": drift.time,
    }


def describe_stack_resource_drifts(call: Call) -> dict[str, Any]:
    """Answer DescribeStackResourceDrifts, of the last check."""
    stack, wanted = stack_of(call), call.params.get("StackResourceDriftStatusFilters")
    drift = call.engine.store.drifts.get(stack.id)
    found = drift.resources if drift else ()
    shown = [each for each in found if each.status in wanted] if wanted else list(found)
    return {"StackResourceDrifts": [_resource(each, drift) for each in shown if drift]}


def _checked(
    engine: Engine, stack: Stack, resource: Resource, reader: Reader | None, neighbours: Sequence[Neighbour]
) -> ResourceDrift:
    if resource.type == STACK_TYPE:
        child = engine.store.stacks.get(resource.physical_id)
        return _drift(resource, {} if child and not child.deleted else None)
    if reader is None:
        return ResourceDrift(resource, "NOT_CHECKED")
    try:
        return _drift(resource, reader(request_of(engine.world, stack, resource), neighbours))
    except ClientError as error:
        return ResourceDrift(resource, "UNKNOWN", reason=str(error))


def _drift(resource: Resource, pairs: Pairs | None) -> ResourceDrift:
    if pairs is None:
        return ResourceDrift(resource, "DELETED")
    differences = tuple(
        Difference(f"/{name}", expected, actual) for name, (expected, actual) in pairs.items() if expected != actual
    )
    return ResourceDrift(resource, "MODIFIED" if differences else "IN_SYNC", differences)


def _neighbours(engine: Engine, stack: Stack) -> list[Neighbour]:
    """Return every resource of the account and region: what other stacks add to a resource is not its drift."""
    stacks = [each for each in engine.store.of(stack.account, stack.region) if not each.deleted]
    return [
        Neighbour(each.type, each.physical_id, each.properties) for other in stacks for each in other.present.values()
    ]


def _resource(each: ResourceDrift, drift: StackDrift) -> dict[str, Any]:
    resource, gone = each.resource, each.status == "DELETED"
    expected = {difference.path[1:]: difference.expected for difference in each.differences}
    actual = {difference.path[1:]: difference.actual for difference in each.differences}
    return {
        "StackId": drift.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "ExpectedProperties": None if gone else _json({**resource.properties, **expected}),
        "ActualProperties": None if gone else _json({**resource.properties, **actual}),
        "PropertyDifferences": [_difference(difference) for difference in each.differences],
        "StackResourceDriftStatus": each.status,
        "DriftStatusReason": each.reason or None,
        "Timestamp": drift.time,
    }


def _difference(difference: Difference) -> Mapping[str, Any]:
    expected, actual = difference.expected, difference.actual
    kind = "REMOVE" if actual in ("", [], {}) else "ADD" if expected in ("", [], {}) else "NOT_EQUAL"
    return {
        "PropertyPath": difference.path,
        "ExpectedValue": _json(expected),
        "ActualValue": _json(actual),
        "DifferenceType": kind,
    }


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
