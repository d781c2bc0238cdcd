"""Plain stacks: what bootstrap makes before there can be a StackSet."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, WaiterError

from ..deployment import PlainStack
from ..errors import CfngenError, problem
from ..execution.failures import first_failed, latest
from .errors import code, translated
from .readers import events_of
from .session import Aws

BROKEN = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
"""States from which a stack can only be deleted; made again when it was never complete."""


def ensure(aws: Aws, stack: PlainStack, *, delay: float = 5) -> str:
    """Create or update a stack and wait; return `created`, `updated` or `unchanged`. `delay` is in seconds."""
    cloudformation = aws.client("cloudformation")
    with translated(f"bootstrapping the stack {stack.name}"):
        status = _status(cloudformation, stack.name)
        if status in BROKEN:
            cloudformation.delete_stack(StackName=stack.name)
            _wait(cloudformation, stack.name, "stack_delete_complete", delay)
            status = None
        if status is None:
            made = cloudformation.create_stack(OnFailure="DELETE", **_arguments(stack))
            _wait(cloudformation, made["StackId"], "stack_create_complete", delay)
            return "created"
        return _update(cloudformation, stack, delay)


def remove(aws: Aws, name: str, *, delay: float = 5) -> None:
    """Delete a stack and wait; one that is gone already is fine."""
    cloudformation = aws.client("cloudformation")
    with translated(f"deleting the stack {name}"):
        cloudformation.delete_stack(StackName=name)
        _wait(cloudformation, name, "stack_delete_complete", delay)


def _update(cloudformation: Any, stack: PlainStack, delay: float) -> str:
    try:
        cloudformation.update_stack(**_arguments(stack))
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return "unchanged"
        raise
    _wait(cloudformation, stack.name, "stack_update_complete", delay)
    return "updated"


def _arguments(stack: PlainStack) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "TemplateBody": stack.body,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }


def _status(cloudformation: Any, name: str) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if code(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise


def _wait(cloudformation: Any, name: str, waiter: str, delay: float) -> None:
    try:
        cloudformation.get_waiter(waiter).wait(StackName=name, WaiterConfig={"Delay": delay, "MaxAttempts": 240})
    except WaiterError as error:
        raise CfngenError(problem(_first_failure(cloudformation, name) or str(error), where=f"stack {name}")) from error


def _first_failure(cloudformation: Any, name: str) -> str:
    """Return the first resource that failed in the stack's latest operation, with AWS's reason."""
    try:
        first = first_failed(latest(events_of(cloudformation, name)))
    except ClientError:
        return ""
    return f"{first.logical_id}: {first.reason or first.status}" if first else ""
