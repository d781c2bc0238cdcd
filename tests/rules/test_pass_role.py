from __future__ import annotations

import pytest

from cfngen.rules.pass_role import PassRoleRule

GOOD = """\
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: "iam:PassRole", Resource: !GetAtt Role.Arn}
          - {Effect: Allow, Action: "ec2:Describe*", Resource: "*"}
"""


def test_named_roles_are_accepted(matches):
    assert matches(PassRoleRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "Resource: !GetAtt Role.Arn",
            'Resource: "*"',
            "Resources.Policy.Properties.PolicyDocument.Statement.0.Resource",
            "iam:PassRole must name the roles",
            id="every role",
        ),
        pytest.param(
            "!GetAtt Role.Arn",
            '!Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"',
            "Resources.Policy.Properties.PolicyDocument.Statement.0.Resource",
            "iam:PassRole",
            id="every role of the account",
        ),
        pytest.param(
            "ec2:Describe*",
            "iam:Pass*",
            "Resources.Policy.Properties.PolicyDocument.Statement.1.Resource",
            "iam:PassRole",
            id="a wildcard that covers it",
        ),
        pytest.param(
            "ec2:Describe*",
            "sts:AssumeRole",
            "Resources.Policy.Properties.PolicyDocument.Statement.1.Resource",
            "sts:AssumeRole",
            id="every role of every account",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(PassRoleRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
