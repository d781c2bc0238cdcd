"""Alarms: a metric or an expression over metrics, a threshold, and whom to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from troposphere import AWSHelperFn, If, Join, Ref, Sub, Template, cloudwatch, sns

from .metadata import context

Value: TypeAlias = AWSHelperFn | str
Missing = Literal["breaching", "notBreaching"]

MINUTE, DAY = 60, 86400


@dataclass(frozen=True)
class Watch:
    """What an alarm looks at: `what` comes from `measured` or `computed`.

    It rings once `periods` values in a row are beyond the threshold, above it unless `below`.
    """

    title: str
    says: str
    what: Mapping[str, Any]
    threshold: float | AWSHelperFn
    periods: int
    below: bool = False
    missing: Missing = "notBreaching"
    condition: str = ""


def measured(namespace: str, name: str, statistic: str, seconds: int = MINUTE, **dimensions: Value) -> dict[str, Any]:
    """Return a metric; a statistic such as `p99` is a percentile."""
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [cloudwatch.MetricDimension(Name=key, Value=value) for key, value in dimensions.items()],
        "Period": seconds,
        kind: statistic,
    }


def computed(expression: str, **metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return an expression of CloudWatch's metric math over metrics that it calls by their names here."""
    result = cloudwatch.MetricDataQuery(Id="result", Expression=expression, ReturnData=True)
    return {"Metrics": [result, *(_query(name, metric) for name, metric in metrics.items())]}


def _query(name: str, metric: Mapping[str, Any]) -> cloudwatch.MetricDataQuery:
    stat = cloudwatch.MetricStat(
        Metric=cloudwatch.Metric(**{key: metric[key] for key in ("Namespace", "MetricName", "Dimensions")}),
        Period=metric["Period"],
        Stat=metric.get("Statistic") or metric["ExtendedStatistic"],
    )
    return cloudwatch.MetricDataQuery(Id=name, MetricStat=stat, ReturnData=False)


def alarm(template: Template, watch: Watch, topic: sns.Topic) -> cloudwatch.Alarm:
    """Add an alarm that tells a topic when it rings and when it is over."""
    return template.add_resource(
        cloudwatch.Alarm(
            watch.title,
            **({"Condition": watch.condition} if watch.condition else {}),
            AlarmDescription=watch.says,
            ComparisonOperator="LessThanThreshold" if watch.below else "GreaterThanThreshold",
            EvaluationPeriods=watch.periods,
            Threshold=watch.threshold,
            TreatMissingData=watch.missing,
            AlarmActions=[Ref(topic)],
            OKActions=[Ref(topic)],
            Metadata=context(watch.says, mutable="free-to-tune"),
            **watch.what,
        )
    )


def tier_alarm(
    template: Template, title: str, says: str, alarms: Sequence[cloudwatch.Alarm], topic: sns.Topic, condition: str = ""
) -> cloudwatch.CompositeAlarm:
    """Add the alarm of a tier: it rings once, however many of its `alarms` do."""
    return template.add_resource(
        cloudwatch.CompositeAlarm(
            title,
            **({"Condition": condition} if condition else {}),
            AlarmDescription=says,
            AlarmRule=Join(" OR ", [_rings(each, condition) for each in alarms]),
            ActionsEnabled=True,
            AlarmActions=[Ref(topic)],
            OKActions=[Ref(topic)],
            Metadata=context(
                "People are told of a tier, not of each of its symptoms.",
                must=("Tells the topic that people subscribe to.",),
                mutable="free-to-tune",
            ),
        )
    )


def _rings(one: cloudwatch.Alarm, given: str) -> AWSHelperFn:
    """Return the term of an alarm in a rule; one that is not there never rings."""
    rings = Sub('ALARM("${' + one.title + '}")')
    condition = one.resource.get("Condition", "")
    return rings if condition in ("", given) else If(condition, rings, "FALSE")
