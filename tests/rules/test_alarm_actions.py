from __future__ import annotations

import pytest

from cfngen.rules.alarm_actions import AlarmActionsRule

GOOD = """\
Resources:
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref Topic]}}
  Part: {Type: AWS::CloudWatch::Alarm, Properties: {MetricName: Errors}}
  Whole:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: {AlarmRule: !Sub 'ALARM("${Part}")', AlarmActions: [!Ref Topic]}
"""


def test_alarms_that_tell_somebody_themselves_or_through_a_composite_one_are_accepted(matches):
    assert matches(AlarmActionsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("{AlarmActions: [!Ref Topic]}", "{MetricName: Errors}", "Resources.Alarm.Properties"),
        ("{AlarmActions: [!Ref Topic]}", "{AlarmActions: []}", "Resources.Alarm.Properties.AlarmActions"),
        ("{AlarmActions:", "{ActionsEnabled: false, AlarmActions:", "Resources.Alarm.Properties.ActionsEnabled"),
        ("${Part}", "${Another}", "Resources.Part.Properties"),
        (", AlarmActions: [!Ref Topic]}", "}", "Resources.Whole.Properties"),
    ],
)
def test_an_alarm_that_nobody_hears_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(AlarmActionsRule(), GOOD.replace(old, new))] == [path]
