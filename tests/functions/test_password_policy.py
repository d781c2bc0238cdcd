"""The code of the password policy's function as a template carries it, run against the IAM of the local AWS."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.parts.functions import LONGEST_CODE, source

ACCOUNT = "777777777777"
STORE = "/medapp/prod/account/PreviousPasswordPolicy"
WANTED = {
    "ServiceToken": "arn:aws:lambda:us-east-1:777777777777:function:f",
    "PreviousPolicyParameter": STORE,
    "MinimumPasswordLength": "16",
    "MaxPasswordAge": "90",
    "PasswordReusePrevention": "3",
    "RequireUppercaseCharacters": "true",
    "RequireLowercaseCharacters": "true",
    "RequireNumbers": "true",
    "RequireSymbols": "true",
    "AllowUsersToChangePassword": "true",
    "HardExpiry": "false",
}
THERE = {
    "MinimumPasswordLength": 10,
    "RequireSymbols": True,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": True,
    "MaxPasswordAge": 30,
    "PasswordReusePrevention": 5,
    "HardExpiry": False,
}


@dataclass
class Receiver:
    """Where the function puts its answers: a server on this machine, as S3 is on AWS."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            found.headers.append(dict(self.headers))
            found.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_port}/response?signed=yes"
        yield found
        server.shutdown()


@pytest.fixture
def aws(monkeypatch) -> Iterator[None]:
    """A local AWS, whose admin account is the one that the function is in."""
    with start(Settings(ACCOUNT, ())) as running:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        yield


@pytest.fixture
def function() -> Any:
    """The module as Lambda has it: the text in the template, and nothing else."""
    names: dict[str, Any] = {"__name__": "index"}
    exec(compile(source("password_policy"), "index.py", "exec"), names)
    return names


@pytest.fixture
def ask(aws, function, receiver):
    """A function that sends a request and returns the answer; it may wait, but for nothing."""

    def send(kind: str, properties: dict[str, str] = WANTED, **more: str) -> dict[str, Any]:
        event = {
            "RequestType": kind,
            "RequestId": "request-1",
            "StackId": "arn:stack",
            "LogicalResourceId": "PasswordPolicy",
            "ResponseURL": receiver.url,
            "ResourceProperties": properties,
            **more,
        }
        before = len(receiver.answers)
        function["handler"](event, None, sleep=lambda seconds: None)
        (answer,) = receiver.answers[before:]
        return answer

    return send


def policy() -> dict[str, Any] | None:
    iam = boto3.client("iam")
    try:
        return iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None


def stored() -> list[str]:
    return [each["Name"] for each in boto3.client("ssm").describe_parameters()["Parameters"]]


def test_the_code_fits_into_a_template():
    assert len(source("password_policy")) <= LONGEST_CODE
    assert "noqa" not in source("password_policy")


def test_the_companys_rules_are_set(ask):
    answer = ask("Create")

    assert answer["Status"] == "SUCCESS"
    found = policy()
    assert (found["MinimumPasswordLength"], found["MaxPasswordAge"], found["PasswordReusePrevention"]) == (16, 90, 3)
    assert all(found[f"Require{what}Characters"] for what in ("Uppercase", "Lowercase"))
    assert found["RequireNumbers"]
    assert found["RequireSymbols"]
    assert not found["HardExpiry"]


def test_an_answer_says_whose_it_is_and_has_no_content_type(ask, receiver):
    answer = ask("Create")

    assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")} == {
        "StackId": "arn:stack",
        "RequestId": "request-1",
        "LogicalResourceId": "PasswordPolicy",
    }
    assert receiver.headers[0]["Content-Type"] == ""


def test_deleting_restores_the_policy_that_was_there(ask):
    boto3.client("iam").update_account_password_policy(**THERE)
    physical_id = ask("Create")["PhysicalResourceId"]
    assert policy()["MinimumPasswordLength"] == 16

    assert ask("Delete", PhysicalResourceId=physical_id)["Status"] == "SUCCESS"
    assert {name: policy()[name] for name in THERE} == THERE
    assert stored() == []


def test_deleting_leaves_no_policy_where_there_was_none(ask):
    physical_id = ask("Create")["PhysicalResourceId"]

    assert ask("Delete", PhysicalResourceId=physical_id)["Status"] == "SUCCESS"
    assert policy() is None


