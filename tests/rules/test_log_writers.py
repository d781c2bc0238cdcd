from __future__ import annotations

import pytest

from cfngen.rules.log_writers import LogWritersRule

from .weakening import weakened

GOOD = """\
Resources:
  ByName:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyName: queries
      PolicyDocument: !Sub
        - '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"},
          "Action": "logs:PutLogEvents", "Resource": ["arn:aws:logs:eu-west-1:1:log-group:${Name}:*"]}]}'
        - {Name: /aws/route53/queries}
  Other:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: logs:DescribeLogGroups, Resource: "*"}]}
"""


def test_named_groups_are_accepted_and_other_policies_are_left_to_other_rules(matches):
    assert matches(LogWritersRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["arn:aws:logs:eu-west-1:1:log-group:${Name}:*"]', '"*"'),
        ("log-group:${Name}:*", "log-group:*"),
        ("log-group:${Name}:*", "log-group:*:*"),
    ],
)
def test_a_policy_for_every_group_is_found(matches, old, new):
    ((path, what),) = matches(LogWritersRule(), weakened(GOOD, old, new))
    assert path.startswith("Resources.ByName.Properties.PolicyDocument")
    assert "ByName: Resource must name the log groups" in what
