"""Look around in the local AWS with plain boto3: what each stack set made in each account and region.

Needs AWS_ENDPOINT_URL and any credentials; see `make demo`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3

ENTRY_ROLE = "OrganizationAccountAccessRole"


def main() -> None:
    """Print a line for each stack, its nested stacks included."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        sys.exit("AWS_ENDPOINT_URL is not set; `make demo` prints the line that sets it")
    cloudformation = boto3.client("cloudformation")
    for found in cloudformation.list_stack_sets(Status="ACTIVE")["Summaries"]:
        sys.stdout.write(f"{found['StackSetName']}\n")
        for instance in cloudformation.list_stack_instances(StackSetName=found["StackSetName"])["Summaries"]:
            member = enter(instance["Account"], instance["Region"]).client("cloudformation")
            sys.stdout.write(f"  {instance['Account']} {instance['Region']}: {instance['Status']}\n")
            for name, types in stacks(member, instance["StackId"]):
                most = ", ".join(f"{count} {kind}" for kind, count in types.most_common(4))
                sys.stdout.write(f"    {name}: {types.total()} resources ({most}, …)\n")


def enter(account: str, region: str) -> boto3.Session:
    """Return a session in a member account, as an organization's administrator has it."""
    role = f"arn:aws:iam::{account}:role/{ENTRY_ROLE}"
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="look")["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region)


def stacks(cloudformation: Any, stack: str) -> Iterator[tuple[str, Counter[str]]]:
    """Yield each nested stack's logical id with the types of its resources."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (item for page in pages for item in page["StackResourceSummaries"]):
        if resource["ResourceType"] == "AWS::CloudFormation::Stack":
            nested = cloudformation.describe_stack_resources(StackName=resource["PhysicalResourceId"])
            kinds = (item["ResourceType"].removeprefix("AWS::") for item in nested["StackResources"])
            yield resource["LogicalResourceId"], Counter(kinds)


if __name__ == "__main__":
    main()
