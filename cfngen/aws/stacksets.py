"""Self-managed StackSets: changed and watched as `cfngen.execution.execute` asks.

Sources: AWS's own API model, https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..artifacts import Upload
from ..deployment import Definition, Instance
from ..execution.events import RUNNING, InstanceResult, InstanceState, UnderWay
from ..execution.failures import Failure, summarized
from ..execution.standing import States
from ..planning.operations import (
    CreateInstances,
    DeleteInstances,
    InstanceOperation,
    ObservedStackSet,
    Preferences,
    UpdateInstances,
    UpdateStackSet,
)
from . import observe
from .bucket import Bucket
from .errors import answered, translated
from .readers import Readers
from .session import Aws

UNKNOWN = ("OperationNotFoundException", "StackSetNotFoundException")


@dataclass(frozen=True)
class StackSets:
    """The admin account's stack sets in its region, and the bucket that holds their templates."""

    cloudformation: Any
    bucket: Bucket
    readers: Readers | None = None
    """The way into the accounts; without it failures are told as StackSets sums them up."""

    @classmethod
    def of(cls, aws: Aws, bucket: Bucket, readers: Readers | None = None) -> StackSets:
        """Return the stack sets that this way to AWS reaches."""
        return cls(aws.client("cloudformation"), bucket, readers)

    def observe(self, names: Iterable[str]) -> dict[str, ObservedStackSet]:
        """Return those of the named stack sets that exist, with every instance and its overrides."""
        return observe.stack_sets(self.cloudformation, self.bucket.trusted, tuple(names))

    def states_of_stacks(self, observed: Mapping[str, ObservedStackSet]) -> States:
        """Return what the stacks of instances are that are not current."""
        return observe.stacks(self.readers, observed) if self.readers else {}

    def upload(self, uploads: Sequence[Upload]) -> None:
        """Put templates into the bucket."""
        self.bucket.upload(uploads)

    def create(self, definition: Definition, url: str) -> None:
        """Create an empty stack set with managed execution, so that our operations queue and do not collide."""
        with translated(f"creating the stack set {definition.name}"):
            self.cloudformation.create_stack_set(
                StackSetName=definition.name,
                PermissionModel="SELF_MANAGED",
                ManagedExecution={"Active": True},
                **_made_from(definition, url),
            )

    def delete(self, name: str) -> None:
        """Delete a stack set without instances; one that is gone already is fine."""
        with translated(f"deleting the stack set {name}"), answered("StackSetNotFoundException"):
            self.cloudformation.delete_stack_set(StackSetName=name)

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        """Begin an operation on instances.

        The id makes it safe to ask again: when only the answer was lost, AWS says that the id exists.
        """
        common = {"OperationId": operation_id, "OperationPreferences": _preferences(preferences)}
        with translated(f"changing the stack set {_name(operation)}"), answered("OperationIdAlreadyExistsException"):
            match operation:
                case UpdateStackSet(definition=definition, url=url, area=area):
                    where = _area(area.accounts, area.regions) if area else {}
                    made_from = _made_from(definition, url)
                    self.cloudformation.update_stack_set(StackSetName=definition.name, **made_from, **where, **common)
                case CreateInstances(name=name, area=area, overrides=overrides):
                    where = _area(area.accounts, area.regions) | {"ParameterOverrides": _pairs(overrides)}
                    self.cloudformation.create_stack_instances(StackSetName=name, **where, **common)
                case UpdateInstances(name=name, area=area, overrides=overrides):
                    where = _area(area.accounts, area.regions) | {"ParameterOverrides": _pairs(overrides)}
                    self.cloudformation.update_stack_instances(StackSetName=name, **where, **common)
                case DeleteInstances(name=name, area=area):
                    where = _area(area.accounts, area.regions) | {"RetainStacks": False}
                    self.cloudformation.delete_stack_instances(StackSetName=name, **where, **common)

    def status(self, name: str, operation_id: str) -> str:
        """Return the status of an operation."""
        with translated(f"watching the stack set {name}"):
            answer = self.cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
        return str(answer["StackSetOperation"]["Status"])

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        """Return what an operation did so far, instance by instance."""
        pages = self._pages("list_stack_set_operation_results", StackSetName=name, OperationId=operation_id)
        with translated(f"watching the stack set {name}"):
            return tuple(
                InstanceResult(Instance(row["Account"], row["Region"]), row["Status"], row.get("StatusReason", ""))
                for page in pages
                for row in page["Summaries"]
            )

    def states(self, name: str, operation_id: str) -> dict[Instance, InstanceState]:
        """Return the instances whose latest operation is this one, as they are now."""
        filters = [{"Name": "LAST_OPERATION_ID", "Values": operation_id}]
        pages = self._pages("list_stack_instances", StackSetName=name, Filters=filters)
        with translated(f"reading the instances of {name}"), answered("StackSetNotFoundException"):
            return {
                Instance(row["Account"], row["Region"]): InstanceState(row["Status"], observe.detailed(row))
                for page in pages
                for row in page["Summaries"]
            }
        return {}

    def under_way(self, name: str) -> tuple[UnderWay, ...]:
        """Return the operations that are queued or running on a stack set; none if it does not exist."""
        with translated(f"reading the operations of {name}"), answered("StackSetNotFoundException"):
            return tuple(
                UnderWay(name, row["OperationId"], row["Action"], row["Status"], row.get("CreationTimestamp"))
                for row in observe.latest_operations(self.cloudformation, name)
                if row["Status"] in RUNNING
            )
        return ()

    def last_operation(self, name: str) -> UnderWay | None:
        """Return the latest operation of a stack set, whatever became of it."""
        with translated(f"reading the operations of {name}"), answered("StackSetNotFoundException"):
            for row in observe.latest_operations(self.cloudformation, name):
                return UnderWay(name, row["OperationId"], row["Action"], row["Status"], row.get("CreationTimestamp"))
        return None

    def failure(self, name: str, result: InstanceResult) -> Failure:
        """Follow an instance's failure to the first resource that failed, in whatever nested stack."""
        if self.readers is None:
            return summarized(result.reason)
        place, stack_id, operation_id = result.instance, "", ""
        with translated(f"reading {place} of {name}"), answered(*observe.NOT_THERE):
            found = self.cloudformation.describe_stack_instance(
                StackSetName=name, StackInstanceAccount=place.account, StackInstanceRegion=place.region
            )
            stack_id = found["StackInstance"].get("StackId", "")
            operation_id = found["StackInstance"].get("LastOperationId", "")
        return self.readers.failure(stack_id, result, self.since(name, operation_id))

    def since(self, name: str, operation_id: str) -> float:
        """Return when an operation began, in seconds since 1970; 0 where AWS does not tell, as after 90 days."""
        if not operation_id:
            return 0
        with translated(f"reading the operations of {name}"), answered(*UNKNOWN):
            answer = self.cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
            return float(answer["StackSetOperation"]["CreationTimestamp"].timestamp())
        return 0

    def stop(self, name: str) -> tuple[UnderWay, ...]:
        """Stop every operation that runs on a stack set; return them. What is in progress is still waited for."""
        running = self.under_way(name)
        with translated(f"stopping operations on {name}"):
            for item in running:
                with answered("InvalidOperationException", "OperationNotFoundException"):  # it has ended meanwhile
                    self.cloudformation.stop_stack_set_operation(StackSetName=name, OperationId=item.id)
        return running

    def _pages(self, operation: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        pages: Iterator[Mapping[str, Any]] = self.cloudformation.get_paginator(operation).paginate(**arguments)
        return pages


def _made_from(definition: Definition, url: str) -> dict[str, Any]:
    return {
        "Description": definition.description,
        "TemplateURL": url,
        "Parameters": _pairs(definition.parameters),
        "Capabilities": list(definition.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(definition.tags.items())],
        "AdministrationRoleARN": definition.administration_role_arn,
        "ExecutionRoleName": definition.execution_role_name,
    }


def _preferences(preferences: Preferences) -> dict[str, Any]:
    return {
        "RegionConcurrencyType": preferences.region_concurrency,
        "FailureToleranceCount": preferences.failure_tolerance_count,
        "MaxConcurrentPercentage": preferences.max_concurrent_percentage,
        "ConcurrencyMode": preferences.concurrency_mode,
    }


def _area(accounts: Sequence[str], regions: Sequence[str]) -> dict[str, Any]:
    return {"Accounts": list(accounts), "Regions": list(regions)}


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in sorted(values.items())]


def _name(operation: InstanceOperation) -> str:
    return operation.definition.name if isinstance(operation, UpdateStackSet) else operation.name
