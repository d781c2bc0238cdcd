from __future__ import annotations

import pytest

from cfngen.rules.fed_alarms import FedAlarmsRule

from .weakening import weakened

GOOD = """\
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      MetricTransformations: [{MetricNamespace: !Sub "${Project}/Audit", MetricName: RootLogin}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: !Sub "${Project}/Audit", MetricName: RootLogin}
  Cpu: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/EC2, MetricName: CPUUtilization}}
"""


def test_pairs_and_alarms_on_metrics_of_services_are_accepted(matches):
    assert matches(FedAlarmsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("MetricName: RootLogin}\n  Cpu", "MetricName: Root}\n  Cpu", ["an Alarm", "a MetricFilter"]),
        ("Type: AWS::Logs::MetricFilter", "Type: AWS::SNS::Topic", ["a MetricFilter"]),
        ("Type: AWS::CloudWatch::Alarm\n", "Type: AWS::SNS::Topic\n", ["an Alarm"]),
        ('[{MetricNamespace: !Sub "${Project}/Audit", MetricName: RootLogin}]', "[]", ["make a metric", "a Metric"]),
    ],
)
def test_one_without_the_other_is_found(matches, old, new, messages):
    found = [what for _, what in matches(FedAlarmsRule(), weakened(GOOD, old, new))]
    assert [message in what for message, what in zip(messages, found, strict=True)] == [True] * len(messages)
