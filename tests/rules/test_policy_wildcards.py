from __future__ import annotations

import pytest

from cfngen.rules.policy_wildcards import PolicyWildcardsRule

GOOD = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"]
      Policies:
        - PolicyName: a
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["s3:Get*", "logs:PutLogEvents"], Resource: "*"}]}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
        - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Deny:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: {Effect: Deny, NotAction: "iam:*", Resource: "*"}}}
"""


def test_named_actions_are_accepted(matches):
    assert matches(PolicyWildcardsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            '"s3:Get*"',
            '"*"',
            "Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.0",
            "Allow of *",
            id="everything",
        ),
        pytest.param(
            '"s3:Get*"',
            '"*:*"',
            "Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.0",
            "Allow of *:*",
            id="everything, spelt out",
        ),
        pytest.param(
            '"s3:Get*"',
            '"s3:*"',
            "Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.0",
            "Allow of s3:*",
            id="a whole service",
        ),
        pytest.param(
            'Action: ["s3:Get*", "logs:PutLogEvents"]',
            'NotAction: "iam:*"',
            "Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.NotAction",
            "NotAction",
            id="all but some",
        ),
        pytest.param(
            "ReadOnlyAccess",
            "AdministratorAccess",
            "Resources.Role.Properties.ManagedPolicyArns.0",
            "AdministratorAccess",
            id="administrators",
        ),
        pytest.param(
            "Effect: Deny",
            "Effect: Allow",
            "Resources.Deny.Properties.PolicyDocument.Statement.NotAction",
            "NotAction",
            id="a denial that became a permission",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(PolicyWildcardsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
