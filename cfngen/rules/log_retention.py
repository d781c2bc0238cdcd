"""E9117: logs are kept for ten years, or as long as a parameter says, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

DAYS = 3653


class LogRetentionRule(CloudFormationLintRule):  # type: ignore[misc]
    """HIPAA keeps documents for six years; of the periods that judges accept, 3653 days is the one that covers it."""

    id = "E9117"
    shortdesc = "A log group says how long it keeps logs"
    description = "RetentionInDays is 3653, or a parameter."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each log group that keeps logs for less, or for ever."""
        for name, resource in _values.resources(cfn, "AWS::Logs::LogGroup"):
            given = _values.mapping(resource.get("Properties"))
            days = given.get("RetentionInDays")
            if not _values.ref(days) and _values.number(days) != DAYS:
                path = ["Resources", name, "Properties", "RetentionInDays"] if days else ["Resources", name]
                yield RuleMatch(path, f"{name}: RetentionInDays must be {DAYS}, or a parameter")
