from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from troposphere import Ref, Template

from cfngen.parts.instance import fleet_logs, instance_profile


@pytest.fixture(scope="module")
def resources():
    template = Template()
    group = fleet_logs(template, "App", Ref("LogsKeyArn"))
    instance_profile(template, "App", group)
    return template.to_dict()["Resources"]


def actions(resources):
    statements = resources["AppInstancePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    return [action for statement in statements for action in statement["Action"]]


def test_logs_are_encrypted_kept_for_the_retention_and_outlive_the_stack(resources):
    group = resources["AppLogs"]

    assert group["Properties"] == {"KmsKeyId": {"Ref": "LogsKeyArn"}, "RetentionInDays": {"Ref": "LogRetentionDays"}}
    assert (group["DeletionPolicy"], group["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_an_instance_writes_to_its_own_log_group_alone(resources):
    statements = resources["AppInstancePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (logs,) = [s for s in statements if any(action.startswith("logs:") for action in s["Action"])]

    assert logs["Resource"] == [{"Fn::GetAtt": ["AppLogs", "Arn"]}]


def test_an_instance_may_publish_the_agents_metrics_only(resources):
    statements = resources["AppInstancePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (metrics,) = [s for s in statements if s["Action"] == ["cloudwatch:PutMetricData"]]

    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "CWAgent"}}


@pytest.mark.parametrize(
    "action", ["ssm:GetParameter", "secretsmanager:GetSecretValue", "s3:GetObject", "kms:Decrypt", "iam:PassRole"]
)
def test_an_instance_reads_no_parameters_secrets_objects_or_keys(resources, action):
    assert [allowed for allowed in actions(resources) if fnmatchcase(action, allowed)] == []


def test_an_instance_can_be_managed_without_a_login(resources):
    assert {"ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel", "ec2messages:GetMessages"} <= set(
        actions(resources)
    )


def test_the_role_has_no_name_no_inline_policy_and_trusts_ec2_alone(resources):
    role = resources["AppInstanceRole"]["Properties"]

    assert not {"RoleName", "Policies"} & set(role)
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
