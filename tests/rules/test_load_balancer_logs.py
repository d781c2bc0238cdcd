from __future__ import annotations

import pytest

from cfngen.rules.load_balancer_logs import LoadBalancerLogsRule

GOOD = """\
Resources:
  Web:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties: {AccessLoggingPolicy: {Enabled: true, S3BucketName: logs}}
  App:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {LoadBalancerAttributes: [{Key: access_logs.s3.enabled, Value: "true"}]}
"""


def test_balancers_with_logs_are_accepted(matches):
    assert matches(LoadBalancerLogsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "Enabled: true",
            "Enabled: false",
            "Resources.Web.Properties.AccessLoggingPolicy.Enabled",
            "must be true",
            id="a classic balancer without logs",
        ),
        pytest.param(
            'Value: "true"',
            'Value: "false"',
            "Resources.App.Properties",
            "access_logs.s3.enabled",
            id="an application balancer without logs",
        ),
        pytest.param(
            "Key: access_logs.s3.enabled",
            "Key: idle_timeout.timeout_seconds",
            "Resources.App.Properties",
            "access_logs.s3.enabled",
            id="an application balancer that does not say",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(LoadBalancerLogsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
