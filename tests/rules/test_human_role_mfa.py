from __future__ import annotations

import pytest

from cfngen.rules.human_role_mfa import HumanRoleMfaRule

GOOD = """\
Resources:
  Human:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub ["arn:${AWS::Partition}:iam::${Account}:root", {Account: !Ref Account}]}
            Action: sts:AssumeRole
            Condition: {Bool: {"aws:MultiFactorAuthPresent": true}}
  Service:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: [ec2.amazonaws.com]}, Action: sts:AssumeRole}
  Machine:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${Admin}:role/administration"}, Action: sts:AssumeRole}
"""
DOCUMENT = "Properties.AssumeRolePolicyDocument.Statement.0"


def test_roles_of_people_with_mfa_and_roles_of_services_and_roles_are_accepted(matches):
    assert matches(HumanRoleMfaRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "role"),
    [
        ('\n            Condition: {Bool: {"aws:MultiFactorAuthPresent": true}}', "", "Human"),
        ('"aws:MultiFactorAuthPresent": true', '"aws:MultiFactorAuthPresent": false', "Human"),
        ('"aws:MultiFactorAuthPresent": true', '"aws:SecureTransport": true', "Human"),
        ("{Bool:", "{BoolIfExists:", "Human"),
        ("role/administration", "root", "Machine"),
        ("role/administration", "user/jane", "Machine"),
        ('!Sub "arn:aws:iam::${Admin}:role/administration"', "!Ref Admin", "Machine"),
    ],
)
def test_a_way_in_without_mfa_is_found(matches, old, new, role):
    assert old in GOOD
    found = matches(HumanRoleMfaRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [f"Resources.{role}.{DOCUMENT}"]
