"""E9210: a name is moved to another region by a check that cannot be fooled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules._settings import Setting, one_of, unmet
from cfngen.rules._values import ABSENT, is_false, is_true

CHECK = "AWS::Route53::HealthCheck"
TYPES = ("HTTPS", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL")

TABLE = (
    Setting(
        CHECK,
        "HealthCheckConfig.Type",
        one_of(*TYPES),
        "must be HTTPS, TCP where nothing else is spoken, or made of metrics or other checks",
    ),
    Setting(
        CHECK,
        "HealthCheckConfig.EnableSNI",
        lambda value: value is ABSENT or is_true(value),
        "must be true: the balancer has several certificates",
    ),
    Setting(
        CHECK,
        "HealthCheckConfig.Inverted",
        lambda value: value is ABSENT or is_false(value),
        "must be false: what is ill would be called well",
    ),
)


class HealthChecksRule(CloudFormationLintRule):  # type: ignore[misc]
    """Whoever answers for an origin by HTTP decides where patients are sent."""

    id = "E9210"
    shortdesc = "A health check asks by HTTPS"
    description = (
        "HealthCheckConfig.Type is HTTPS, TCP where nothing else is spoken, or made of metrics or other checks; with "
        "SNI, and not inverted."
    )
    source_url = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each check that could be fooled."""
        yield from unmet(cfn, TABLE)
