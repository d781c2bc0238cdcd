"""E9203: a log that is to be delivered arrives, without sessions and what people searched for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, items, unmet

DELIVERY, SOURCE, DESTINATION = "AWS::Logs::Delivery", "AWS::Logs::DeliverySource", "AWS::Logs::DeliveryDestination"

TABLE = (
    Setting(DELIVERY, "RecordFields", given, "must be given: else every field is delivered, cookies too"),
    Setting(DESTINATION, "DestinationResourceArn", given, "must name a bucket or log group"),
    Setting(SOURCE, "LogType", given, "must say which log"),
)

SECRET_FIELDS = ("cs(Cookie)", "cs-uri-query", "cs(Authorization)")
"""Fields with sessions, one-time codes of sign-in, and words about a patient."""


class LogDeliveriesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A source without a delivery is a tap that nobody has connected."""

    id = "E9203"
    shortdesc = "A delivery of logs is whole, and redacted"
    description = (
        "Each delivery source and destination of a template is used by a delivery; a delivery names its fields, and "
        "cookies and query strings are not among them."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/AWS-logs-and-resource-policy.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each log that does not arrive, and each field that must not."""
        yield from unmet(cfn, TABLE)
        for kind, key in ((SOURCE, "DeliverySourceName"), (DESTINATION, "DeliveryDestinationArn")):
            connected = {_values.owner(leaf.value) for _, leaf in _values.properties(cfn, (key,), DELIVERY)}
            for name, _ in _values.resources(cfn, kind):
                if name not in connected:
                    what = f"a Delivery ({DELIVERY}) must have it as {key}"
                    yield RuleMatch(["Resources", name], f"{name}: {what}")
        for name, leaf, fields in items(cfn, DELIVERY, "RecordFields"):
            for field in SECRET_FIELDS:
                if field in fields:
                    yield RuleMatch(leaf.path, f"{name}: RecordFields must not have {field}")
