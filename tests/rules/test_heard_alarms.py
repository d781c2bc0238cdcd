from __future__ import annotations

import pytest

from cfngen.rules.heard_alarms import HeardAlarmsRule

from .weakening import weakened

GOOD = """\
Resources:
  Told: {Type: AWS::SNS::Topic}
  Symptoms: {Type: AWS::SNS::Topic}
  Mail: {Type: AWS::SNS::Subscription, Condition: HasMail, Properties: {TopicArn: !Ref Told, Protocol: email}}
  Errors: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref Symptoms]}}
  Tier:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: {AlarmRule: !Join [" OR ", [!Sub 'ALARM("${Errors}")']], AlarmActions: [!Ref Told]}
  Elsewhere: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref TopicArn]}}
"""


def test_alarms_that_somebody_hears_are_accepted(matches):
    assert matches(HeardAlarmsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("TopicArn: !Ref Told", "TopicArn: !Ref Other", ["Errors", "Tier"]),
        ("Type: AWS::SNS::Subscription", "Type: AWS::SNS::Topic", ["Errors", "Tier"]),
        ("${Errors}", "${Others}", ["Errors"]),
        ("Type: AWS::CloudWatch::CompositeAlarm", "Type: AWS::SNS::Topic", ["Errors"]),
    ],
)
def test_an_alarm_that_nobody_hears_is_found(matches, old, new, names):
    found = matches(HeardAlarmsRule(), weakened(GOOD, old, new))
    assert [path for path, _ in found] == [f"Resources.{name}" for name in names]
    assert all("a Subscription (AWS::SNS::Subscription) to its topic, or a CompositeAlarm" in what for _, what in found)
