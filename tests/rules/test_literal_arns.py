from __future__ import annotations

import pytest

from cfngen.rules.literal_arns import LiteralArnsRule

GOOD = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Metadata: {note: "arn:aws:iam::123456789012:role/x"}
    Properties:
      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"]
      Description: !Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:x"
      RoleName: arn
"""


def test_pseudo_parameters_are_accepted(matches):
    assert matches(LiteralArnsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "arn:${AWS::Partition}:iam",
            "arn:aws:iam",
            "Resources.Role.Properties.ManagedPolicyArns.0.Fn::Sub",
            "partition aws",
            id="a partition",
        ),
        pytest.param(
            "${AWS::Region}",
            "eu-west-1",
            "Resources.Role.Properties.Description.Fn::Sub",
            "region eu-west-1",
            id="a region",
        ),
        pytest.param(
            "${AWS::AccountId}",
            "123456789012",
            "Resources.Role.Properties.Description.Fn::Sub",
            "account 123456789012",
            id="an account",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(LiteralArnsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
