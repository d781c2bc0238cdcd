"""Plain stacks: why one could not be made or updated, from its latest operation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cfngen.aws.session import Aws, connect
from cfngen.aws.stacks import ensure
from cfngen.deployment import Instance, PlainStack
from cfngen.errors import CfngenError
from cfngen.local.server import start
from cfngen.local.settings import Settings

PLACE = Instance("111111111111", "us-east-1")
TOPIC = "Resources: {Topic: {Type: AWS::SNS::Topic}}"


def plain(name: str, body: str) -> PlainStack:
    return PlainStack(name, "reader", PLACE, Path("reader.yaml"), body, {}, {})


def with_subnet(name: str, vpc: str) -> str:
    return f"""
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  {name}: {{Type: AWS::EC2::Subnet, DependsOn: Topic, Properties: {{VpcId: {vpc}, CidrBlock: 10.0.0.0/24}}}}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with start(Settings(PLACE.account, ())) as running:
        yield connect(PLACE.region, endpoint=running.url)


def fails(aws: Aws, stack: PlainStack) -> str:
    with pytest.raises(CfngenError) as caught:
        ensure(aws, stack, delay=0.02)
    return caught.value.problems[0].what


def test_a_failure_is_that_of_the_latest_operation_and_not_an_older_one(aws: Aws) -> None:
    assert ensure(aws, plain("plain", TOPIC), delay=0.02) == "created"
    assert fails(aws, plain("plain", with_subnet("Old", "vpc-old"))).startswith("Old: ")
    told = fails(aws, plain("plain", with_subnet("New", "vpc-new")))
    assert told.startswith("New: ")
    assert "vpc-new" in told


def test_a_stack_that_could_not_be_created_is_gone_and_still_says_why(aws: Aws) -> None:
    assert fails(aws, plain("never", with_subnet("Subnet", "vpc-none"))).startswith("Subnet: ")
