"""Who gains or loses which action on what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.expressions.nested import evaluate_template, pseudo_parameters
from cfngen.planning.iam_changes import iam_changes
from cfngen.templates import parse_template

PSEUDO = pseudo_parameters("222222222222", "us-east-1")


def stacks(resources):
    file = parse_template(Path("app.yaml"), json.dumps({"Resources": resources}))
    return {"app": evaluate_template(file, "service/app", {}, PSEUDO)}


def role(*statements, **properties):
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}]
    given = {"AssumeRolePolicyDocument": trust, "Policies": policies} | properties
    return {"Role": {"Type": "AWS::IAM::Role", "Properties": given}}


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def told(old, new):
    """The changes as (gains, who, allow, actions, resource, condition)."""
    return [
        (each.gains, each.who, each.allow, each.actions, each.resource, each.condition)
        for each in iam_changes(stacks(old), stacks(new))
    ]


ROLE = "role app.Role"


def test_an_action_that_is_added_is_gained_and_one_that_goes_is_lost():
    found = told(role(allow(["s3:Get*", "s3:List*"])), role(allow(["s3:Get*", "s3:Put*"])))
    assert found == [(True, ROLE, True, ("s3:Put*",), "*", ""), (False, ROLE, True, ("s3:List*",), "*", "")]


def test_order_grouping_case_and_sid_of_statements_do_not_count():
    one = role(allow(["s3:GetObject", "s3:PutObject"], ["a", "b"], Sid="One"))
    other = role(allow("S3:putobject", ["b", "a"]), allow("s3:GetObject", "a"), allow(["s3:GetObject"], "b"))
    assert told(one, other) == []


def test_who_loses_a_denial_gains():
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    assert told(role(denied), role()) == [(True, ROLE, False, ("s3:*",), "*", "")]
    assert told(role(), role(denied)) == [(False, ROLE, False, ("s3:*",), "*", "")]


def test_a_condition_that_changes_is_a_loss_and_a_gain():
    one = role(allow("s3:*", Condition={"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}))
    assert told(one, role(allow("s3:*"))) == [
        (True, ROLE, True, ("s3:*",), "*", ""),
        (False, ROLE, True, ("s3:*",), "*", "StringEquals aws:SourceAccount 222222222222"),
    ]


def test_who_may_take_a_role_is_told():
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    assert told(role(), role(AssumeRolePolicyDocument=trust)) == [
        (True, "*", True, ("sts:AssumeRole",), ROLE, ""),
        (False, "Service ec2.amazonaws.com", True, ("sts:AssumeRole",), ROLE, ""),
    ]


def test_a_managed_policy_is_its_holders_whichever_side_says_so():
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": [allow("s3:Get*")]}}}
    held = role(ManagedPolicyArns=[{"Ref": "Policy"}]) | {"Policy": policy}
    holding = role() | {"Policy": policy | {"Properties": {**policy["Properties"], "Roles": [{"Ref": "Role"}]}}}
    assert told(role(), held) == told(role(), holding) == [(True, ROLE, True, ("s3:Get*",), "*", "")]
    assert told({}, {"Policy": policy}) == [(True, "policy app.Policy", True, ("s3:Get*",), "*", "")]


def test_policies_of_aws_and_boundaries_are_told_by_name():
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert told(role(), role(ManagedPolicyArns=[arn])) == [(True, ROLE, True, ("(managed policy)",), arn, "")]
    assert told(role(), role(PermissionsBoundary=arn)) == [(False, ROLE, False, ("(beyond the boundary)",), arn, "")]


@pytest.mark.parametrize(
    ("resource", "who", "what"),
    [
        (
            {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {"PolicyDocument": {"Statement": [allow("s3:Get*", "x", Principal="*")]}},
            },
            "*",
            "x",
        ),
        (
            {
                "Type": "AWS::KMS::Key",
                "Properties": {
                    "KeyPolicy": {
                        "Statement": {"Effect": "Allow", "Action": "s3:Get*", "NotPrincipal": {"AWS": "1"}},
                    }
                },
            },
            "all but AWS 1",
            "app.It",
        ),
        (
            {
                "Type": "AWS::Lambda::Permission",
                "Properties": {"Principal": "s3.amazonaws.com", "Action": "s3:Get*", "FunctionName": "f"},
            },
            "s3.amazonaws.com",
            "f",
        ),
    ],
)
def test_a_policy_of_a_resource_names_its_principals(resource, who, what):
    assert told({}, {"It": resource}) == [(True, who, True, ("s3:Get*",), what, "")]


def test_everything_but_some_is_told_as_such():
    found = told(role(), role({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": "a"}))
    assert found == [(True, ROLE, True, ("all but iam:*, sts:*",), "all but a", "")]


STATEMENTS = st.lists(
    st.builds(
        allow,
        st.lists(st.sampled_from(["s3:Get*", "s3:Put*", "kms:Decrypt"]), min_size=1, unique=True),
        st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, unique=True),
    ),
    max_size=3,
)


@given(STATEMENTS, STATEMENTS)
def test_what_one_way_gains_the_other_way_loses(old, new):
    there = {(gains, *rest) for gains, *rest in told(role(*old), role(*new))}
    back = {(not gains, *rest) for gains, *rest in told(role(*new), role(*old))}
    assert there == back


@given(STATEMENTS)
def test_the_same_policies_change_nothing_for_anybody(statements):
    assert told(role(*statements), role(*statements)) == []
