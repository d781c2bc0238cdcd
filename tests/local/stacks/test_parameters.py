from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.parameters import KEEP, Parameter, SsmParameter, evaluate

STORE = {
    "/vpc": SsmParameter("String", "vpc-1"),
    "/subnets": SsmParameter("StringList", "subnet-1,subnet-2"),
    "/password": SsmParameter("SecureString", "secret"),
}


def value_of(declared: dict[str, Any], *given: str | None, before: str | None = None) -> Parameter:
    previous = {} if before is None else {"P": Parameter(before, before)}
    return evaluate({"P": declared}, {"P": given[0]} if given else {}, previous, STORE.get)["P"]


def refused(declared: dict[str, Any], *given: str | None) -> str:
    with pytest.raises(ApiError) as caught:
        value_of(declared, *given)
    assert caught.value.code == "ValidationError"
    return caught.value.message


def test_a_value_that_is_given_wins_over_the_default():
    assert value_of({"Type": "String", "Default": "a"}, "b").value == "b"
    assert value_of({"Type": "String", "Default": "a"}).value == "a"


def test_a_default_that_is_a_number_or_a_boolean_becomes_a_text():
    assert value_of({"Type": "Number", "Default": 5}).value == "5"
    assert value_of({"Type": "String", "Default": True}).value == "true"


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "List<Number>", "List<String>", "List<AWS::EC2::Subnet::Id>"])
def test_a_list_is_split_at_commas_and_trimmed(kind: str):
    assert value_of({"Type": kind}, "1, 2,3").value == ["1", "2", "3"]


def test_a_type_of_aws_is_a_text():
    assert value_of({"Type": "AWS::EC2::VPC::Id"}, "vpc-1").value == "vpc-1"


def test_a_previous_value_is_kept_on_request_only():
    assert value_of({"Type": "String", "Default": "a"}, KEEP, before="b").value == "b"
    assert value_of({"Type": "String", "Default": "a"}, before="b").value == "a"


def test_every_undeclared_parameter_is_named():
    with pytest.raises(ApiError) as caught:
        evaluate({}, {"A": "1", "B": "2"}, {}, STORE.get)
    assert caught.value.message == "Parameters: [A, B] do not exist in the template"


def test_every_missing_parameter_is_named():
    with pytest.raises(ApiError) as caught:
        evaluate({"A": {"Type": "String"}, "B": {"Type": "String"}}, {}, {}, STORE.get)
    assert caught.value.message == "Parameters: [A, B] must have values"


def test_a_previous_value_that_never_was_is_missing():
    assert refused({"Type": "String"}, KEEP) == "Parameters: [P] must have values"


CONSTRAINTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "AllowedValues": (
        {"Type": "String", "AllowedValues": ["a", "b"]},
        "c",
        "Parameter 'P' must be one of AllowedValues",
    ),
    "AllowedValues of numbers": (
        {"Type": "Number", "AllowedValues": [2, 3]},
        "4",
        "Parameter 'P' must be one of AllowedValues",
    ),
    "AllowedPattern": (
        {"Type": "String", "AllowedPattern": "[a-z]+"},
        "a1",
        "Parameter 'P' must match pattern [a-z]+",
    ),
    "AllowedPattern of each in a list": (
        {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"},
        "a,1",
        "Parameter 'P' must match pattern [a-z]+",
    ),
    "MinLength": ({"Type": "String", "MinLength": 3}, "ab", "Parameter 'P' must contain at least 3 characters"),
    "MaxLength": ({"Type": "String", "MaxLength": "3"}, "abcd", "Parameter 'P' must contain at most 3 characters"),
    "a number": ({"Type": "Number"}, "many", "Parameter 'P' must be a number"),
    "a number in a list": ({"Type": "List<Number>"}, "1,x", "Parameter 'P' must be a number"),
    "MinValue": ({"Type": "Number", "MinValue": 2}, "1", "Parameter 'P' must be a number not less than 2"),
    "MaxValue": ({"Type": "Number", "MaxValue": 2}, "2.5", "Parameter 'P' must be a number not greater than 2"),
    "ConstraintDescription": (
        {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"},
        "A",
        "Parameter P failed to satisfy constraint: small letters",
    ),
    "the default too": (
        {"Type": "String", "Default": "c", "AllowedValues": ["a"]},
        "c",
        "must be one of AllowedValues",
    ),
}


@pytest.mark.parametrize("case", CONSTRAINTS)
def test_a_value_that_breaks_a_constraint_is_refused_in_aws_words(case: str):
    declared, given, message = CONSTRAINTS[case]
    assert message in refused(declared, given)


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ({"Type": "String", "AllowedValues": [True, 5]}, "true"),
        ({"Type": "String", "AllowedPattern": "^[a-z]*$", "MinLength": 0, "MaxLength": 3}, ""),
        ({"Type": "Number", "MinValue": 1, "MaxValue": "3"}, "3"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a, b"),
    ],
)
def test_a_value_within_its_constraints_is_taken(declared: dict[str, Any], given: str):
    assert value_of(declared, given).text == given


def test_an_ssm_type_is_looked_up_and_its_name_is_remembered():
    found = value_of({"Type": "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>"}, "/vpc")
    assert (found.text, found.value, found.resolved) == ("/vpc", "vpc-1", "vpc-1")


def test_a_list_from_ssm_comes_from_a_string_list():
    found = value_of({"Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"}, "/subnets")
    assert found.value == ["subnet-1", "subnet-2"]
    assert found.resolved == "subnet-1,subnet-2"


def test_constraints_of_an_ssm_type_are_about_the_name():
    declared = {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedPattern": "/.*"}
    assert value_of(declared, "/vpc").value == "vpc-1"
    assert "must match pattern" in refused(declared, "vpc")


def test_every_ssm_parameter_that_is_not_there_is_named():
    kind = {"Type": "AWS::SSM::Parameter::Value<String>"}
    with pytest.raises(ApiError) as caught:
        evaluate({"A": kind, "B": kind}, {"A": "/a", "B": "/b"}, {}, STORE.get)
    assert caught.value.message == "Unable to fetch parameters [/a,/b] from parameter store for this account."


@pytest.mark.parametrize(
    ("kind", "name"),
    [("String", "/subnets"), ("List<String>", "/vpc"), ("CommaDelimitedList", "/vpc"), ("String", "/password")],
)
def test_an_ssm_parameter_of_another_kind_is_refused(kind: str, name: str):
    assert "in the parameter store" in refused({"Type": f"AWS::SSM::Parameter::Value<{kind}>"}, name)


def test_a_parameter_name_type_is_not_looked_up():
    assert value_of({"Type": "AWS::SSM::Parameter::Name"}, "/nowhere").value == "/nowhere"


def test_a_hidden_value_is_shown_as_stars():
    hidden = value_of({"Type": "String", "NoEcho": "true"}, "secret")
    assert (hidden.shown, hidden.value) == ("****", "secret")
    assert value_of({"Type": "String", "NoEcho": False}, "plain").shown == "plain"
