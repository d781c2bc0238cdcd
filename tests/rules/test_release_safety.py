from __future__ import annotations

import pytest

from cfngen.rules.release_safety import ReleaseSafetyRule

GOOD = """\
Resources:
  Deployments:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      AlarmConfiguration: {Alarms: [{Name: errors}], Enabled: true, IgnorePollAlarmFailure: false}
      AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]}
      DeploymentStyle: {DeploymentOption: WITH_TRAFFIC_CONTROL, DeploymentType: IN_PLACE}
      LoadBalancerInfo: {ElbInfoList: [{Name: web}]}
"""


def test_a_careful_deployment_group_is_accepted(matches):
    assert matches(ReleaseSafetyRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Alarms: [{Name: errors}]", "Alarms: []", "must be Enabled and name Alarms"),
        ("}], Enabled: true", "}], Enabled: false", "must be Enabled and name Alarms"),
        ("IgnorePollAlarmFailure: false", "IgnorePollAlarmFailure: true", "must not have IgnorePollAlarmFailure"),
        ("{Enabled: true, Events", "{Enabled: false, Events", "AutoRollbackConfiguration must be Enabled"),
        (", DEPLOYMENT_STOP_ON_ALARM", "", "AutoRollbackConfiguration must be Enabled"),
        ("WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL", "must be WITH_TRAFFIC_CONTROL"),
        ("LoadBalancerInfo: {ElbInfoList: [{Name: web}]}", "Other: x", "must be WITH_TRAFFIC_CONTROL"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    assert old in GOOD
    found = matches(ReleaseSafetyRule(), GOOD.replace(old, new))

    assert [message in what for _, what in found] == [True]
