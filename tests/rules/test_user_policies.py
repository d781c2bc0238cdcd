from __future__ import annotations

import pytest

from cfngen.rules.user_policies import UserPoliciesRule

GOOD = """\
Resources:
  User: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Group]}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {Groups: [!Ref Group]}}
"""


def test_a_user_with_groups_is_accepted(matches):
    assert matches(UserPoliciesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("{Groups: [!Ref Group]}}\n  P", "{Policies: [{PolicyName: x}]}}\n  P", "Resources.User.Properties.Policies"),
        (
            "{Groups: [!Ref Group]}}\n  P",
            "{ManagedPolicyArns: [x]}}\n  P",
            "Resources.User.Properties.ManagedPolicyArns",
        ),
        (
            "ManagedPolicy, Properties: {Groups:",
            "ManagedPolicy, Properties: {Users:",
            "Resources.Policy.Properties.Users",
        ),
        (
            "AWS::IAM::ManagedPolicy, Properties: {Groups:",
            "AWS::IAM::Policy, Properties: {Users:",
            "Resources.Policy.Properties.Users",
        ),
        ("AWS::IAM::ManagedPolicy", "AWS::IAM::UserPolicy", "Resources.Policy"),
    ],
)
def test_a_policy_of_a_user_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(UserPoliciesRule(), GOOD.replace(old, new))] == [path]
