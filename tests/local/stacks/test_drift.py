"""Drift in the local AWS: what was changed behind CloudFormation's back, and nothing else, is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from cfngen.local.server import Running, start
from cfngen.local.settings import Settings

ADMIN, REGION = "111111111111", "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
TEMPLATE = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "web",
                "VpcId": {"Ref": "Vpc"},
                "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}],
            },
        },
        "Ingress": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
                "CidrIp": "10.0.0.0/8",
            },
        },
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "Attachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        },
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Route": {
            "Type": "AWS::EC2::Route",
            "DependsOn": "Attachment",
            "Properties": {
                "RouteTableId": {"Ref": "Table"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"Ref": "Gateway"},
            },
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "VersioningConfiguration": {"Status": "Enabled"},
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Policy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": READ, "Roles": [{"Ref": "Role"}]},
        },
        "Note": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "one"}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "Alias": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "{}"}},
    }
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Running]:
    with start(Settings(ADMIN, ())) as running:
        yield running


Clients = Callable[[str], Any]


@pytest.fixture(scope="module")
def clients(aws: Running) -> Clients:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name=REGION)
    made: dict[str, Any] = {}
    return lambda name: made.setdefault(name, session.client(name, endpoint_url=aws.url, config=config))


@pytest.fixture
def ids(clients: Clients, request: pytest.FixtureRequest) -> dict[str, str]:
    """A stack of its own for each test: physical ids by logical ids."""
    cloudformation, name = clients("cloudformation"), "s" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(TEMPLATE),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "Project", "Value": "shop"}],
    )
    waiting = {"Delay": 0.02, "MaxAttempts": 1000}
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=waiting)
    rows = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {"stack": name} | {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}


def drifts(clients: Clients, stack: str) -> dict[str, tuple[str, list[str]]]:
    """Check a stack; return what drifted, with the paths that differ."""
    cloudformation = clients("cloudformation")
    detection = cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    answer = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert answer["DetectionStatus"] == "DETECTION_COMPLETE"
    wanted = ["MODIFIED", "DELETED", "UNKNOWN"]
    rows = cloudformation.describe_stack_resource_drifts(StackName=stack, StackResourceDriftStatusFilters=wanted)
    found = {
        row["LogicalResourceId"]: (
            row["StackResourceDriftStatus"],
            [each["PropertyPath"] for each in row["PropertyDifferences"]],
        )
        for row in rows["StackResourceDrifts"]
    }
    assert (answer["StackDriftStatus"], answer["DriftedStackResourceCount"]) == (
        "DRIFTED" if found else "IN_SYNC",
        len(found),
    )
    (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    assert described["DriftInformation"]["StackDriftStatus"] == answer["StackDriftStatus"]
    return found


def test_a_stack_as_it_was_made_has_not_drifted_and_what_cannot_be_checked_is_told(
    clients: Clients, ids: dict[str, str]
) -> None:
    cloudformation = clients("cloudformation")
    (before,) = cloudformation.describe_stacks(StackName=ids["stack"])["Stacks"]
    assert before["DriftInformation"]["StackDriftStatus"] == "NOT_CHECKED"
    assert drifts(clients, ids["stack"]) == {}
    rows = cloudformation.describe_stack_resource_drifts(StackName=ids["stack"])["StackResourceDrifts"]
    unchecked = {row["LogicalResourceId"] for row in rows if row["StackResourceDriftStatus"] == "NOT_CHECKED"}
    assert unchecked == {"Alias", "Attachment"}


CHANGES: dict[str, tuple[Callable[[Clients, dict[str, str]], object], dict[str, tuple[str, list[str]]]]] = {
    "a rule added to a security group": (
        lambda c, i: c("ec2").authorize_security_group_ingress(
            GroupId=i["Group"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
        ),
        {"Group": ("MODIFIED", ["/SecurityGroupIngress"])},
    ),
    "a rule of its own removed": (
        lambda c, i: c("ec2").revoke_security_group_ingress(
            GroupId=i["Group"], IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="10.0.0.0/8"
        ),
        {"Ingress": ("DELETED", [])},
    ),
    "a tag changed": (
        lambda c, i: c("ec2").create_tags(Resources=[i["Table"]], Tags=[{"Key": "Project", "Value": "other"}]),
        {"Table": ("MODIFIED", ["/Tags"])},
    ),
    "a route deleted": (
        lambda c, i: c("ec2").delete_route(RouteTableId=i["Table"], DestinationCidrBlock="0.0.0.0/0"),
        {"Route": ("DELETED", [])},
    ),
    "a bucket's versions suspended": (
        lambda c, i: c("s3").put_bucket_versioning(Bucket=i["Bucket"], VersioningConfiguration={"Status": "Suspended"}),
        {"Bucket": ("MODIFIED", ["/VersioningConfiguration"])},
    ),
    "a bucket opened to the public": (
        lambda c, i: c("s3").delete_public_access_block(Bucket=i["Bucket"]),
        {"Bucket": ("MODIFIED", ["/PublicAccessBlockConfiguration"])},
    ),
    "a bucket deleted": (
        lambda c, i: c("s3").delete_bucket(Bucket=i["Bucket"]),
        {"Bucket": ("DELETED", [])},
    ),
    "a policy that allows more": (
        lambda c, i: c("iam").create_policy_version(
            PolicyArn=i["Policy"], PolicyDocument=json.dumps(WRITE), SetAsDefault=True
        ),
        {"Policy": ("MODIFIED", ["/PolicyDocument"])},
    ),
    "a role with one more policy": (
        lambda c, i: c("iam").attach_role_policy(
            RoleName=i["Role"], PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        ),
        {"Role": ("MODIFIED", ["/ManagedPolicyArns"])},
    ),
    "a parameter's value": (
        lambda c, i: c("ssm").put_parameter(Name=i["Note"], Value="two", Type="String", Overwrite=True),
        {"Note": ("MODIFIED", ["/Value"])},
    ),
    "a log group that forgets sooner": (
        lambda c, i: c("logs").put_retention_policy(logGroupName=i["Logs"], retentionInDays=1),
        {"Logs": ("MODIFIED", ["/RetentionInDays"])},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changed_by_hand_is_found_and_nothing_else(
    clients: Clients, ids: dict[str, str], change: str
) -> None:
    act, found = CHANGES[change]
    act(clients, ids)
    assert drifts(clients, ids["stack"]) == found


def test_a_stack_that_moves_or_failed_is_not_checked(clients: Clients) -> None:
    cloudformation = clients("cloudformation")
    broken = {"Resources": {"Route": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": "rtb-1"}}}}
    cloudformation.create_stack(StackName="broken", TemplateBody=json.dumps(broken), OnFailure="DO_NOTHING")
    while cloudformation.describe_stacks(StackName="broken")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS":
        pass
    with pytest.raises(cloudformation.exceptions.ClientError, match="cannot be performed on stack in CREATE_FAILED"):
        cloudformation.detect_stack_drift(StackName="broken")
