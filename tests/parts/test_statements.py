from __future__ import annotations

import json

from awacs.aws import Bool
from troposphere import Ref

from cfngen.parts.statements import ANYTHING, allow, deny, deny_elsewhere, deny_others, named


def plain(statement):
    return json.loads(
        json.dumps(statement, default=lambda item: item.JSONrepr() if hasattr(item, "JSONrepr") else item.to_dict())
    )


MFA = Bool({"aws:MultiFactorAuthPresent": True})


def test_a_service_holds_for_the_words_after_it():
    actions = [action.JSONrepr() for action in named("ec2:Run* Stop* s3:GetObject ec2:Describe*")]

    assert actions == ["ec2:Run*", "ec2:Stop*", "s3:GetObject", "ec2:Describe*"]


def test_an_arn_with_a_variable_is_substituted_and_everything_else_stays():
    statement = plain(allow("Look", "ec2:Describe*", "arn:${AWS::Partition}:x", ANYTHING, Ref("Topic")))

    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == [{"Fn::Sub": "arn:${AWS::Partition}:x"}, "*", {"Ref": "Topic"}]
    assert "Condition" not in statement


def test_a_condition_narrows_an_allowance_and_a_denial():
    for statement in (allow("A", "ec2:Run*", ANYTHING, when=[MFA]), deny("D", "ec2:Run*", ANYTHING, when=[MFA])):
        assert plain(statement)["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": True}}


def test_a_denial_elsewhere_spares_what_it_names():
    statement = plain(deny_elsewhere("Elsewhere", "iam:CreateRole", "arn:aws:iam::1:role/delegated/*"))

    assert statement["NotResource"] == ["arn:aws:iam::1:role/delegated/*"]
    assert "Resource" not in statement


def test_a_denial_of_all_others_spares_the_actions_it_names():
    statement = plain(deny_others("Others", "iam:GetUser", when=[MFA]))

    assert (statement["Effect"], statement["NotAction"], statement["Resource"]) == ("Deny", ["iam:GetUser"], ["*"])
    assert "Action" not in statement
