"""E9135: an alarm tells somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


class AlarmActionsRule(CloudFormationLintRule):  # type: ignore[misc]
    """An alarm that is part of a composite one may leave the telling to that."""

    id = "E9135"
    shortdesc = "An alarm has actions, and they are on"
    description = (
        "AlarmActions is not empty and ActionsEnabled is not false, unless a composite alarm of the template names "
        "the alarm."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each alarm that nobody hears."""
        composed = str([resource for _, resource in _values.resources(cfn, ALARMS[1])])
        for name, leaf in _values.properties(cfn, ("ActionsEnabled",), *ALARMS):
            if _values.is_false(leaf.value):
                yield RuleMatch(leaf.path, f"{name}: ActionsEnabled must not be false")
        for name, leaf in _values.properties(cfn, ("AlarmActions",), *ALARMS):
            if leaf.value in (ABSENT, []) and f"'{name}'" not in composed and f"{{{name}}}" not in composed:
                yield RuleMatch(leaf.path, f"{name}: AlarmActions must name a topic")
