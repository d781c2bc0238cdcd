"""The reader role: a failure followed into nested stacks of another account, and stacks that are stuck or gone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cfngen.aws.readers import Readers
from cfngen.aws.session import Aws, connect
from cfngen.deployment import Instance
from cfngen.execution.events import InstanceResult
from cfngen.execution.standing import StackState
from cfngen.local.server import start
from cfngen.local.settings import Settings
from tests.aws.accounts import reading

ADMIN, PLACE, ROLE = "111111111111", Instance("222222222222", "eu-west-1"), "reader"
CHILD = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Subnet: {Type: AWS::EC2::Subnet, DependsOn: Topic, Properties: {VpcId: vpc-none, CidrBlock: 10.0.0.0/24}}
"""
ROOT = """
Resources:
  SecurityHub:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://nested.s3.eu-west-1.amazonaws.com/child.yaml"}
"""
FINE = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
WAITING = {"Delay": 0.02, "MaxAttempts": 1000}


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with start(Settings(ADMIN, (PLACE.account,))) as running:
        yield connect("us-east-1", endpoint=running.url)


@pytest.fixture(scope="module")
def member(aws: Aws) -> Any:
    """A client of the member account, with the role that the readers use."""
    there = aws.assume(PLACE.account, "OrganizationAccountAccessRole", PLACE.region)
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ADMIN}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    there.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=document)
    s3 = there.client("s3")
    s3.create_bucket(Bucket="nested", CreateBucketConfiguration={"LocationConstraint": PLACE.region})
    s3.put_object(Bucket="nested", Key="child.yaml", Body=CHILD.encode())
    return there.client("cloudformation")


def broken(member: Any, name: str, template: str, on_failure: str) -> str:
    stack_id = member.create_stack(StackName=name, TemplateBody=template, OnFailure=on_failure)["StackId"]
    while member.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"].endswith("_IN_PROGRESS"):
        pass
    return str(stack_id)


RESULT = InstanceResult(PLACE, "FAILED", "ResourceLogicalId:SecurityHub, ResourceType:X, ResourceStatusReason:nested.")


@pytest.mark.parametrize("on_failure", ["ROLLBACK", "DELETE"], ids=["rolled-back", "deleted-since"])
def test_a_failure_is_followed_to_the_nested_resource_with_its_layer(aws: Aws, member: Any, on_failure: str) -> None:
    stack_id = broken(member, f"root-{on_failure.lower()}", ROOT, on_failure)
    failure = Readers(aws, ROLE).failure(stack_id, RESULT)
    assert (failure.layer, failure.logical_id, failure.type) == ("security_hub", "Subnet", "AWS::EC2::Subnet")
    assert failure.stack.startswith(f"root-{on_failure.lower()}-SecurityHub-")
    assert "vpc-none" in failure.reason
    assert len(str(failure).splitlines()) == 1


def test_what_failed_before_the_stack_set_s_operation_began_is_not_its_failure(aws: Aws, member: Any) -> None:
    began = time.time()
    stack_id = broken(member, "older", ROOT, "ROLLBACK")
    readers = Readers(aws, ROLE)
    assert readers.failure(stack_id, RESULT, began).logical_id == "Subnet"
    assert str(readers.failure(stack_id, RESULT, time.time())) == "SecurityHub (X): nested"


def test_where_nobody_may_look_awss_own_summary_is_told(aws: Aws, member: Any) -> None:
    stack_id = broken(member, "unseen", ROOT, "ROLLBACK")
    assert str(Readers(aws, "nobody").failure(stack_id, RESULT)) == "SecurityHub (X): nested"
    assert str(Readers(aws, ROLE).failure("", RESULT)) == "SecurityHub (X): nested"


def test_a_stack_is_what_it_is_or_gone(aws: Aws, member: Any) -> None:
    readers = Readers(aws, ROLE)
    fine = broken(member, "fine", FINE, "ROLLBACK")
    assert readers.state(PLACE, fine) == StackState("CREATE_COMPLETE")
    member.delete_stack(StackName=fine)
    member.get_waiter("stack_delete_complete").wait(StackName=fine, WaiterConfig=WAITING)
    assert readers.state(PLACE, fine) == StackState("GONE")
    never = fine.replace("fine", "never")
    assert readers.state(PLACE, never) == StackState("GONE")


STACK = "arn:aws:cloudformation:eu-west-1:222222222222:stack/{}/abc"
NETWORK, FLOWS, GATE, OLD = (
    STACK.format(f"root-Network-{name}") for name in ("1X", "1X-Flows-2Y", "1X-Gate", "1X-Old")
)


def row(name: str, status: str, nested: str = "", reason: str = "") -> dict[str, str]:
    kind = "AWS::CloudFormation::Stack" if nested else "AWS::EC2::Thing"
    told = {"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status, "ResourceStatusReason": reason}
    return {**told, "PhysicalResourceId": nested or f"{name}-id"}


@dataclass
class Stuck:
    """An account whose root stack is in some status; the local AWS never gets stuck."""

    status: str
    resources: dict[str, list[dict[str, str]]]

    def describe_stacks(self, **asked: str) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": "DELETE_COMPLETE" if asked["StackName"] == OLD else self.status}]}

    def get_paginator(self, operation: str) -> Stuck:
        assert operation == "list_stack_resources"
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        return [{"StackResourceSummaries": [each]} for each in self.resources[asked["StackName"]]]


def held(status: str, resources: dict[str, list[dict[str, str]]]) -> tuple[str, ...]:
    return reading({PLACE: Stuck(status, resources)}).state(PLACE, "root").failed


def test_what_a_rollback_failed_for_is_named_by_its_nested_stacks_name_as_aws_wants_it_to_be_skipped() -> None:
    resources = {
        "root": [
            row("Network", "UPDATE_FAILED", NETWORK),
            row("Topic", "UPDATE_FAILED"),
            row("Key", "UPDATE_COMPLETE"),
        ],
        NETWORK: [row("Nat", "UPDATE_FAILED"), row("Flows", "UPDATE_FAILED", FLOWS), row("Old", "UPDATE_FAILED", OLD)],
        FLOWS: [row("Log", "UPDATE_FAILED")],
    }
    skipped = ("root-Network-1X.Nat", "root-Network-1X-Flows-2Y.Log", "root-Network-1X.Old", "Topic")
    assert held("UPDATE_ROLLBACK_FAILED", resources) == skipped


def test_what_was_merely_cancelled_or_could_not_be_deleted_is_not_skipped() -> None:
    cancelled = "Resource update cancelled"
    resources = {
        "root": [
            row("Nat", "UPDATE_FAILED", reason="The gateway was not found"),
            row("Table", "UPDATE_FAILED", reason=cancelled),
            row("Gate", "UPDATE_FAILED", GATE, reason=cancelled),
            row("Bucket", "DELETE_FAILED"),
        ]
    }
    assert held("UPDATE_ROLLBACK_FAILED", resources) == ("Nat",)


def test_what_could_not_be_deleted_is_named_by_logical_ids() -> None:
    resources = {
        "root": [row("Network", "DELETE_FAILED", NETWORK), row("Bucket", "DELETE_FAILED"), row("Nat", "UPDATE_FAILED")],
        NETWORK: [row("Vpc", "DELETE_FAILED")],
    }
    assert held("DELETE_FAILED", resources) == ("Network.Vpc", "Bucket")
    assert held("ROLLBACK_FAILED", resources) == ()
