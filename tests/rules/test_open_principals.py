from __future__ import annotations

import pytest

from cfngen.rules.open_principals import OpenPrincipalsRule

GOOD = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: "*"}, Action: kms:*, Condition: {StringEquals: {kms:CallerAccount: x}}}
          - {Effect: Deny, Principal: "*", Action: kms:Delete*}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: [ec2.amazonaws.com]}, Action: sts:AssumeRole}]
"""


def test_named_principals_are_accepted(matches):
    assert matches(OpenPrincipalsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            ", Condition: {StringEquals: {kms:CallerAccount: x}}",
            "",
            "Resources.Key.Properties.KeyPolicy.Statement.0.Principal.AWS",
            "Principal *",
            id="no condition",
        ),
        pytest.param(
            "kms:CallerAccount",
            "aws:SecureTransport",
            "Resources.Key.Properties.KeyPolicy.Statement.0.Principal.AWS",
            "Principal *",
            id="a condition that limits nobody",
        ),
        pytest.param(
            "Effect: Deny",
            "Effect: Allow",
            "Resources.Key.Properties.KeyPolicy.Statement.1.Principal",
            "Principal *",
            id="a denial that became a permission",
        ),
        pytest.param(
            "{Service: [ec2.amazonaws.com]}",
            '{AWS: ["*"]}',
            "Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal.AWS.0",
            "Principal *",
            id="a role for everyone",
        ),
        pytest.param(
            "Principal: {Service: [ec2.amazonaws.com]}",
            'Principal: "*", Condition: {StringEquals: {aws:PrincipalOrgID: o-1}}',
            "Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal",
            "Principal *",
            id="a role for everyone behind a condition",
        ),
        pytest.param(
            "Principal: {Service: [ec2.amazonaws.com]}",
            "NotPrincipal: {AWS: x}",
            "Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.NotPrincipal",
            "NotPrincipal",
            id="everyone but one",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(OpenPrincipalsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
