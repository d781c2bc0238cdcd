from __future__ import annotations

import pytest

from cfngen.rules.patching import PatchingRule

GOOD = """\
Resources:
  Baseline:
    Type: AWS::SSM::PatchBaseline
    Properties:
      PatchGroups: [fleet]
      ApprovalRules:
        PatchRules:
          - ApproveAfterDays: 3
            PatchFilterGroup:
              PatchFilters:
                - {Key: CLASSIFICATION, Values: [SecurityUpdates]}
                - {Key: MSRC_SEVERITY, Values: [Critical, Important]}
  Scan: {Type: AWS::SSM::Association, Properties: {Name: AWS-RunPatchBaseline, ScheduleExpression: rate(1 day)}}
  Window: {Type: AWS::SSM::MaintenanceWindow, Properties: {Schedule: rate(7 days)}}
  Agent: {Type: AWS::SSM::Association, Properties: {Name: AWS-UpdateSSMAgent, ScheduleExpression: rate(14 days)}}
  Task:
    Type: AWS::SSM::MaintenanceWindowTask
    Properties: {WindowId: !Ref Window, TaskInvocationParameters: {Fleet: [!Ref WebFleetName]}}
  Releases: {Type: AWS::CodeDeploy::DeploymentGroup, Properties: {AutoScalingGroups: [!Ref WebFleetName]}}
"""


def test_fleets_that_are_scanned_and_patched_are_accepted(matches):
    assert matches(PatchingRule(), GOOD) == []


def test_a_template_without_baselines_needs_no_window(matches):
    assert matches(PatchingRule(), "Resources: {Topic: {Type: AWS::SNS::Topic}}") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PatchGroups: [fleet]", "PatchGroups: []", "must name the fleets"),
        ("ApproveAfterDays: 3", "ApproveAfterDays: 30", "within 7 days"),
        ("ApproveAfterDays: 3", "ApproveUntilDate: '2020-01-01'", "within 7 days"),
        ("[SecurityUpdates]", "[Drivers]", "within 7 days"),
        ("[Critical, Important]", "[Low]", "within 7 days"),
        ("Name: AWS-RunPatchBaseline", "Name: AWS-UpdateSSMAgent", "must run AWS-RunPatchBaseline"),
        ("Name: AWS-UpdateSSMAgent", "Name: AWS-RunDocument", "must run AWS-UpdateSSMAgent"),
        ("{Fleet: [!Ref WebFleetName]}", "{Fleet: [!Ref AppFleetName]}", "must patch WebFleetName too"),
        ("WindowId: !Ref Window", "WindowId: other", "a task must use this window"),
        ("AWS::SSM::MaintenanceWindow,", "AWS::SNS::Topic,", "a maintenance window must install"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    assert old in GOOD
    found = matches(PatchingRule(), GOOD.replace(old, new))

    assert [message in what for _, what in found] == [True]
