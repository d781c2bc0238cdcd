"""The query protocol: what botocore sends is read, and what we write botocore reads."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st

from cfngen.local.query import ApiError, error, model, parse, respond
from cfngen.local.stacksets.api import ACTIONS

STACK_ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "DescribeStacks",
    "DescribeStackEvents",
    "DescribeStackResource",
    "DescribeStackResources",
    "ListStackResources",
    "ListStacks",
    "GetTemplate",
    "GetTemplateSummary",
    "ValidateTemplate",
    "CreateChangeSet",
    "DescribeChangeSet",
    "ExecuteChangeSet",
    "DeleteChangeSet",
    "ListExports",
)
SERVED = (*ACTIONS, *STACK_ACTIONS)
MOMENT = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
SCALARS: dict[str, Any] = {"integer": 7, "long": 7, "boolean": True, "timestamp": MOMENT, "double": 1.5, "blob": b"x"}


def sample(shape: Shape, seen: tuple[str, ...] = ()) -> Any:
    """Return a value for a shape with every member filled in, recursion cut."""
    if isinstance(shape, StructureShape):
        members = {name: each for name, each in shape.members.items() if each.name not in seen}
        return {name: sample(each, (*seen, shape.name)) for name, each in members.items()}
    if isinstance(shape, ListShape):
        return [sample(shape.member, seen), sample(shape.member, seen)]
    if isinstance(shape, MapShape):
        return {"key": sample(shape.value, seen)}
    if shape.type_name == "string":
        return shape.metadata.get("enum", ["a <b> & 'c'\r\n\té"])[0]
    return SCALARS[shape.type_name]


def sent(action: str, params: dict[str, Any]) -> bytes:
    """Return the body that boto3 would send."""
    request = create_serializer("query").serialize_to_request(params, model().operation_model(action))
    return urlencode(request["body"]).encode()


def received(action: str, body: bytes, status: int = 200) -> dict[str, Any]:
    """Return what boto3 would make of an answer."""
    answer = {"body": body, "headers": {}, "status_code": status}
    parsed: dict[str, Any] = create_parser("query").parse(answer, model().operation_model(action).output_shape)
    parsed.pop("ResponseMetadata", None) if status == 200 else None
    return parsed


def test_boto3_speaks_the_query_protocol_to_cloudformation() -> None:
    assert model().resolved_protocol == "query"


@pytest.mark.parametrize("action", SERVED)
def test_botocore_reads_every_member_of_our_answer(action: str) -> None:
    shape = model().operation_model(action).output_shape
    result = sample(shape) if shape else {}
    assert received(action, respond(action, result)) == result


def unconstrained(shape: Shape) -> Any:
    """Return a sample that the model's constraints allow."""
    if isinstance(shape, StructureShape):
        return {name: unconstrained(each) for name, each in shape.members.items()}
    if isinstance(shape, ListShape):
        return [unconstrained(shape.member)]
    if isinstance(shape, MapShape):
        return {unconstrained(shape.key): unconstrained(shape.value)}
    pattern = str(shape.metadata.get("pattern", ""))
    known = {"^[0-9]{12}$": "111111111111", "^(ou-": "ou-abcd-abcdefgh", "^\\S{6,9}$": "FAILED", "(s3://": "s3://b/k"}
    hits = [value for start, value in known.items() if pattern.startswith(start)]
    if hits:
        return hits[0]
    if shape.type_name == "string":
        return shape.metadata.get("enum", ["a" * int(shape.metadata.get("min", 3))])[0]
    return SCALARS[shape.type_name]


@pytest.mark.parametrize("action", SERVED)
def test_we_read_every_member_that_botocore_sends(action: str) -> None:
    shape = model().operation_model(action).input_shape
    assert shape is not None
    params = unconstrained(shape)
    assert parse(sent(action, params)) == (action, params)


def test_an_empty_list_is_told_from_an_absent_one() -> None:
    base = {"StackSetName": "s", "Accounts": ["111111111111"], "Regions": ["eu-west-1"]}
    cleared = parse(sent("UpdateStackInstances", {**base, "ParameterOverrides": []}))[1]
    kept = parse(sent("UpdateStackInstances", base))[1]
    assert cleared["ParameterOverrides"] == []
    assert "ParameterOverrides" not in kept


def test_members_keep_their_order_beyond_nine() -> None:
    accounts = [f"{number:012d}" for number in range(25)]
    params = {"StackSetName": "s", "Accounts": accounts, "Regions": ["eu-west-1"], "RetainStacks": False}
    assert parse(sent("DeleteStackInstances", params))[1]["Accounts"] == accounts


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff", min_codepoint=32)))
def test_any_text_survives_an_answer(text: str) -> None:
    result = {"StackSet": {"TemplateBody": f"x{text}\r\ny"}}
    assert received("DescribeStackSet", respond("DescribeStackSet", result)) == result


def test_members_without_a_value_are_left_out() -> None:
    assert received("CreateStackSet", respond("CreateStackSet", {"StackSetId": None})) == {}


def test_a_result_that_the_model_does_not_know_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="StackSetNumber"):
        respond("CreateStackSet", {"StackSetNumber": 1})


def test_an_error_is_read_by_botocore_with_its_code_and_message() -> None:
    parsed = received("CreateStackSet", error("StackSetNotFoundException", "StackSet <x> not found", 404), 404)
    assert parsed["Error"] == {
        "Type": "Sender",
        "Code": "StackSetNotFoundException",
        "Message": "StackSet <x> not found",
    }


def test_a_failure_of_the_service_is_the_receivers_fault() -> None:
    assert received("CreateStackSet", error("InternalFailure", "", 500), 500)["Error"]["Type"] == "Receiver"


def test_an_unknown_action_is_named() -> None:
    with pytest.raises(ApiError, match="InvalidAction: Could not find operation CreateStackSett for version 2010"):
        parse(b"Action=CreateStackSett&Version=2010-05-15")


def test_every_broken_constraint_is_told_at_once_in_awss_words() -> None:
    with pytest.raises(ApiError) as caught:
        parse(b"Action=CreateStackSet&ExecutionRoleName=a%20b&PermissionModel=MINE&Tags.member.1.Key=k")
    assert caught.value.code == "ValidationError"
    assert caught.value.message == (
        "4 validation errors detected: "
        "Value null at 'stackSetName' failed to satisfy constraint: Member must not be null; "
        "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null; "
        "Value 'a b' at 'executionRoleName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z_0-9+=,.@-]+; "
        "Value 'MINE' at 'permissionModel' failed to satisfy constraint: "
        "Member must satisfy enum value set: [SERVICE_MANAGED, SELF_MANAGED]"
    )


@pytest.mark.parametrize(
    ("field", "what"),
    [
        (b"MaxResults=101", "'101' at 'maxResults' failed to satisfy constraint: Member must have value less than"),
        (b"MaxResults=0", "'0' at 'maxResults' failed to satisfy constraint: Member must have value greater than"),
        (b"NextToken=", "'' at 'nextToken' failed to satisfy constraint: Member must have length greater than"),
        (b"MaxResults=many", "'many' at 'maxResults' is not a integer"),
    ],
)
def test_a_value_out_of_range_is_refused(field: bytes, what: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(b"Action=ListStackSets&" + field)
    assert what in caught.value.message


def test_bytes_that_are_no_form_are_an_invalid_action() -> None:
    with pytest.raises(ApiError, match="InvalidAction"):
        parse(b"\xff\x00{}")
