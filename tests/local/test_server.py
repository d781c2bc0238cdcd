"""The local AWS as a whole, over HTTP: stack sets that fill accounts and regions with real resources."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Dropped

from cfngen import __version__
from cfngen.errors import CfngenError
from cfngen.local.faults import Calls, Faults
from cfngen.local.server import Running, serve_forever, start
from cfngen.local.settings import Settings
from cfngen.local.stacksets.model import Home
from cfngen.local.stacksets.simulated import Simulated

ADMIN, ACCOUNTS = "111111111111", ("222222222222", "333333333333", "444444444444")
REGIONS = ("eu-west-1", "us-east-1")
SETTINGS = Settings(ADMIN, ACCOUNTS)
BUCKET = "templates-of-ours"
SESSION = boto3.Session()
ROLES = {"AdministrationRoleARN": f"arn:aws:iam::{ADMIN}:role/Administration", "ExecutionRoleName": "Execution"}
ROOT = """
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/16}
  Image:
    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
    Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://templates-of-ours.s3.us-east-1.amazonaws.com/%s.yaml
      Parameters: {Cidr: !Ref Cidr, Image: !Ref Image}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: ours, VpcId: !GetAtt Network.Outputs.VpcId}
"""
CHILD = """
Parameters:
  Cidr: {Type: String}
  Image: {Type: String}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr, Tags: [{Key: Image, Value: !Ref Image}, {Key: Version, Value: "%s"}]}
Outputs:
  VpcId: {Value: !Ref Vpc}
"""


VALUES = [{"ParameterKey": key, "ParameterValue": "x"} for key in ("Cidr", "Image")]


class Aws:
    """boto3 in the accounts of a local AWS."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.keys: dict[str, dict[str, str]] = {ADMIN: {"aws_access_key_id": "any", "aws_secret_access_key": "any"}}
        self.clients: dict[tuple[str, str, str], Any] = {}

    def client(self, service: str, region: str = "us-east-1", account: str = ADMIN) -> Any:
        if (service, region, account) not in self.clients:
            self.clients[service, region, account] = SESSION.client(
                service,
                region_name=region,
                endpoint_url=self.running.url,
                config=Config(retries={"total_max_attempts": 1}),
                **self.keys_of(account),
            )
        return self.clients[service, region, account]

    def keys_of(self, account: str) -> dict[str, str]:
        if account not in self.keys:
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
            self.keys[account] = {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            }
        return self.keys[account]

    def vpcs(self, account: str, region: str) -> dict[str, dict[str, str]]:
        """Return the tags of each VPC that is not the region's default, by address range."""
        found = self.client("ec2", region, account).describe_vpcs()["Vpcs"]
        own = [vpc for vpc in found if not vpc["IsDefault"]]
        return {vpc["CidrBlock"]: {tag["Key"]: tag["Value"] for tag in vpc["Tags"]} for vpc in own}

    def finish(self, operation: dict[str, str]) -> str:
        """Wait until an operation has ended."""
        store = self.running.stack_sets.store
        with store.lock:
            known = store.find(Home(ADMIN, "us-east-1"), "app").operations
            assert store.lock.wait_for(lambda: not known[operation["OperationId"]].active, 300)
        told = self.client("cloudformation").describe_stack_set_operation(
            StackSetName="app", OperationId=operation["OperationId"]
        )
        return str(told["StackSetOperation"]["Status"])

    def results(self, operation: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
        rows = self.client("cloudformation").list_stack_set_operation_results(
            StackSetName="app", OperationId=operation["OperationId"]
        )["Summaries"]
        return {(row["Account"], row["Region"]): (row["Status"], row.get("StatusReason", "")) for row in rows}


def trust(**principal: str) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def running() -> Iterator[Running]:
    with start(SETTINGS) as running:
        yield running


@pytest.fixture
def aws(running: Running) -> Aws:
    """Return a world with the roles of self-managed stack sets, and a bucket of templates."""
    aws = Aws(running)
    administration = {
        "RoleName": "Administration",
        "AssumeRolePolicyDocument": trust(Service="cloudformation.amazonaws.com"),
    }
    aws.client("iam").create_role(**administration)
    for account in ACCOUNTS:
        document = trust(AWS=ROLES["AdministrationRoleARN"])
        aws.client("iam", account=account).create_role(RoleName="Execution", AssumeRolePolicyDocument=document)
    aws.client("s3").create_bucket(Bucket=BUCKET)
    for version in ("one", "two"):
        for key, body in ((f"{version}.yaml", CHILD % version), (f"root-{version}.yaml", ROOT % version)):
            aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.encode())
    return aws


def template(version: str) -> str:
    return f"https://{BUCKET}.s3.us-east-1.amazonaws.com/root-{version}.yaml"


