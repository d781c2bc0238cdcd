"""E9202: what a distribution is asked is written down, and its failures are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import DISTRIBUTION, parts
from cfngen.rules._settings import given

SOURCE = "AWS::Logs::DeliverySource"


class CdnLogsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A distribution answers from places where nothing else of ours is: without its log nobody knows that it did."""

    id = "E9202"
    shortdesc = "A distribution delivers its access logs"
    description = (
        "A DeliverySource of the template (LogType ACCESS_LOGS) names the distribution, or it has Logging with a "
        "bucket, without cookies."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each distribution whose requests are forgotten, or remembered with sessions."""
        delivered = set(_delivered(cfn))
        for name, _ in _values.resources(cfn, DISTRIBUTION):
            logged = [leaf.value for found, leaf in parts(cfn, "Logging", "Bucket") if found == name]
            if name not in delivered and not (logged and all(map(given, logged))):
                what = f"Logging: a DeliverySource ({SOURCE}) with LogType ACCESS_LOGS must have it as ResourceArn"
                yield RuleMatch(["Resources", name], f"{name}: {what}")
        for name, leaf in parts(cfn, "Logging", "IncludeCookies"):
            if not _values.is_false(leaf.value):
                yield RuleMatch(leaf.path, f"{name}: Logging.IncludeCookies must be false: sessions are cookies")


def _delivered(cfn: Template) -> Iterator[str]:
    """Yield the distributions whose access logs a source delivers."""
    for _, leaf in _values.properties(cfn, (), SOURCE):
        source = _values.mapping(leaf.value)
        if source.get("LogType") == "ACCESS_LOGS":
            arn = source.get("ResourceArn")
            text = _values.text_of(arn)
            yield _values.owner(arn)
            yield from (name for name, _ in _values.resources(cfn, DISTRIBUTION) if f"distribution/${{{name}" in text)
