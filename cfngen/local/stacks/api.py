"""CloudFormation's actions about stacks, by name: what a request is answered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import actions, changesets, descriptions, drift, summaries
from .call import Call

Action = Callable[[Call], dict[str, Any]]
"""Answers a request with botocore's output shape (members may be None), or raises `ApiError`."""

ACTIONS: Mapping[str, Action] = {
    "CreateChangeSet": changesets.create_change_set,
    "CreateStack": actions.create_stack,
    "DeleteChangeSet": changesets.delete_change_set,
    "DeleteStack": actions.delete_stack,
    "DescribeChangeSet": changesets.describe_change_set,
    "DescribeStackDriftDetectionStatus": drift.describe_stack_drift_detection_status,
    "DescribeStackEvents": descriptions.describe_stack_events,
    "DescribeStackResource": descriptions.describe_stack_resource,
    "DescribeStackResourceDrifts": drift.describe_stack_resource_drifts,
    "DescribeStackResources": descriptions.describe_stack_resources,
    "DescribeStacks": descriptions.describe_stacks,
    "DetectStackDrift": drift.detect_stack_drift,
    "ExecuteChangeSet": changesets.execute_change_set,
    "GetTemplate": summaries.get_template,
    "GetTemplateSummary": summaries.get_template_summary,
    "ListChangeSets": changesets.list_change_sets,
    "ListStackResources": descriptions.list_stack_resources,
    "ListStacks": descriptions.list_stacks,
    "UpdateStack": actions.update_stack,
    "UpdateTerminationProtection": actions.update_termination_protection,
    "ValidateTemplate": summaries.validate_template,
}
