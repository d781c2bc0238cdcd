from __future__ import annotations

import json

import pytest

from cfngen.rules.trail_alarms import CIS, TrailAlarmsRule


def template():
    """A trail whose log group has a filter, with an alarm, for each item."""
    arn = {"Fn::GetAtt": ["Group", "Arn"]}
    found = {"Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"CloudWatchLogsLogGroupArn": arn}}}
    for number, words in enumerate(CIS.values()):
        metric = [{"MetricNamespace": {"Fn::Sub": "${Project}/Audit"}, "MetricName": f"Metric{number}"}]
        counts = {"LogGroupName": {"Ref": "Group"}, "FilterPattern": words, "MetricTransformations": metric}
        rings = {"Namespace": {"Fn::Sub": "${Project}/Audit"}, "MetricName": f"Metric{number}"}
        found[f"Filter{number}"] = {"Type": "AWS::Logs::MetricFilter", "Properties": counts}
        found[f"Alarm{number}"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": rings}
    return {"Resources": found}


def test_a_trail_that_is_watched_is_accepted(matches):
    assert matches(TrailAlarmsRule(), json.dumps(template())) == []


def test_a_template_without_a_trail_needs_no_filters(matches):
    assert matches(TrailAlarmsRule(), "Resources: {Topic: {Type: AWS::SNS::Topic}}") == []


@pytest.mark.parametrize("number", range(15))
def test_a_missing_filter_is_found_with_its_item(matches, number):
    body = template()
    del body["Resources"][f"Filter{number}"]
    ((path, message),) = matches(TrailAlarmsRule(), json.dumps(body))
    assert path == "Resources.Trail.Properties"
    assert message.endswith(f"counts what CIS {list(CIS)[number]} names")


def test_a_pattern_that_lost_an_event_is_found(matches):
    found = matches(TrailAlarmsRule(), json.dumps(template()).replace("StopLogging", ""))
    assert [message for _, message in found] == ["Trail: no metric filter on its log group counts what CIS 4.5 names"]


def test_a_missing_alarm_is_found(matches):
    body = template()
    del body["Resources"]["Alarm3"]
    assert [message for _, message in matches(TrailAlarmsRule(), json.dumps(body))] == [
        "Trail: no alarm is on the metric of CIS 4.4"
    ]


def test_filters_on_another_log_group_do_not_count(matches):
    assert len(matches(TrailAlarmsRule(), json.dumps(template()).replace('{"Ref": "Group"}', '{"Ref": "Other"}'))) == 15
