"""The front: who gets a request, and what goes wrong with it on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.clients import clients
from cfngen.local.faults import Calls, Expiry, Faults
from cfngen.local.front import HEALTH, LocalAws, scope
from cfngen.local.query import ApiError
from cfngen.local.settings import Settings

ADMIN, MEMBER = "111111111111", "222222222222"
SETTINGS = Settings(ADMIN, (MEMBER,))


def listing(account: str, region: str, action: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer ListStackSets with where the caller is."""
    assert action == "ListStackSets"
    return {"Summaries": [{"StackSetName": f"{account}/{region}"}]}


def elsewhere(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<ListAllMyBucketsResult><Owner><ID>elsewhere</ID></Owner></ListAllMyBucketsResult>"]


def front(faults: Faults | None = None, actions: Any = listing) -> LocalAws:
    return LocalAws(SETTINGS, actions, elsewhere, lambda: faults or Faults())


def cloudformation(app: LocalAws, account: str = ADMIN, region: str = "eu-west-1") -> Any:
    return clients(app, account, region)("cloudformation")


def call(app: LocalAws, environ: dict[str, Any]) -> tuple[str, bytes]:
    seen: list[str] = []
    body = b"".join(app(environ, lambda status, headers: seen.append(status)))
    return seen[0], body


def test_cloudformation_is_answered_for_the_callers_account_and_region() -> None:
    told = cloudformation(front(), MEMBER).list_stack_sets()["Summaries"]
    assert [each["StackSetName"] for each in told] == [f"{MEMBER}/eu-west-1"]


def test_everything_else_is_passed_on() -> None:
    assert clients(front(), ADMIN, "eu-west-1")("s3").list_buckets()["Owner"]["ID"] == "elsewhere"


def test_health_says_who_is_there() -> None:
    status, body = call(front(), {"PATH_INFO": HEALTH})
    assert status == "200 OK"
    assert b'"name": "cfngen local AWS"' in body
    assert f'"admin_account": "{ADMIN}", "accounts": ["{MEMBER}"]'.encode() in body


def test_a_refusal_is_answered_with_its_code_and_status() -> None:
    def refuse(*_: Any) -> Mapping[str, Any]:
        raise ApiError("StackSetNotFoundException", "StackSet x not found", 404)

    with pytest.raises(ClientError) as caught:
        cloudformation(front(actions=refuse)).describe_stack_set(StackSetName="x")
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "StackSetNotFoundException",
        "Message": "StackSet x not found",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_defect_is_an_internal_failure_and_no_broken_connection() -> None:
    def fail(*_: Any) -> Mapping[str, Any]:
        raise ZeroDivisionError("oops")

    with pytest.raises(ClientError, match=r"\(InternalFailure\).*ZeroDivisionError: oops"):
        cloudformation(front(actions=fail)).list_stack_sets()


def test_each_third_call_of_an_action_is_throttled() -> None:
    client = cloudformation(front(Faults(throttle=(Calls("List*", every=3),))))
    outcomes = []
    for _ in range(6):
        try:
            client.list_stack_sets()
            outcomes.append("ok")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])
    assert outcomes == ["ok", "ok", "Throttling"] * 2


def test_a_dropped_connection_has_no_answer() -> None:
    app = front(Faults(drop=(Calls("s3"),)))
    assert cloudformation(app).list_stack_sets()["Summaries"]
    with pytest.raises(ConnectionAbortedError):
        call(app, {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=AKIA/20261123/eu-west-1/s3/aws4_request, x"})


def test_a_lost_answer_was_carried_out() -> None:
    carried_out: list[str] = []

    def note(account: str, region: str, action: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        carried_out.append(action)
        return {}

    app = front(Faults(drop=(Calls("ListStackSets", every=2, carried_out=True),)), note)
    request = {"HTTP_AUTHORIZATION": "Credential=AK/20261123/eu-west-1/cloudformation/aws4_request, x"}
    body = {"wsgi.input": BytesIO(), "QUERY_STRING": "Action=ListStackSets"}
    assert call(app, {**request, **body})[0] == "200 OK"
    with pytest.raises(ConnectionAbortedError):
        call(app, {**request, **body})
    assert carried_out == ["ListStackSets"] * 2


def test_a_token_expires_after_so_many_calls() -> None:
    client = cloudformation(front(Faults(expire=Expiry(after=2))))
    client.list_stack_sets()
    client.list_stack_sets()
    with pytest.raises(ClientError, match="The security token included in the request is expired"):
        client.list_stack_sets()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (
            {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=AK/20261123/eu-west-1/s3/aws4_request, Signed"},
            ("s3", "eu-west-1", "AK"),
        ),
        (
            {"QUERY_STRING": "X-Amz-Credential=AK%2F20261123%2Fus-east-1%2Fsts%2Faws4_request"},
            ("sts", "us-east-1", "AK"),
        ),
        ({}, ("", "", "")),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, ("", "", "")),
        ({"HTTP_AUTHORIZATION": "Credential=AK/x"}, ("", "", "AK")),
    ],
)
def test_the_scope_of_a_request_is_read_from_its_signature(
    environ: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert scope(environ) == expected
