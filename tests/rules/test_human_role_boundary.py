from __future__ import annotations

import pytest

from cfngen.rules.human_role_boundary import HumanRoleBoundaryRule

GOOD = """\
Resources:
  Human:
    Type: AWS::IAM::Role
    Properties:
      PermissionsBoundary: !Ref Boundary
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${Account}:root"}, Action: sts:AssumeRole}
  Service:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
"""


def test_a_bounded_role_of_people_and_an_unbounded_one_of_a_service_are_accepted(matches):
    assert matches(HumanRoleBoundaryRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("      PermissionsBoundary: !Ref Boundary\n", "", "Resources.Human.Properties"),
        ("!Ref Boundary", "!Ref AWS::NoValue", "Resources.Human.Properties.PermissionsBoundary"),
        ("Service: ec2.amazonaws.com", 'AWS: "222222222222"', "Resources.Service.Properties"),
    ],
)
def test_an_unbounded_role_of_people_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(HumanRoleBoundaryRule(), GOOD.replace(old, new))] == [path]
