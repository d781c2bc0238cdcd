"""Custom resources on the local AWS: their functions really run, and what they answer is what happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import WaiterError

from cfngen.local.custom import as_text
from cfngen.local.server import Running, start
from cfngen.local.settings import Settings

ADMIN, MEMBER, REGION = "111111111111", "222222222222", "eu-west-1"
FAST = {"Delay": 0.02, "MaxAttempts": 1000}
HEAD = """\
import json, os, urllib.request
import boto3
def answer(event, **more):
    same = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = {"Status": "SUCCESS", "PhysicalResourceId": "thing", **same, **more}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), method="PUT")
    urllib.request.urlopen(request).close()
"""
KEEPS = """\
def handler(event, context):
    name = "/seen/" + event["ResourceProperties"]["Name"] + "/" + event["RequestType"]
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name=name, Value=json.dumps(event), Type="String", Overwrite=True)
    account = boto3.client("sts").get_caller_identity()["Account"]
    physical = "thing-" + event["ResourceProperties"].get("Version", "1")
    data = {"Account": account, "Name": context.function_name, "List": ["a", "b"]}
    answer(event, PhysicalResourceId=physical, Data=data)
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[Running]:
    with start(Settings(ADMIN, (MEMBER,))) as running:
        yield running


def client(aws: Running, service: str, account: str = ADMIN) -> Any:
    given = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    if account != ADMIN:
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        found = client(aws, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        given = {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, endpoint_url=aws.url, region_name=REGION, config=config, **given)


def template(code: str, *, runtime: str = "python3.13", timeout: int = 30, **properties: Any) -> str:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"ZipFile": HEAD + code},
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Runtime": runtime,
                "Timeout": timeout,
            },
        },
        "Thing": {
            "Type": "Custom::Thing",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, **properties},
        },
    }
    outputs = {
        "Thing": {"Value": {"Ref": "Thing"}},
        "Account": {"Value": {"Fn::GetAtt": ["Thing", "Account"]}},
        "List": {"Value": {"Fn::Join": ["+", {"Fn::GetAtt": ["Thing", "List"]}]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs if "Data" in code else {}})


def create(aws: Running, name: str, body: str, account: str = ADMIN) -> dict[str, str]:
    """Create a stack and return its outputs."""
    cloudformation = client(aws, "cloudformation", account)
    cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def failure(aws: Running, name: str, body: str) -> str:
    """Create a stack that fails and return why its custom resource did."""
    cloudformation = client(aws, "cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    (reason,) = [
        each["ResourceStatusReason"]
        for each in events
        if each["LogicalResourceId"] == "Thing" and each["ResourceStatus"] == "CREATE_FAILED"
    ]
    return str(reason)


def seen(aws: Running, name: str, kind: str, account: str = ADMIN) -> dict[str, Any]:
    """Return the event that the function of a stack got."""
    found = client(aws, "ssm", account).get_parameter(Name=f"/seen/{name}/{kind}")
    return dict(json.loads(found["Parameter"]["Value"]))


def test_a_function_is_called_and_its_data_are_attributes(aws):
    outputs = create(aws, "one", template(KEEPS, Name="one", Count=5, On=True, Inner={"Deep": [1.5, False]}))

    assert outputs == {"Thing": "thing-1", "Account": ADMIN, "List": "a+b"}
    event = seen(aws, "one", "Create")
    assert event["ResourceType"] == "Custom::Thing"
    assert event["LogicalResourceId"] == "Thing"
    given = event["ResourceProperties"]
    assert (given["Count"], given["On"], given["Inner"]) == ("5", "true", {"Deep": ["1.5", "false"]})
    assert given["ServiceToken"] == event["ServiceToken"]
    assert "PhysicalResourceId" not in event


def test_numbers_and_truths_are_sent_as_text():
    assert as_text({"a": [1, True, "x"], "b": {"c": False}}) == {"a": ["1", "true", "x"], "b": {"c": "false"}}


def test_an_update_tells_old_and_new_and_a_new_identity_replaces_the_old_one(aws):
    cloudformation = client(aws, "cloudformation")
    create(aws, "two", template(KEEPS, Name="two"))

    changed = template(KEEPS, Name="two", Version="2")
    cloudformation.update_stack(StackName="two", TemplateBody=changed, Capabilities=["CAPABILITY_IAM"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName="two", WaiterConfig=FAST)
    event = seen(aws, "two", "Update")
    assert event["PhysicalResourceId"] == "thing-1"
    assert event["ResourceProperties"]["Version"] == "2"
    assert "Version" not in event["OldResourceProperties"]
    assert seen(aws, "two", "Delete")["PhysicalResourceId"] == "thing-1"


def test_deleting_the_stack_asks_the_function_before_the_function_goes(aws):
    cloudformation = client(aws, "cloudformation")
    create(aws, "three", template(KEEPS, Name="three"))

    cloudformation.delete_stack(StackName="three")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="three", WaiterConfig=FAST)
    assert seen(aws, "three", "Delete")["PhysicalResourceId"] == "thing-1"


def test_a_refusal_fails_the_resource_with_its_reason(aws):
    code = (
        "def handler(event, context):\n"
        "    more = {'Status': 'FAILED', 'Reason': 'too weak'} if event['RequestType'] == 'Create' else {}\n"
        "    answer(event, **more)\n"
    )
    reason = failure(aws, "refused", template(code))

    assert reason.startswith("Received response status [FAILED] from custom resource. Message returned: too weak")


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("silent", "    pass\n", "did not receive a response"),
        ("raising", "    raise KeyError('Nothing')\n", "KeyError: 'Nothing'"),
        ("leaving", "    os._exit(3)\n", "Runtime exited with status 3"),
        ("confused", "    answer(event, StackId='another')\n", "wrong or missing StackId"),
        ("nameless", "    answer(event, PhysicalResourceId='')\n", "wrong or missing PhysicalResourceId"),
        ("vague", "    answer(event, Status='MAYBE')\n", "Status must be SUCCESS or FAILED"),
        ("wordy", "    answer(event, Data={'Text': 'x' * 5000})\n", "Response object is too long"),
    ],
)
def test_whatever_is_no_answer_fails_the_resource(aws, name, code, message):
    body = (
        f"def handler(event, context):\n    if event['RequestType'] == 'Delete':\n        return answer(event)\n{code}"
    )

    assert message in failure(aws, name, template(body))


