"""The reader role of each account: what stacks are and what happened to them, where their instances are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..deployment import Instance
from ..errors import CfngenError
from ..execution.events import InstanceResult
from ..execution.failures import (
    STACK_TYPE,
    Failure,
    StackEvent,
    failure_of,
    first_failed,
    is_echo,
    latest,
    layer_of,
    stack_name,
    summarized,
)
from ..execution.standing import GONE, StackState
from .errors import code, translated
from .session import Aws

DEEPEST = 5
"""Levels of nested stacks that a failure is followed through; ours have one."""


@dataclass(frozen=True)
class Readers:
    """Clients of the reader role."""

    aws: Aws
    role: str

    def cloudformation(self, place: Instance) -> Any:
        """Return a CloudFormation client in an account and region."""
        return self.client("cloudformation", place)

    def client(self, service: str, place: Instance) -> Any:
        """Return a client in an account and region; the role is assumed at its first call."""
        return self.aws.assume(place.account, self.role, place.region).client(service)

    def failure(self, stack_id: str, result: InstanceResult, since: float = 0) -> Failure:
        """Follow a failure through the stack's events to the resource; where that cannot be, what AWS sums up.

        `since` is when the stack set's operation began, in seconds since 1970: what failed in a stack before is
        not its failure.
        """
        told = summarized(result.reason)
        if not stack_id:
            return told
        try:
            with translated(f"reading the events of {stack_id}"):
                return self._followed(result.instance, stack_id, "", since) or told
        except CfngenError:
            return told

    def state(self, place: Instance, stack_id: str) -> StackState:
        """Return what a stack is, and the resources that keep it from being mended."""
        with translated(f"reading the stack {stack_id}"):
            client = self.cloudformation(place)
            try:
                status = str(client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
            except ClientError as error:
                if code(error) != "ValidationError":
                    raise
                return StackState(GONE)
            if status == "DELETE_COMPLETE":
                return StackState(GONE)
            held = HELD.get(status)
            return StackState(status, tuple(held(client, stack_id)) if held else ())

    def outputs(self, place: Instance, stack_id: str) -> dict[str, str]:
        """Return a stack's outputs; none of one that is gone."""
        with translated(f"reading the outputs of {stack_id}"):
            try:
                (stack,) = self.cloudformation(place).describe_stacks(StackName=stack_id)["Stacks"]
            except ClientError as error:
                if code(error) != "ValidationError":
                    raise
                return {}
        gone = stack["StackStatus"] == "DELETE_COMPLETE"
        return {} if gone else {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}

    def _followed(self, place: Instance, stack_id: str, layer: str, since: float, depth: int = 0) -> Failure | None:
        operation = latest(events_of(self.cloudformation(place), stack_id), since)
        event = first_failed(operation)
        if event is None:
            return None
        deeper = None
        if event.nested and depth < DEEPEST:
            inner, began = layer or layer_of(event.logical_id), operation[-1].at
            deeper = self._followed(place, event.nested, inner, began or since, depth + 1)
        return deeper or failure_of(event, layer)


def events_of(client: Any, stack_id: str) -> Iterator[StackEvent]:
    """Yield a stack's events, newest first; pages are asked for only as they are read."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for row in page["StackEvents"]:
            yield StackEvent(
                stack_id=row["StackId"],
                logical_id=row["LogicalResourceId"],
                physical_id=row.get("PhysicalResourceId", ""),
                type=row["ResourceType"],
                status=row["ResourceStatus"],
                reason=row.get("ResourceStatusReason", ""),
                at=row["Timestamp"].timestamp(),
            )


def _unmended(client: Any, stack_id: str, prefix: str = "") -> Iterator[str]:
    """Yield the resources that a rollback failed for, as ContinueUpdateRollback wants those that it skips.

    One of a nested stack is named by that stack's name, at whatever depth, and not by its logical id. What was
    merely cancelled may not be skipped, and a nested stack itself only once it is, or is being, deleted.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
    """
    for row in _resources(client, stack_id):
        if row["ResourceStatus"] != "UPDATE_FAILED" or is_echo(row.get("ResourceStatusReason", "")):
            continue
        if row["ResourceType"] == STACK_TYPE and not _is_deleted(client, nested := row["PhysicalResourceId"]):
            yield from _unmended(client, nested, f"{stack_name(nested)}.")
        else:
            yield f"{prefix}{row['LogicalResourceId']}"


def _undeleted(client: Any, stack_id: str, prefix: str = "") -> Iterator[str]:
    """Yield the resources that could not be deleted, those of nested stacks as `Nested.Resource`."""
    for row in _resources(client, stack_id):
        name = f"{prefix}{row['LogicalResourceId']}"
        if row["ResourceStatus"] != "DELETE_FAILED":
            continue
        nested = row["ResourceType"] == STACK_TYPE and not prefix
        inner = list(_undeleted(client, row["PhysicalResourceId"], f"{name}.")) if nested else []
        yield from inner or [name]


def _is_deleted(client: Any, stack_id: str) -> bool:
    return str(client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]).startswith("DELETE_")


def _resources(client: Any, stack_id: str) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
        yield from page["StackResourceSummaries"]


HELD: Mapping[str, Callable[[Any, str], Iterator[str]]] = {
    "UPDATE_ROLLBACK_FAILED": _unmended,
    "DELETE_FAILED": _undeleted,
}
"""What keeps a stack in a status, as the command that mends it wants it named."""
