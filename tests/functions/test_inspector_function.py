"""The code of Inspector's function as a template carries it, run against the Inspector of the local AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.parts.functions import LONGEST_CODE, source

ACCOUNT = "777777777778"
BOTH = ["EC2", "LAMBDA"]


@pytest.fixture(autouse=True)
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
def function() -> dict[str, Any]:
    """The module as Lambda has it: the text in the template, and nothing else."""
    names: dict[str, Any] = {"__name__": "index"}
    exec(compile(source("inspector"), "index.py", "exec"), names)
    return names


@pytest.fixture
def act(function):
    """A function that sends a request and returns the physical id that it is answered with."""

    def send(kind: str, kinds: list[str], **more: Any) -> str:
        event = {
            "RequestType": kind,
            "StackId": f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/detectors/1",
            "ResourceProperties": {"ResourceTypes": kinds},
            **more,
        }
        return str(function["patiently"](event, lambda seconds: None))

    return send


def scanned() -> set[str]:
    known = boto3.client("inspector2").batch_get_account_status(accountIds=[ACCOUNT])["accounts"]
    states = known[0]["resourceState"] if known else {}
    return {name for name, state in states.items() if state["status"] == "ENABLED"}


def test_the_code_fits_into_a_template():
    assert len(source("inspector")) <= LONGEST_CODE
    assert "noqa" not in source("inspector")


def test_instances_and_functions_are_scanned_and_no_longer_when_the_stack_goes(act):
    physical_id = act("Create", BOTH)
    assert scanned() == {"ec2", "lambda"}

    act("Delete", BOTH, PhysicalResourceId=physical_id)
    assert scanned() == set()


def test_what_was_on_before_stays_on(act):
    boto3.client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    physical_id = act("Create", BOTH)

    act("Delete", BOTH, PhysicalResourceId=physical_id)
    assert scanned() == {"ec2"}


def test_an_update_switches_the_difference_and_keeps_the_resource(act):
    physical_id = act("Create", BOTH)
    old = {"OldResourceProperties": {"ResourceTypes": BOTH}}

    assert act("Update", ["LAMBDA", "ECR"], PhysicalResourceId=physical_id, **old) == physical_id
    assert scanned() == {"lambda", "ecr"}


def test_a_creation_that_failed_has_nothing_to_take_back(act):
    boto3.client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])

    assert act("Delete", BOTH, PhysicalResourceId="request-1") == "request-1"
    assert scanned() == {"ec2"}


def test_a_refusal_is_an_error(function):
    refused = {"failedAccounts": [{"accountId": ACCOUNT, "errorCode": "ACCESS_DENIED"}]}
    with pytest.raises(RuntimeError, match="ACCESS_DENIED"):
        function["switch"](lambda **_: refused, {"EC2"}, ACCOUNT)