def test_a_function_that_takes_too_long_is_ended(aws):
    code = (
        "import time\n"
        "def handler(event, context):\n"
        "    if event['RequestType'] == 'Delete':\n"
        "        return answer(event)\n"
        "    assert 0 < context.get_remaining_time_in_millis() <= 2000\n"
        "    time.sleep(600)\n"
    )
    reason = failure(aws, "slow", template(code, timeout=2))

    assert "did not receive a response" in reason
    assert "Task timed out after 2.00 seconds" in reason


def test_a_function_that_is_no_python_is_not_available_here(aws):
    cloudformation = client(aws, "cloudformation")
    body = template("", runtime="nodejs22.x")
    cloudformation.create_stack(
        StackName="node", TemplateBody=body, Capabilities=["CAPABILITY_IAM"], OnFailure="DO_NOTHING"
    )
    with pytest.raises(WaiterError, match="CREATE_FAILED"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="node", WaiterConfig=FAST)
    events = cloudformation.describe_stack_events(StackName="node")["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events]
    assert any("Functions of runtime nodejs22.x are not available on the local AWS." in each for each in reasons)


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("arn:aws:lambda:eu-west-1:111111111111:function:gone", "not found"),
        ("arn:aws:lambda:us-east-1:111111111111:function:gone", "is not in region eu-west-1"),
        ("arn:aws:sns:eu-west-1:111111111111:topic", "which knows functions only"),
    ],
)
def test_a_service_token_that_is_no_function_of_the_region_fails_the_resource(aws, token, message):
    body = json.dumps({"Resources": {"Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": token}}}})
    cloudformation = client(aws, "cloudformation")
    stack = f"token-{message.split()[-1].replace('-', '')}"
    cloudformation.create_stack(StackName=stack, TemplateBody=body, OnFailure="DO_NOTHING")
    with pytest.raises(WaiterError, match="CREATE_FAILED"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=FAST)
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    assert any(message in each.get("ResourceStatusReason", "") for each in events)


def test_functions_of_two_stacks_at_once_each_act_in_their_own_account(aws):
    def deploy(number: int) -> tuple[str, str]:
        account = (ADMIN, MEMBER)[number % 2]
        return account, create(aws, f"many{number}", template(KEEPS, Name=f"many{number}"), account)["Account"]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(deploy, range(4)))
    assert found == [(ADMIN, ADMIN), (MEMBER, MEMBER)] * 2
    assert seen(aws, "many1", "Create", MEMBER)["StackId"].split(":")[4] == MEMBER
