from __future__ import annotations

import json

import pytest

from cfngen.rules.boundary_denials import DENIED, UNLESS_BOUNDED, BoundaryDenialsRule

UNBOUND = {"Condition": {"StringNotEquals": {"iam:PermissionsBoundary": "arn"}}}
NAME = {"Fn::Sub": "${Project}-boundary"}
EACH = [(word, action) for word, actions in DENIED.items() for action in actions.split()]


def policy(name, *statements):
    given = {"ManagedPolicyName": name, "PolicyDocument": {"Statement": list(statements)}}
    return json.dumps({"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": given}}})


def denials(forgotten=(), unless=UNLESS_BOUNDED):
    """One statement for each word, without what is forgotten, and one for principals without the boundary."""
    for word, actions in DENIED.items():
        kept = [action for action in actions.split() if (word, action) not in forgotten]
        yield {"Effect": "Deny", "Action": kept, "Resource": [f"arn:{word}:x"] if word != "*" else ["*"]}
    yield {"Effect": "Deny", "Action": unless.split(), "Resource": "arn", **UNBOUND}


def test_a_boundary_that_denies_all_of_it_is_accepted(matches):
    assert matches(BoundaryDenialsRule(), policy(NAME, *denials())) == []


def test_a_policy_that_is_no_boundary_need_deny_nothing(matches):
    assert matches(BoundaryDenialsRule(), policy("Readers")) == []


@pytest.mark.parametrize(("word", "action"), EACH)
def test_an_action_that_is_left_open_is_found(matches, word, action):
    ((path, message),) = matches(BoundaryDenialsRule(), policy(NAME, *denials([(word, action)])))
    assert path == "Resources.Policy"
    assert message == f"Policy: {action} must be denied ({word})"


@pytest.mark.parametrize("action", UNLESS_BOUNDED.split())
def test_a_principal_that_may_be_made_without_the_boundary_is_found(matches, action):
    kept = " ".join(each for each in UNLESS_BOUNDED.split() if each != action)
    ((_, message),) = matches(BoundaryDenialsRule(), policy(NAME, *denials(unless=kept)))
    assert message == f"Policy: {action} must be denied without this boundary"


def test_a_denial_that_forgets_the_boundary_itself_does_not_bound(matches):
    text = policy(NAME, *denials()).replace("StringNotEquals", "StringEquals")
    assert len(matches(BoundaryDenialsRule(), text)) == len(UNLESS_BOUNDED.split())
