from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import edge_alarms


@pytest.fixture(scope="module")
def resources():
    template = Template()
    edge_alarms.build(template)
    return template.to_dict()["Resources"]


def dimensions(alarm):
    return {each["Name"]: each["Value"] for each in alarm["Properties"]["Dimensions"]}


def test_failing_requests_are_noticed_in_cloudfronts_own_metric(resources):
    alarm = resources["EdgeErrors"]

    assert alarm["Properties"]["MetricName"] == "5xxErrorRate"
    assert dimensions(alarm) == {"DistributionId": {"Ref": "DistributionId"}, "Region": "Global"}


def test_a_single_failure_of_the_function_is_noticed(resources):
    alarm = resources["EntranceErrors"]

    assert alarm["Properties"]["Threshold"] == 0
    assert dimensions(alarm) == {"FunctionName": {"Ref": "EntranceFunction"}, "Region": "Global"}


def test_a_flood_of_refused_requests_is_noticed(resources):
    assert dimensions(resources["EdgeBlocked"]) == {"WebACL": {"Ref": "EdgeFirewallMetric"}, "Rule": "ALL"}


def test_every_alarm_tells_people_through_a_key_that_lets_alarms_publish(resources):
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]

    assert len(alarms) == 3
    assert all(each["AlarmActions"] == [{"Ref": "EdgeAlarmTopic"}] for each in alarms)
    assert resources["EdgeAlarmTopic"]["Properties"]["KmsMasterKeyId"] == {"Ref": "EdgeLogsKeyArn"}
    assert "Subscriber4" in resources
