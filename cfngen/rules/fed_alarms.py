"""E9163: what a metric filter counts has an alarm, and what an alarm of ours watches has a filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import items

ALARM, FILTER = "AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter"

OTHERS = ("AWS/", "CWAgent", "ECS/", "WAF")
"""Beginnings of namespaces whose metrics others publish."""


class FedAlarmsRule(CloudFormationLintRule):  # type: ignore[misc]
    """An alarm whose metric nobody feeds is quiet for ever, and looks like peace."""

    id = "E9163"
    shortdesc = "Metric filters and alarms come in pairs"
    description = (
        "Each metric that a filter makes has an alarm of the same template, and each alarm on a metric that is not a "
        "service's has a filter."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html"
    tags: ClassVar[list[str]] = ["cfngen", "detection", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each one without the other."""
        fed: dict[str, str] = {}
        for name, leaf, made in items(cfn, FILTER, "MetricTransformations"):
            if not made:
                yield RuleMatch(leaf.path, f"{name}: MetricTransformations must make a metric")
            for each in map(_values.mapping, made):
                fed[_metric(each.get("MetricNamespace"), each.get("MetricName"))] = name
        watched = dict(_watched(cfn))
        for metric in fed.keys() - watched.keys():
            what = f"{fed[metric]}: an Alarm ({ALARM}) must watch {metric} (MetricTransformations)"
            yield RuleMatch(["Resources", fed[metric]], what)
        for metric in watched.keys() - fed.keys():
            what = f"{watched[metric]}: a MetricFilter ({FILTER}) must feed {metric} (MetricTransformations)"
            yield RuleMatch(["Resources", watched[metric]], what)


def _watched(cfn: Template) -> Iterator[tuple[str, str]]:
    """Yield the metrics that alarms watch, those of services apart, with the alarm."""
    for name, leaf in _values.properties(cfn, (), ALARM):
        alarm = _values.mapping(leaf.value)
        namespace = _values.text_of(alarm.get("Namespace"))
        if namespace and not namespace.startswith(OTHERS):
            yield _metric(alarm.get("Namespace"), alarm.get("MetricName")), name


def _metric(namespace: object, name: object) -> str:
    return f"{_values.text_of(namespace)} {_values.text_of(name)}"
