from __future__ import annotations

import pytest

from cfngen.rules.zone_query_logs import ZoneQueryLogsRule

from .weakening import weakened

GOOD = """\
Conditions: {There: !Equals [!Ref AWS::Region, us-east-1]}
Resources:
  Public:
    Type: AWS::Route53::HostedZone
    Properties:
      Name: app.example.com
      QueryLoggingConfig: {CloudWatchLogsLogGroupArn: !GetAtt Group.Arn}
  Inside: {Type: AWS::Route53::HostedZone, Properties: {Name: internal, VPCs: [{VPCId: !Ref Vpc}]}}
  Elsewhere:
    Type: AWS::Route53::HostedZone
    Properties:
      Name: eu.net.app.example.com
      QueryLoggingConfig: !If [There, {CloudWatchLogsLogGroupArn: !GetAtt Group.Arn}, !Ref AWS::NoValue]
    Metadata: {checkov: {skip: [{id: CKV2_AWS_39, comment: Query logs exist in us-east-1 only.}]}}
"""


def test_zones_that_log_or_say_why_they_do_not_everywhere_are_accepted(matches):
    assert matches(ZoneQueryLogsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("QueryLoggingConfig: {CloudWatchLogsLogGroupArn: !GetAtt Group.Arn}", "", "Public"),
        (", VPCs: [{VPCId: !Ref Vpc}]", "", "Inside"),
        ("CKV2_AWS_39", "CKV2_AWS_38", "Elsewhere"),
        ("!If [There, {CloudWatchLogsLogGroupArn: !GetAtt Group.Arn}, !Ref AWS::NoValue]", "{}", "Elsewhere"),
    ],
)
def test_a_weakening_is_found(matches, old, new, name):
    ((path, what),) = matches(ZoneQueryLogsRule(), weakened(GOOD, old, new))
    assert path.startswith(f"Resources.{name}")
    assert "QueryLoggingConfig.CloudWatchLogsLogGroupArn must name a log group" in what
