from __future__ import annotations

import pytest

from cfngen.rules.load_balancer_attributes import LoadBalancerAttributesRule

GOOD = """\
Parameters: {Protected: {Type: String, Default: "true", AllowedValues: ["true", "false"]}}
Resources:
  App:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - {Key: routing.http.drop_invalid_header_fields.enabled, Value: "true"}
        - {Key: deletion_protection.enabled, Value: !Ref Protected}
        - {Key: routing.http.desync_mitigation_mode, Value: strictest}
        - {Key: access_logs.s3.bucket, Value: !Ref Logs}
"""


def test_a_protected_balancer_is_accepted(matches):
    assert matches(LoadBalancerAttributesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            'Value: "true"',
            'Value: "false"',
            "Resources.App.Properties",
            "drop_invalid_header_fields",
            id="malformed headers",
        ),
        pytest.param(
            'Default: "true"',
            'Default: "false"',
            "Resources.App.Properties",
            "deletion_protection",
            id="no protection by default",
        ),
        pytest.param(
            "deletion_protection.enabled",
            "idle_timeout.timeout_seconds",
            "Resources.App.Properties",
            "deletion_protection",
            id="no word about it",
        ),
        pytest.param(
            "strictest", "monitor", "Resources.App.Properties", "desync_mitigation_mode", id="requests out of sync"
        ),
        pytest.param(
            "access_logs.s3.bucket", "access_logs.s3.prefix", "Resources.App.Properties", "access_logs", id="no logs"
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(LoadBalancerAttributesRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
