from __future__ import annotations

import pytest

from cfngen.rules.health_checks import HealthChecksRule

from .weakening import weakened

GOOD = """\
Resources:
  Origin: {Type: AWS::Route53::HealthCheck, Properties: {HealthCheckConfig: {Type: HTTPS, EnableSNI: true}}}
  Both: {Type: AWS::Route53::HealthCheck, Properties: {HealthCheckConfig: {Type: CALCULATED}}}
  Gateway: {Type: AWS::Route53::HealthCheck, Properties: {HealthCheckConfig: {Type: TCP, Port: 8443}}}
"""


def test_checks_by_https_are_accepted(matches):
    assert matches(HealthChecksRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Type: HTTPS", "Type: HTTP", "HealthCheckConfig.Type must be HTTPS"),
        ("Type: HTTPS", "Type: HTTP_STR_MATCH", "HealthCheckConfig.Type must be HTTPS"),
        ("EnableSNI: true", "EnableSNI: false", "EnableSNI must be true"),
        ("Type: CALCULATED", "Type: CALCULATED, Inverted: true", "Inverted must be false"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(HealthChecksRule(), weakened(GOOD, old, new))
    assert message in what
