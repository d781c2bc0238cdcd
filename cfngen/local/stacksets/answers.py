"""Stack sets as the API's answers tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .model import Definition, Instance, Operation, Result, StackSet, Target
from .store import Record

Answer = dict[str, Any]

_HIDDEN = "****"


def stack_set(record: Record) -> Answer:
    """Return DescribeStackSet's view."""
    described, definition = record.stack_set, record.stack_set.definition
    return summary(described) | {
        "StackSetARN": described.arn,
        "TemplateBody": definition.template,
        "Parameters": _parameters(definition.parameters, definition),
        "Capabilities": definition.capabilities,
        "Tags": [{"Key": key, "Value": value} for key, value in definition.tags.items()],
        "AdministrationRoleARN": described.administration_role_arn,
        "ExecutionRoleName": definition.execution_role,
        "StackSetDriftDetectionDetails": _drift(record),
        "OrganizationalUnitIds": [],
        "Regions": sorted({target.region for target in record.instances}),
    }


def summary(described: StackSet) -> Answer:
    """Return ListStackSets' view, drift aside."""
    return {
        "StackSetName": described.name,
        "StackSetId": described.id,
        "Description": described.description or None,
        "Status": described.status,
        "PermissionModel": "SELF_MANAGED",
        "ManagedExecution": {"Active": described.managed_execution},
    }


def instance_summary(instance: Instance, described: StackSet) -> Answer:
    """Return ListStackInstances' view, which omits the overrides."""
    return {
        "StackSetId": described.id,
        "Region": instance.target.region,
        "Account": instance.target.account,
        "StackId": instance.stack_id or None,
        "Status": instance.status,
        "StatusReason": instance.reason or None,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed},
        "DriftStatus": instance.drift,
        "LastDriftCheckTimestamp": instance.drift_checked,
        "LastOperationId": instance.last_operation,
    }


def instance_details(instance: Instance, described: StackSet) -> Answer:
    """Return DescribeStackInstance's view."""
    overrides = _parameters(instance.overrides, described.definition)
    return instance_summary(instance, described) | {"ParameterOverrides": overrides}


def operation_summary(operation: Operation, results: Mapping[Target, Result]) -> Answer:
    """Return ListStackSetOperations' view."""
    failed = sum(result.status == "FAILED" for result in results.values())
    return {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": operation.created,
        "EndTimestamp": operation.ended,
        "StatusReason": operation.reason or None,
        "StatusDetails": {"FailedStackInstancesCount": failed},
        "OperationPreferences": operation.preferences,
    }


def operation_details(operation: Operation, record: Record) -> Answer:
    """Return DescribeStackSetOperation's view."""
    return operation_summary(operation, record.results[operation.id]) | {
        "StackSetId": record.stack_set.id,
        "RetainStacks": operation.retain if operation.action == "DELETE" else None,
        "AdministrationRoleARN": record.stack_set.administration_role_arn,
        "ExecutionRoleName": record.stack_set.definition.execution_role,
    }


def result(target: Target, told: Result) -> Answer:
    """Return ListStackSetOperationResults' view."""
    return {
        "Account": target.account,
        "Region": target.region,
        "Status": told.status,
        "StatusReason": told.reason or None,
        "AccountGateResult": {"Status": "SKIPPED"} if told.skipped or told.status == "SUCCEEDED" else None,
    }


def drift_status(record: Record) -> str:
    """Return the stack set's own drift status: drifted if one instance is."""
    if record.stack_set.drift_checked is None:
        return "NOT_CHECKED"
    return "DRIFTED" if any(each.drift == "DRIFTED" for each in record.instances.values()) else "IN_SYNC"


def _drift(record: Record) -> Answer | None:
    if record.stack_set.drift_checked is None:
        return None
    counts = Counter(instance.drift for instance in record.instances.values())
    return {
        "DriftStatus": drift_status(record),
        "DriftDetectionStatus": "COMPLETED",
        "LastDriftCheckTimestamp": record.stack_set.drift_checked,
        "TotalStackInstancesCount": len(record.instances),
        "DriftedStackInstancesCount": counts["DRIFTED"],
        "InSyncStackInstancesCount": counts["IN_SYNC"],
        "InProgressStackInstancesCount": 0,
        "FailedStackInstancesCount": counts["UNKNOWN"],
    }


def _parameters(values: Mapping[str, str], definition: Definition) -> list[Answer]:
    shown = ((name, _HIDDEN if name in definition.hidden else value) for name, value in values.items())
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in shown]