@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_a_request_that_lambda_repeats_changes_nothing_more(ask, kind):
    boto3.client("iam").update_account_password_policy(**THERE)
    physical_id = ask("Create")["PhysicalResourceId"]
    if kind == "Create":
        assert ask("Create")["PhysicalResourceId"] == physical_id
    else:
        ask("Delete", PhysicalResourceId=physical_id)
        boto3.client("iam").update_account_password_policy(**THERE)

    assert ask("Delete", PhysicalResourceId=physical_id)["Status"] == "SUCCESS"
    assert {name: policy()[name] for name in THERE} == THERE


def test_an_update_keeps_the_resource_and_what_was_there_before_it_all(ask):
    boto3.client("iam").update_account_password_policy(**THERE)
    physical_id = ask("Create")["PhysicalResourceId"]

    answer = ask("Update", {**WANTED, "MinimumPasswordLength": "20"}, PhysicalResourceId=physical_id)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", physical_id)
    assert policy()["MinimumPasswordLength"] == 20
    ask("Delete", PhysicalResourceId=physical_id)
    assert policy()["MinimumPasswordLength"] == 10


def test_a_resource_that_took_over_is_not_undone_by_the_one_before(ask):
    boto3.client("iam").update_account_password_policy(**THERE)
    old = ask("Create")["PhysicalResourceId"]
    new = ask("Create", RequestId="request-2")["PhysicalResourceId"]

    ask("Delete", PhysicalResourceId=old)
    assert policy()["MinimumPasswordLength"] == 16
    ask("Delete", PhysicalResourceId=new)
    assert policy()["MinimumPasswordLength"] == 10


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MinimumPasswordLength", "7", "MinimumPasswordLength must be 8 to 128"),
        ("MaxPasswordAge", "91", "MaxPasswordAge must be 1 to 90"),
        ("MaxPasswordAge", "0", "MaxPasswordAge must be 1 to 90"),
        ("PasswordReusePrevention", "2", "PasswordReusePrevention must be 3 to 24"),
        ("RequireSymbols", "false", "RequireSymbols must be true"),
        ("RequireNumbers", "false", "RequireNumbers must be true"),
        ("RequireUppercaseCharacters", "false", "RequireUppercaseCharacters must be true"),
        ("RequireLowercaseCharacters", "false", "RequireLowercaseCharacters must be true"),
        ("MinimumPasswordLength", "many", "ValueError"),
    ],
)
def test_a_weaker_policy_is_refused_and_nothing_is_changed(ask, name, value, message):
    boto3.client("iam").update_account_password_policy(**THERE)

    answer = ask("Create", {**WANTED, name: value})
    assert answer["Status"] == "FAILED"
    assert message in answer["Reason"]
    assert policy()["MinimumPasswordLength"] == 10
    assert ask("Delete", PhysicalResourceId=answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert policy()["MinimumPasswordLength"] == 10


def test_every_weak_point_is_named_at_once(ask):
    answer = ask("Create", {**WANTED, "MinimumPasswordLength": "1", "RequireSymbols": "false"})

    assert answer["Reason"].count(" must be ") == 2


def test_a_request_that_makes_no_sense_is_answered_all_the_same(ask):
    answer = ask("Create", {"ServiceToken": "x"})

    assert answer["Status"] == "FAILED"
    assert "PreviousPolicyParameter" in answer["Reason"]


def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(function):
    waited: list[float] = []
    calls = iter(["AccessDenied", "AccessDeniedException", ""])

    def act(event, owner):
        code = next(calls)
        if code:
            raise ClientError({"Error": {"Code": code, "Message": "not yet"}}, "GetParameter")

    function["act"] = act
    function["patiently"]({}, "owner", waited.append)
    assert waited == [2, 4]


def test_another_error_is_not_waited_for(function):
    def act(event, owner):
        raise ClientError({"Error": {"Code": "ServiceFailure", "Message": "no"}}, "GetParameter")

    function["act"] = act
    waited: list[float] = []
    with pytest.raises(ClientError, match="ServiceFailure"):
        function["patiently"]({}, "owner", waited.append)
    assert waited == []
