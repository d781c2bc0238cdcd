from __future__ import annotations

import pytest

from cfngen.rules.sign_in_mfa import SignInMfaRule

GOOD = """\
Resources:
  Group: {Type: AWS::IAM::Group, Properties: {ManagedPolicyArns: [!Ref Mfa, !Ref Enter]}}
  Mfa:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: ["iam:EnableMFADevice", "iam:GetUser"], Resource: "arn:aws:iam::1:user/me"}
          - Effect: Allow
            Action: ["iam:ChangePassword"]
            Resource: "arn:aws:iam::1:user/me"
            Condition: {Bool: {"aws:MultiFactorAuthPresent": true}}
          - Effect: Deny
            NotAction: ["iam:EnableMFADevice", "iam:GetUser"]
            Resource: "*"
            Condition: {BoolIfExists: {"aws:MultiFactorAuthPresent": false}}
  Enter:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Resource: arn:aws:iam::1:role/people/engineer
            Condition: {Bool: {"aws:MultiFactorAuthPresent": "true"}}
  OfARole:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Resource: "arn:aws:iam::1:role/machine"}]
"""
ENTER, MFA = (f"Resources.{name}.Properties.PolicyDocument.Statement" for name in ("Enter", "Mfa"))


def test_a_group_that_asks_for_mfa_is_accepted_and_other_policies_are_not_its_affair(matches):
    assert matches(SignInMfaRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('{Bool: {"aws:MultiFactorAuthPresent": "true"}}', "{Bool: {'aws:SecureTransport': true}}", f"{ENTER}.0"),
        ('"aws:MultiFactorAuthPresent": "true"', '"aws:MultiFactorAuthPresent": "false"', f"{ENTER}.0"),
        ('{Bool: {"aws:MultiFactorAuthPresent": true}}', "{}", f"{MFA}.1"),
        ('iam:EnableMFADevice", "iam:GetUser"], Resource', 'iam:CreateAccessKey"], Resource', f"{MFA}.0"),
        ("[!Ref Mfa, !Ref Enter]", "[!Ref Enter]", "Resources.Group"),
        ("Effect: Deny", "Effect: Allow", "Resources.Group"),
        ("NotAction: [", 'NotAction: ["s3:GetObject", ', "Resources.Group"),
        ("BoolIfExists", "Bool", "Resources.Group"),
        ('"aws:MultiFactorAuthPresent": false}', '"aws:MultiFactorAuthPresent": true}', "Resources.Group"),
        ("{BoolIfExists:", "{StringEquals: {'aws:x': y}, BoolIfExists:", "Resources.Group"),
    ],
)
def test_a_password_alone_that_is_good_for_more_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(SignInMfaRule(), GOOD.replace(old, new))] == [path]
