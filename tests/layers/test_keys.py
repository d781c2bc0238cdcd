from __future__ import annotations

import pytest

from cfngen.layers import keys

KEYS = ("DataKey", "LogsKey", "VolumeKey", "TopicKey")
AUTO_SCALING = (
    "arn:${AWS::Partition}:iam::${AWS::AccountId}:role"
    "/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
)


@pytest.fixture
def resources(deployed):
    return deployed(keys)[0]


def users(resources, key):
    first, *others = resources[key]["Properties"]["KeyPolicy"]["Statement"]
    assert first["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    return others


@pytest.mark.parametrize("key", KEYS)
def test_a_key_rotates_and_outlives_its_stack(resources, key):
    assert resources[key]["Properties"]["EnableKeyRotation"] is True
    assert resources[key]["Properties"]["PendingWindowInDays"] == 30
    assert resources[key]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources[key]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_found_by_an_alias_of_its_environment(resources, key):
    alias = resources[f"{key}Alias"]["Properties"]

    name = key.removesuffix("Key").lower()
    assert alias["AliasName"] == {"Fn::Sub": f"alias/${{Project}}-${{Environment}}-{name}-key"}
    assert alias["TargetKeyId"] == {"Ref": key}


def test_the_data_key_is_used_through_iam_alone(resources):
    assert users(resources, "DataKey") == []


def test_the_logs_key_serves_the_logs_service_of_its_region_for_log_groups_of_its_account(resources):
    (statement,) = users(resources, "LogsKey")

    assert statement["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}
    groups = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"}
    assert statement["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}


def test_the_volume_key_serves_auto_scalings_role_and_nobody_else(resources):
    for statement in users(resources, "VolumeKey"):
        assert statement["Condition"]["ArnEquals"] == {"aws:PrincipalArn": {"Fn::Sub": AUTO_SCALING}}
        assert statement["Condition"]["StringEquals"] == {"kms:CallerAccount": {"Ref": "AWS::AccountId"}}


def test_auto_scaling_may_grant_the_volume_key_to_aws_services_only(resources):
    _, grants = users(resources, "VolumeKey")

    assert grants["Action"] == ["kms:CreateGrant"]
    assert grants["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": True}


def test_no_key_names_a_role_that_a_new_account_lacks(resources):
    named = [s["Principal"].get("AWS") for key in KEYS for s in users(resources, key)]

    assert set(filter(None, named)) == {"*"}


def test_the_topic_key_serves_alarms_of_its_account(resources):
    (statement,) = users(resources, "TopicKey")

    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
