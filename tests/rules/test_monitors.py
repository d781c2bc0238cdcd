from __future__ import annotations

import json

import pytest

from cfngen.rules.monitors import NEVER, MonitorsRule


def template(*denied, name="medapp-prod-monitor-ec2"):
    statement = {"Effect": "Deny", "Action": list(denied), "Resource": "*"}
    policy = {"PolicyDocument": {"Statement": [statement]}}
    role = {"RoleName": {"Fn::Sub": name}, "ManagedPolicyArns": [{"Ref": "Policy"}]}
    resources = {
        "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy},
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
    }
    return json.dumps({"Resources": resources})


def test_a_monitor_that_is_denied_all_of_it_is_accepted(matches):
    assert matches(MonitorsRule(), template(*NEVER)) == []
    assert matches(MonitorsRule(), template("*")) == []


def test_another_role_need_be_denied_nothing(matches):
    assert matches(MonitorsRule(), template(name="medapp-prod-engineer")) == []


@pytest.mark.parametrize("action", NEVER)
def test_an_action_that_is_not_denied_is_found(matches, action):
    kept = [each for each in NEVER if each != action]
    assert matches(MonitorsRule(), template(*kept)) == [("Resources.Role", f"Role: {action} must be denied")]


def test_a_denial_that_became_an_allowance_is_found(matches):
    assert len(matches(MonitorsRule(), template(*NEVER).replace("Deny", "Allow"))) == len(NEVER)
