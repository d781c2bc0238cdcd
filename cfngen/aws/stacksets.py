"""Self-managed StackSets: observed, and changed as `cfngen.execute` asks.

Sources: AWS's own API model, https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..artifacts import Upload
from ..deployment import Definition, Instance
from ..execute import RUNNING, InstanceResult
from ..operations import (
    CreateInstances,
    DeleteInstances,
    InstanceOperation,
    ObservedInstance,
    ObservedStackSet,
    Preferences,
    UpdateInstances,
    UpdateStackSet,
)
from .bucket import Bucket
from .errors import code, translated
from .session import Aws

CALLS_AT_ONCE = 8
"""DescribeStackInstance has one instance per call; more at once are only throttled."""


@dataclass(frozen=True)
class StackSets:
    """The admin account's stack sets in its region, and the bucket that holds their templates."""

    cloudformation: Any
    bucket: Bucket

    @classmethod
    def of(cls, aws: Aws, bucket: Bucket) -> StackSets:
        """Return the stack sets that this way to AWS reaches."""
        return cls(aws.client("cloudformation"), bucket)

    def observe(self, names: Iterable[str]) -> dict[str, ObservedStackSet]:
        """Return those of the named stack sets that exist, with every instance and its overrides."""
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            found = {name: self._describe(name) for name in names}
            return {
                name: ObservedStackSet(_definition(described), self._instances(name, pool), self._running(name))
                for name, described in found.items()
                if described
            }

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
        with translated(f"deleting the stack set {name}"):
            try:
                self.cloudformation.delete_stack_set(StackSetName=name)
            except ClientError as error:
                if code(error) != "StackSetNotFoundException":
                    raise

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        """Begin an operation on instances."""
        common = {"OperationId": operation_id, "OperationPreferences": _preferences(preferences)}
        with translated(f"changing the stack set {_name(operation)}"):
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

    def stop(self, name: str) -> tuple[str, ...]:
        """Stop every operation that runs on a stack set; return their ids."""
        running = self._running(name)
        with translated(f"stopping operations on {name}"):
            for operation_id in running:
                self.cloudformation.stop_stack_set_operation(StackSetName=name, OperationId=operation_id)
        return running

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        with translated(f"reading the stack set {name}"):
            try:
                described: Mapping[str, Any] = self.cloudformation.describe_stack_set(StackSetName=name)["StackSet"]
            except ClientError as error:
                if code(error) == "StackSetNotFoundException":
                    return None
                raise
        return None if described.get("Status") == "DELETED" else described

    def _instances(self, name: str, pool: ThreadPoolExecutor) -> dict[Instance, ObservedInstance]:
        with translated(f"reading the instances of {name}"):
            pages = self._pages("list_stack_instances", StackSetName=name)
            places = [Instance(row["Account"], row["Region"]) for page in pages for row in page["Summaries"]]
            rows = pool.map(lambda place: self._instance(name, place), places)
            return dict(zip(places, rows, strict=True))

    def _instance(self, name: str, place: Instance) -> ObservedInstance:
        row = self.cloudformation.describe_stack_instance(
            StackSetName=name, StackInstanceAccount=place.account, StackInstanceRegion=place.region
        )["StackInstance"]
        return ObservedInstance(
            status=row["Status"],
            detailed_status=row.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
            reason=row.get("StatusReason", ""),
            overrides={item["ParameterKey"]: item["ParameterValue"] for item in row.get("ParameterOverrides", ())},
            stack_id=row.get("StackId", ""),
            operation_id=row.get("LastOperationId", ""),
        )

    def _running(self, name: str) -> tuple[str, ...]:
        with translated(f"reading the operations of {name}"):
            pages = self._pages("list_stack_set_operations", StackSetName=name)
            rows = [row for page in pages for row in page["Summaries"]]
        return tuple(row["OperationId"] for row in rows if row["Status"] in RUNNING)

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


def _definition(described: Mapping[str, Any]) -> Definition:
    parameters = {item["ParameterKey"]: item["ParameterValue"] for item in described.get("Parameters", ())}
    return Definition(
        name=described["StackSetName"],
        description=described.get("Description", ""),
        template=described.get("TemplateBody", ""),
        parameters=parameters,
        capabilities=tuple(described.get("Capabilities", ())),
        tags={item["Key"]: item["Value"] for item in described.get("Tags", ())},
        administration_role_arn=described.get("AdministrationRoleARN", ""),
        execution_role_name=described.get("ExecutionRoleName", ""),
    )


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
