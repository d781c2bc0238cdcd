"""CloudFormation's actions that describe stacks, their resources and their events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .call import Call, stack_of
from .parameters import Parameter
from .records import Event, Output, Resource
from .refusal import invalid
from .store import Stack, history

_RESOURCE_NOT_CHECKED = {"StackResourceDriftStatus": "NOT_CHECKED"}


def describe_stacks(call: Call) -> dict[str, Any]:
    """Answer DescribeStacks: one stack by name or id, deleted ones by id only, or all that live."""
    if call.params.get("StackName"):
        return {"Stacks": [_stack(call, stack_of(call))]}
    living = [each for each in call.engine.store.of(call.account, call.region) if not each.deleted]
    return {"Stacks": [_stack(call, each) for each in reversed(living)]}


def list_stacks(call: Call) -> dict[str, Any]:
    """Answer ListStacks: all stacks, deleted ones among them, newest first."""
    statuses = call.params.get("StackStatusFilter")
    found = reversed(call.engine.store.of(call.account, call.region))
    return {"StackSummaries": [_summary(call, each) for each in found if not statuses or each.status in statuses]}


def describe_stack_events(call: Call) -> dict[str, Any]:
    """Answer DescribeStackEvents: newest first."""
    stack = stack_of(call, "Stack [{}] does not exist")
    return {"StackEvents": [_event(stack, each) for each in history(stack)]}


def describe_stack_resources(call: Call) -> dict[str, Any]:
    """Answer DescribeStackResources, by the stack or by the physical id of one of its resources."""
    physical, logical = call.params.get("PhysicalResourceId"), call.params.get("LogicalResourceId")
    stack = _owner(call, physical) if physical else stack_of(call)
    found = [each for each in _resources(stack) if logical in (None, each.logical_id)]
    return {"StackResources": [_owned(stack, each) | {"Timestamp": each.changed} for each in found]}


def describe_stack_resource(call: Call) -> dict[str, Any]:
    """Answer DescribeStackResource."""
    stack, name = stack_of(call, "Stack '{}' does not exist"), call.params["LogicalResourceId"]
    resource = dict(stack.resources).get(name)
    if resource is None:
        raise invalid(f"Resource {name} does not exist for stack {stack.name}")
    extra = {"LastUpdatedTimestamp": resource.changed, "Metadata": json.dumps(resource.body.get("Metadata") or {})}
    return {"StackResourceDetail": _owned(stack, resource) | extra}


def list_stack_resources(call: Call) -> dict[str, Any]:
    """Answer ListStackResources."""
    found = _resources(stack_of(call))
    return {"StackResourceSummaries": [_resource(each) | {"LastUpdatedTimestamp": each.changed} for each in found]}


def tag_pairs(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in tags]


def parameter_pairs(parameters: Iterable[tuple[str, Parameter]]) -> list[dict[str, Any]]:
    """Return a stack's parameters as AWS lists them, with what was looked up beside the name in the store."""
    return [
        {
            "ParameterKey": name,
            "ParameterValue": each.shown,
            "ResolvedValue": each.resolved if each.looked_up and not each.hidden else None,
        }
        for name, each in parameters
    ]


def _resources(stack: Stack) -> list[Resource]:
    return list(dict(stack.resources).values())


def _owner(call: Call, physical_id: str) -> Stack:
    for stack in call.engine.store.of(call.account, call.region):
        if not stack.deleted and any(each.physical_id == physical_id for each in _resources(stack)):
            return stack
    raise invalid(f"Stack for {physical_id} does not exist")


def _stack(call: Call, stack: Stack) -> dict[str, Any]:
    wanted, settings = stack.wanted, stack.settings
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": wanted.template.body.get("Description"),
        "Parameters": parameter_pairs(wanted.parameters.items()),
        "CreationTime": stack.created,
        "DeletionTime": stack.deleted,
        "LastUpdatedTime": stack.updated,
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "DisableRollback": settings.on_failure == "DO_NOTHING" and not settings.parent_id,
        "NotificationARNs": list(settings.notification_arns),
        "TimeoutInMinutes": settings.timeout,
        "Capabilities": list(wanted.capabilities),
        "Outputs": [_output(each) for each in stack.outputs],
        "RoleARN": settings.role_arn or None,
        "Tags": tag_pairs(wanted.tags.items()),
        "EnableTerminationProtection": settings.protected,
        "ParentId": settings.parent_id or None,
        "RootId": settings.root_id or None,
        "DriftInformation": _drift(call, stack),
    }


def _summary(call: Call, stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "TemplateDescription": stack.wanted.template.body.get("Description"),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "ParentId": stack.settings.parent_id or None,
        "RootId": stack.settings.root_id or None,
        "DriftInformation": _drift(call, stack),
    }


def _drift(call: Call, stack: Stack) -> dict[str, Any]:
    found = call.engine.store.drifts.get(stack.id)
    if found is None:
        return {"StackDriftStatus": "NOT_CHECKED"}
    return {"StackDriftStatus": found.status, "LastCheckTimestamp": found.time}


def _output(output: Output) -> dict[str, Any]:
    return {
        "OutputKey": output.key,
        "OutputValue": output.value,
        "Description": output.description or None,
        "ExportName": output.export or None,
    }


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id or None,
        "ResourceType": resource.type,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason or None,
        "DriftInformation": _RESOURCE_NOT_CHECKED,
    }


def _owned(stack: Stack, resource: Resource) -> dict[str, Any]:
    return {"StackName": stack.name, "StackId": stack.id} | _resource(resource)


def _event(stack: Stack, event: Event) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.time,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason or None,
        "ResourceProperties": json.dumps(event.properties) if event.properties else None,
    }
