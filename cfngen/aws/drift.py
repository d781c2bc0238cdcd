"""Drift detection: of stack sets from the admin account, and of nested stacks through each account's reader role.

StackSets looks at the instances' own stacks only; a nested stack counts there as one resource, whatever happened
inside it: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/143
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..deployment import Instance
from ..errors import CfngenError
from ..execution.drift import InstanceDrift, PropertyDrift, ResourceDrift
from ..execution.failures import STACK_TYPE, layer_of
from .errors import translated
from .readers import Readers


@dataclass(frozen=True)
class DriftCheck:
    """Checks single stacks and what is nested in them."""

    readers: Readers
    interval: float = 5.0
    sleep: Callable[[float], None] = time.sleep

    def instance(self, bundle: str, place: Instance, stack_id: str) -> InstanceDrift:
        """Check an instance's stack and every nested one; why that could not be is told, not raised."""
        if not stack_id:
            return InstanceDrift(bundle, place, problem="it has no stack")
        try:
            with translated(f"checking the drift of {stack_id}"):
                resources, failed = self._checked(place, stack_id)
                return InstanceDrift(bundle, place, resources, "; ".join(failed))
        except CfngenError as error:
            return InstanceDrift(bundle, place, problem=error.problems[0].what)

    def _checked(self, place: Instance, root: str) -> tuple[tuple[ResourceDrift, ...], list[str]]:
        """Start the checks of all stacks, then wait for each: AWS works on them side by side.

        Return the resources, and why the check of some failed.
        """
        client = self.readers.cloudformation(place)
        started = [
            (layer, stack_id, client.detect_stack_drift(StackName=stack_id)["StackDriftDetectionId"])
            for layer, stack_id in _family(client, root, "")
        ]
        resources: list[ResourceDrift] = []
        failed = []
        for layer, stack_id, detection in started:
            why = self._await(client, detection)
            failed += [f"{layer}: {why}" if layer else why] if why else []
            resources += [_resource(row, layer) for row in _drifts(client, stack_id)]
        return tuple(resources), failed

    def _await(self, client: Any, detection: str) -> str:
        """Wait until a check is done; return why it failed, if so: for one resource or more, others have results.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html
        """
        while True:
            answer = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if answer["DetectionStatus"] == "DETECTION_FAILED":
                return str(answer.get("DetectionStatusReason") or "the check failed, and AWS does not say why")
            if answer["DetectionStatus"] == "DETECTION_COMPLETE":
                return ""
            self.sleep(self.interval)


def start_detection(cloudformation: Any, name: str) -> str:
    """Start drift detection on a stack set, in all regions at once; return the operation's id."""
    preferences = {"RegionConcurrencyType": "PARALLEL", "MaxConcurrentPercentage": 100}
    tolerance = {"FailureTolerancePercentage": 100, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    with translated(f"checking the drift of {name}"):
        answer = cloudformation.detect_stack_set_drift(
            StackSetName=name, OperationPreferences={**preferences, **tolerance}
        )
    return str(answer["OperationId"])


def _drifts(client: Any, stack_id: str) -> Iterator[dict[str, Any]]:
    """Yield what the last check found; botocore has no paginator for it."""
    more: dict[str, str] = {}
    while True:
        answer = client.describe_stack_resource_drifts(StackName=stack_id, **more)
        yield from answer["StackResourceDrifts"]
        if not answer.get("NextToken"):
            return
        more = {"NextToken": answer["NextToken"]}


def _family(client: Any, stack_id: str, layer: str) -> Iterator[tuple[str, str]]:
    """Yield a stack and all that are nested in it, with the layer that each belongs to."""
    yield layer, stack_id
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
        for row in page["StackResourceSummaries"]:
            if row["ResourceType"] == STACK_TYPE and row["ResourceStatus"] != "DELETE_COMPLETE":
                yield from _family(client, row["PhysicalResourceId"], layer or layer_of(row["LogicalResourceId"]))


def _resource(row: dict[str, Any], layer: str) -> ResourceDrift:
    found = row.get("PropertyDifferences", ())
    return ResourceDrift(
        layer=layer,
        logical_id=row["LogicalResourceId"],
        type=row["ResourceType"],
        physical_id=row.get("PhysicalResourceId", ""),
        status=row["StackResourceDriftStatus"],
        properties=tuple(
            PropertyDrift(each["PropertyPath"], each.get("ExpectedValue", ""), each.get("ActualValue", ""))
            for each in found
        ),
    )