def fill(aws: Aws, **more: Any) -> dict[str, str]:
    preferences = {
        "MaxConcurrentPercentage": 100,
        "FailureTolerancePercentage": 100,
        "RegionConcurrencyType": "PARALLEL",
    }
    given = {"StackSetName": "app", "Accounts": list(ACCOUNTS), "Regions": list(REGIONS)}
    answer: dict[str, str] = aws.client("cloudformation").create_stack_instances(
        **{**given, "OperationPreferences": preferences, **more}
    )
    return answer


def test_a_nested_stack_set_fills_accounts_and_regions_is_updated_and_leaves_nothing(aws: Aws) -> None:
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack_set(StackSetName="app", TemplateURL=template("one"), **ROLES)
    operation = fill(aws)
    assert aws.finish(operation) == "SUCCEEDED", aws.results(operation)
    places = [(account, region) for account in ACCOUNTS for region in REGIONS]
    for place in places:
        ((cidr, tags),) = aws.vpcs(*place).items()
        assert (cidr, tags["Version"]) == ("10.0.0.0/16", "one")
        assert tags["Image"].startswith("ami-")

    one = {"Accounts": [ACCOUNTS[1]], "Regions": ["eu-west-1"]}
    override = [{"ParameterKey": "Cidr", "ParameterValue": "10.9.0.0/16"}]
    operation = cloudformation.update_stack_instances(StackSetName="app", **one, ParameterOverrides=override)
    assert aws.finish(operation) == "SUCCEEDED", aws.results(operation)
    assert set(aws.vpcs(ACCOUNTS[1], "eu-west-1")) == {"10.9.0.0/16"}

    preferences = {"MaxConcurrentCount": 3, "FailureToleranceCount": 2}
    update = {"StackSetName": "app", "TemplateURL": template("two"), "OperationPreferences": preferences}
    operation = cloudformation.update_stack_set(**update, **ROLES)
    assert aws.finish(operation) == "SUCCEEDED", aws.results(operation)
    assert {tags["Version"] for place in places for tags in aws.vpcs(*place).values()} == {"two"}
    assert set(aws.vpcs(ACCOUNTS[1], "eu-west-1")) == {"10.9.0.0/16"}

    everywhere = {"StackSetName": "app", "Accounts": list(ACCOUNTS), "Regions": list(REGIONS)}
    operation = cloudformation.delete_stack_instances(**everywhere, RetainStacks=False)
    assert aws.finish(operation) == "SUCCEEDED", aws.results(operation)
    for account, region in places:
        assert aws.vpcs(account, region) == {}
        assert aws.client("cloudformation", region, account).describe_stacks()["Stacks"] == []
    cloudformation.delete_stack_set(StackSetName="app")


def test_an_instance_without_its_execution_role_fails_with_awss_reason(aws: Aws) -> None:
    aws.client("iam", account=ACCOUNTS[0]).delete_role(RoleName="Execution")
    aws.client("cloudformation").create_stack_set(StackSetName="app", TemplateURL=template("one"), **ROLES)
    operation = fill(aws, Regions=["eu-west-1"])
    aws.finish(operation)
    reason = f"Account {ACCOUNTS[0]} should have 'Execution' role with trust relationship to Role 'Administration'."
    assert aws.results(operation)[ACCOUNTS[0], "eu-west-1"] == ("FAILED", reason)
    assert aws.results(operation)[ACCOUNTS[1], "eu-west-1"][0] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (
            {"AdministrationRoleARN": f"arn:aws:iam::{ADMIN}:role/Missing"},
            f"Account {ADMIN} should have 'Missing' role with trust relationship to CloudFormation service.",
        ),
        (
            {"ExecutionRoleName": "Other"},
            f"Account {ACCOUNTS[0]} should have 'Other' role with trust relationship to Role 'Administration'.",
        ),
    ],
)
def test_roles_that_are_not_there_are_noticed(aws: Aws, setting: dict[str, str], reason: str) -> None:
    aws.client("cloudformation").create_stack_set(
        StackSetName="app", TemplateURL=template("one"), **{**ROLES, **setting}
    )
    operation = fill(aws, Accounts=[ACCOUNTS[0]], Regions=["eu-west-1"])
    aws.finish(operation)
    assert aws.results(operation) == {(ACCOUNTS[0], "eu-west-1"): ("FAILED", reason)}


def test_an_account_outside_this_world_is_not_entered(aws: Aws) -> None:
    aws.client("cloudformation").create_stack_set(StackSetName="app", TemplateURL=template("one"), **ROLES)
    operation = fill(aws, Accounts=["999999999999"], Regions=["eu-west-1"])
    aws.finish(operation)
    status, reason = aws.results(operation)["999999999999", "eu-west-1"]
    assert (status, reason.split(" ")[:3]) == ("FAILED", ["Account", "999999999999", "should"])


