from __future__ import annotations

import pytest

from cfngen.expressions.values import Unknown
from cfngen.verify.iam.answers import MAYBE, NO, YES
from cfngen.verify.iam.conditions import Request, holds
from cfngen.verify.iam.matching import ANY

REQUEST = Request(
    {
        "aws:principalorgid": ("o-1",),
        "aws:multifactorauthpresent": ("true",),
        "aws:multifactorauthage": ("120",),
        "aws:sourceip": ("10.1.2.3",),
        "aws:sourcearn": ("arn:aws:cloudtrail:eu-west-1:222222222222:trail/medapp",),
        "aws:username": ("ann",),
        "aws:tagkeys": ("Project", "Owner"),
        "aws:calledvia": (),
    }
)


def held(operator, key, wanted):
    return holds({operator: {key: wanted}}, REQUEST)


@pytest.mark.parametrize(
    ("operator", "key", "yes", "no"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "o-1", "O-1"),
        ("StringNotEquals", "aws:PrincipalOrgID", "o-2", "o-1"),
        ("StringEqualsIgnoreCase", "aws:PrincipalOrgID", "O-1", "o-2"),
        ("StringNotEqualsIgnoreCase", "aws:PrincipalOrgID", "o-2", "O-1"),
        ("StringLike", "aws:PrincipalOrgID", "o-?", "x-*"),
        ("StringNotLike", "aws:PrincipalOrgID", "x-*", "o-?"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "3600", "60"),
        ("NumericLessThanEquals", "aws:MultiFactorAuthAge", "120", "119"),
        ("NumericGreaterThan", "aws:MultiFactorAuthAge", "60", "120"),
        ("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "120", "121"),
        ("NumericEquals", "aws:MultiFactorAuthAge", "120.0", "121"),
        ("NumericNotEquals", "aws:MultiFactorAuthAge", "121", "120"),
        ("Bool", "aws:MultiFactorAuthPresent", "true", "false"),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "192.168.0.0/16"),
        ("NotIpAddress", "aws:SourceIp", "192.168.0.0/16", "10.0.0.0/8"),
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:222222222222:trail/*", "arn:aws:config:*:*:*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:cloudtrail:*:222222222222:trail/*", "arn:aws:config:*:*:*"),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:config:*:*:*", "arn:aws:cloudtrail:*:*:*"),
        ("ArnNotEquals", "aws:SourceArn", "arn:aws:config:*:*:*", "arn:aws:cloudtrail:*:*:*"),
        ("Null", "aws:PrincipalOrgID", "false", "true"),
        ("Null", "aws:CalledVia", "true", "false"),
    ],
)
def test_an_operator_compares_as_aws_says(operator, key, yes, no):
    assert held(operator, key, yes) is YES
    assert held(operator, key, no) is NO


def test_several_values_are_alternatives_and_several_keys_and_operators_are_all_needed():
    assert held("StringEquals", "aws:PrincipalOrgID", ["o-2", "o-1"]) is YES
    assert held("StringNotEquals", "aws:PrincipalOrgID", ["o-2", "o-1"]) is NO
    both = {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:username": "bob"}}
    assert holds(both, REQUEST) is NO
    two = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:MultiFactorAuthPresent": "false"}}
    assert holds(two, REQUEST) is NO


def test_keys_are_compared_without_regard_to_case():
    assert held("StringEquals", "AWS:principalorgid", "o-1") is YES


def test_a_wildcard_is_one_in_like_only():
    assert held("StringEquals", "aws:PrincipalOrgID", "o-*") is NO


def test_a_wildcard_in_an_arn_ends_at_the_colon_but_for_its_last_part():
    group = Request({"aws:sourcearn": ("arn:aws:logs:eu-west-1:222222222222:log-group:app:web",)})
    across = "arn:aws:logs:eu-west-1:*:app:web"
    assert holds({"ArnLike": {"aws:SourceArn": across}}, group) is NO
    assert holds({"StringLike": {"aws:SourceArn": across}}, group) is YES
    assert holds({"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:*:*"}}, group) is YES
    assert holds({"ArnLike": {"aws:SourceArn": "*"}}, group) is YES
    assert holds({"ArnLike": {"aws:SourceArn": "arn:aws:*"}}, group) is MAYBE


@pytest.mark.parametrize(
    ("operator", "answer"),
    [
        ("StringEquals", NO),
        ("StringLike", NO),
        ("Bool", NO),
        ("ArnLike", NO),
        ("StringNotEquals", YES),
        ("ArnNotLike", YES),
        ("StringEqualsIfExists", YES),
        ("BoolIfExists", YES),
        ("ForAllValues:StringEquals", YES),
        ("ForAnyValue:StringEquals", NO),
        ("ForAnyValue:StringNotEquals", NO),
        ("ForAnyValue:StringEqualsIfExists", YES),
    ],
)
def test_a_key_that_the_request_does_not_have_is_answered_as_aws_says(operator, answer):
    assert held(operator, "aws:CalledVia", "anything") is answer


def test_if_exists_changes_nothing_where_the_key_is_there():
    assert held("BoolIfExists", "aws:MultiFactorAuthPresent", "false") is NO


@pytest.mark.parametrize(
    ("operator", "wanted", "answer"),
    [
        ("ForAllValues:StringEquals", ["Project", "Owner", "Name"], YES),
        ("ForAllValues:StringEquals", ["Project"], NO),
        ("ForAnyValue:StringEquals", ["Project"], YES),
        ("ForAnyValue:StringEquals", ["Name"], NO),
        ("ForAllValues:StringNotEquals", ["Name"], YES),
        ("ForAllValues:StringNotEquals", ["Project"], NO),
        ("ForAnyValue:StringNotEquals", ["Project"], YES),
        ("ForAnyValue:StringNotEquals", ["Project", "Owner"], NO),
    ],
)
def test_all_or_any_of_several_values_have_to_fit(operator, wanted, answer):
    assert held(operator, "aws:TagKeys", wanted) is answer


def test_what_is_not_known_may_or_may_not_hold():
    assert held("StringEquals", "aws:PrincipalTag/team", "blue") is MAYBE
    assert held("StringEqualsIfExists", "aws:PrincipalTag/team", "blue") is MAYBE
    assert held("StringEquals", "aws:PrincipalOrgID", ANY) is MAYBE
    assert held("DateGreaterThan", "aws:CurrentTime", "2026-01-01") is MAYBE
    assert held("NumericLessThan", "aws:PrincipalOrgID", "3") is MAYBE
    assert held("IpAddress", "aws:PrincipalOrgID", "10.0.0.0/8") is MAYBE
    assert holds(Unknown("a condition"), REQUEST) is MAYBE
    assert holds({"StringEquals": Unknown("keys")}, REQUEST) is MAYBE


def test_no_condition_holds():
    assert holds(None, REQUEST) is YES
    assert holds({}, REQUEST) is YES


@pytest.mark.parametrize(
    ("pattern", "filled"),
    [
        ("home/${aws:username}/*", "home/ann/*"),
        ("home/${AWS:UserName}/*", "home/ann/*"),
        ("home/${aws:CalledVia, 'none'}", "home/none"),
        ("home/${aws:userid}", f"home/{ANY}"),
        ("home/${aws:TagKeys}", f"home/{ANY}"),
        ("home/${*}", f"home/{ANY}"),
        ("cost${$}", "cost$"),
        ("home/plain", "home/plain"),
    ],
)
def test_a_policy_variable_is_what_the_request_has(pattern, filled):
    assert REQUEST.filled(pattern) == filled


def test_a_variable_that_the_request_does_not_have_fits_nothing():
    assert held("StringLike", "aws:username", "*${aws:CalledVia}*") is NO
    assert held("StringEquals", "aws:username", "${aws:username}") is YES
