"""E9213: an alarm reaches somebody: by a topic with subscribers, or through an alarm of alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
TOPIC, SUBSCRIPTION = "AWS::SNS::Topic", "AWS::SNS::Subscription"


class HeardAlarmsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A topic without subscribers takes every message and keeps none."""

    id = "E9213"
    shortdesc = "An alarm's topic has a subscription"
    description = (
        "Each alarm has an action on a topic that is another template's or has a Subscription, or a CompositeAlarm "
        "that is heard names it."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html"
    tags: ClassVar[list[str]] = ["cfngen", "detection"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each alarm that nobody hears."""
        silent = {name for name, _ in _values.resources(cfn, TOPIC)} - {
            _values.owner(leaf.value) for _, leaf in _values.properties(cfn, ("TopicArn",), SUBSCRIPTION)
        }
        loud, quiet = set[str](), set[str]()
        for name, leaf in _values.properties(cfn, ("AlarmActions", "*"), ALARM, COMPOSITE):
            (quiet if _values.owner(leaf.value) in silent else loud).add(name)
        rules = [leaf for name, leaf in _values.properties(cfn, ("AlarmRule",), COMPOSITE) if name in loud]
        named = " ".join(_values.text_of(found.value) for leaf in rules for found in _values.walk(leaf.value))
        for name in sorted(quiet - loud):
            if f"${{{name}}}" not in named:
                what = f"a Subscription ({SUBSCRIPTION}) to its topic, or a CompositeAlarm ({COMPOSITE}), must tell"
                yield RuleMatch(["Resources", name], f"{name}: {what}")