@pytest.mark.parametrize(
    ("body", "parameters", "reason"),
    [
        ("Resources: {A: {Type: 'AWS::Nothing::AtAll'}}", {}, "Unrecognized resource types: [AWS::Nothing::AtAll]"),
        (ROOT % "one", {"Cidr": "not an address"}, "Network"),
        (ROOT % "missing", {}, "S3 error: The specified key does not exist"),
        ("Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref Nothing}}}", {}, "[Nothing]"),
    ],
)
def test_what_is_wrong_with_a_template_fails_the_instance_with_its_reason(
    aws: Aws, body: str, parameters: dict[str, str], reason: str
) -> None:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    aws.client("cloudformation").create_stack_set(StackSetName="app", TemplateBody=body, Parameters=given, **ROLES)
    operation = fill(aws, Accounts=[ACCOUNTS[0]], Regions=["eu-west-1"])
    assert aws.finish(operation) == "SUCCEEDED"
    status, told = aws.results(operation)[ACCOUNTS[0], "eu-west-1"]
    assert status == "FAILED"
    assert reason in told
    assert aws.vpcs(ACCOUNTS[0], "eu-west-1") == {}


def test_a_template_url_that_is_not_s3_is_never_fetched(aws: Aws) -> None:
    with pytest.raises(ClientError, match="TemplateURL must be a supported URL"):
        aws.client("cloudformation").create_stack_set(
            StackSetName="app", TemplateURL=f"{aws.running.url}/x.yaml", **ROLES
        )


def test_plain_stacks_are_served_beside_stack_sets(aws: Aws) -> None:
    cloudformation = aws.client("cloudformation", "eu-west-1", ACCOUNTS[0])
    cloudformation.create_stack(StackName="plain", TemplateBody="Resources: {A: {Type: 'AWS::SNS::Topic'}}")
    cloudformation.get_waiter("stack_create_complete").wait(StackName="plain", WaiterConfig={"Delay": 0.05})
    assert len(aws.client("sns", "eu-west-1", ACCOUNTS[0]).list_topics()["Topics"]) == 1
    assert aws.client("sns", "eu-west-1", ACCOUNTS[1]).list_topics()["Topics"] == []


def test_an_action_that_is_not_there_is_said_so(aws: Aws) -> None:
    with pytest.raises(ClientError, match="ListExports is not available on the local AWS"):
        aws.client("cloudformation").list_exports()


def test_health_tells_name_version_and_accounts(running: Running) -> None:
    with urllib.request.urlopen(f"{running.url}/_cfngen/health") as answer:
        assert json.load(answer) == {
            "name": "cfngen local AWS",
            "version": __version__,
            "admin_account": ADMIN,
            "accounts": list(ACCOUNTS),
        }


def test_a_port_in_use_is_a_problem_with_a_hint(running: Running) -> None:
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(CfngenError, match="hint: give another one with --port") as caught:
        start(SETTINGS, port)
    assert f"port {port} of 127.0.0.1 cannot be used" in str(caught.value)


def test_what_was_in_it_is_gone_once_it_is_stopped() -> None:
    with start(SETTINGS) as first:
        Aws(first).client("s3").create_bucket(Bucket="gone")
    with start(SETTINGS) as second:
        assert Aws(second).client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(Dropped):
        Aws(second).client("s3").list_buckets()


def test_running_in_the_foreground_says_when_it_is_ready_and_ends_with_the_caller() -> None:
    answers: list[Any] = []

    def ready(url: str) -> None:
        with urllib.request.urlopen(f"{url}/_cfngen/health") as answer:
            answers.append(answer.status)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve_forever(SETTINGS, 0, ready=ready)
    assert answers == [200]


def test_a_dropped_connection_is_an_error_of_the_connection() -> None:
    with start(SETTINGS, faults=lambda: Faults(drop=(Calls("ListStackSets"),))) as running:
        with pytest.raises(HTTPClientError):
            Aws(running).client("cloudformation").list_stack_sets()
        assert Aws(running).client("sts").get_caller_identity()["Account"] == ADMIN


def test_a_simulated_backend_makes_stacks_without_resources_or_roles() -> None:
    backend = Simulated()
    with start(SETTINGS, simulated=backend) as running:
        aws = Aws(running)
        aws.client("cloudformation").create_stack_set(StackSetName="app", TemplateBody=CHILD, Parameters=VALUES)
        assert aws.finish(fill(aws)) == "SUCCEEDED"
    assert len(backend.stacks) == 6
