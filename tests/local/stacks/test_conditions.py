from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.conditions import check_rules, decide
from cfngen.local.stacks.intrinsics import Scope

SCOPE = Scope(
    values={"Role": "active", "Count": "2", "Zones": ["a", "b"], "Flag": True},
    mappings={"M": {"active": {"Size": "big"}}},
    zones=lambda region: [],
)
ACTIVE = {"Fn::Equals": [{"Ref": "Role"}, "active"]}

CASES: dict[str, tuple[Any, bool]] = {
    "Equals": (ACTIVE, True),
    "Equals of a number and its text": ({"Fn::Equals": [{"Ref": "Count"}, 2]}, True),
    "Equals of a boolean and its text": ({"Fn::Equals": [{"Ref": "Flag"}, "true"]}, True),
    "Equals of functions": ({"Fn::Equals": [{"Fn::FindInMap": ["M", {"Ref": "Role"}, "Size"]}, "big"]}, True),
    "Not": ({"Fn::Not": [ACTIVE]}, False),
    "And": ({"Fn::And": [ACTIVE, {"Fn::Not": [ACTIVE]}]}, False),
    "Or": ({"Fn::Or": [ACTIVE, {"Fn::Not": [ACTIVE]}]}, True),
    "another condition": ({"Condition": "IsActive"}, True),
    "another condition within": ({"Fn::Not": [{"Condition": "IsActive"}]}, False),
    "Contains": ({"Fn::Contains": [{"Ref": "Zones"}, "b"]}, True),
    "EachMemberIn": ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]}, True),
    "EachMemberEquals": ({"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_condition_holds_as_on_aws(case: str):
    expression, holds = CASES[case]
    assert decide({"C": expression, "IsActive": ACTIVE}, SCOPE) == {"C": holds, "IsActive": True}


REFUSALS: dict[str, tuple[Any, str]] = {
    "an unknown name": ({"C": {"Condition": "D"}}, "Unresolved condition dependency D"),
    "a circle": ({"C": {"Condition": "D"}, "D": {"Condition": "C"}}, "circular dependency between conditions"),
    "And of one": ({"C": {"Fn::And": [ACTIVE]}}, "at least 2 and at most 10"),
    "Not of two": ({"C": {"Fn::Not": [ACTIVE, ACTIVE]}}, "exactly 1 condition"),
    "a plain value": ({"C": "true"}, "must be a single condition function"),
    "another function": ({"C": {"Fn::Join": ["", ["a"]]}}, "Fn::Join"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_no_condition_is_refused(case: str):
    conditions, message = REFUSALS[case]
    with pytest.raises(ApiError) as caught:
        decide(conditions, SCOPE)
    assert message in caught.value.message


def test_a_rule_that_does_not_hold_is_refused_with_its_description():
    assertion = {"Assert": {"Fn::Contains": [["a"], {"Ref": "Role"}]}, "AssertDescription": "Role must be a"}
    with pytest.raises(ApiError, match="Rule R failed: Role must be a"):
        check_rules({"R": {"Assertions": [assertion]}}, SCOPE)


def test_a_rule_whose_condition_does_not_hold_says_nothing():
    false = {"Assert": {"Fn::Equals": ["a", "b"]}}
    assert check_rules({"R": {"RuleCondition": {"Fn::Not": [ACTIVE]}, "Assertions": [false]}}, SCOPE) is None
