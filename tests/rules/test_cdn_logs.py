from __future__ import annotations

import pytest

from cfngen.rules.cdn_logs import CdnLogsRule

from .weakening import weakened

GOOD = """\
Resources:
  Cdn: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {Enabled: true}}}
  Source:
    Type: AWS::Logs::DeliverySource
    Properties:
      LogType: ACCESS_LOGS
      ResourceArn: !Sub arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}
"""
LEGACY = """\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties: {DistributionConfig: {Logging: {Bucket: logs.s3.amazonaws.com, IncludeCookies: false}}}
"""


@pytest.mark.parametrize("template", [GOOD, LEGACY])
def test_a_distribution_that_is_logged_is_accepted(matches, template):
    assert matches(CdnLogsRule(), template) == []


@pytest.mark.parametrize(
    ("good", "old", "new", "message"),
    [
        (GOOD, "ACCESS_LOGS", "CONNECTION_LOGS", "a DeliverySource (AWS::Logs::DeliverySource)"),
        (GOOD, "distribution/${Cdn}", "distribution/${Other}", "must have it as ResourceArn"),
        (GOOD, "AWS::Logs::DeliverySource", "AWS::SNS::Topic", "must have it as ResourceArn"),
        (LEGACY, "Bucket: logs.s3.amazonaws.com, ", "", "Logging"),
        (LEGACY, "IncludeCookies: false", "IncludeCookies: true", "IncludeCookies must be false"),
    ],
)
def test_a_weakening_is_found(matches, good, old, new, message):
    ((_, what),) = matches(CdnLogsRule(), weakened(good, old, new))
    assert message in what
