from __future__ import annotations

import pytest

from cfngen.layers import configuration
from cfngen.parts.config_rules import GLOBAL_RULES, RULES

HOME, ELSEWHERE = ("eu-west-1", "eu-central-1")


def resources(deployed, region=HOME, **values):
    return deployed(configuration, HomeRegion=HOME, **{"AWS::Region": region}, **values)[0]


def rules(found):
    kinds = {name: resource for name, resource in found.items() if resource["Type"] == "AWS::Config::ConfigRule"}
    return {rule["Properties"]["Source"]["SourceIdentifier"]: rule for rule in kinds.values()}


def identifiers(groups):
    return {identifier for group in groups.values() for identifier in group}


@pytest.mark.parametrize(("region", "global_types"), [(HOME, "true"), (ELSEWHERE, "false")])
def test_all_types_are_recorded_and_the_global_ones_at_home_only(deployed, region, global_types):
    group = resources(deployed, region)["Recorder"]["Properties"]["RecordingGroup"]

    assert group == {"AllSupported": True, "IncludeGlobalResourceTypes": global_types}


def test_recording_is_continuous_and_by_configs_own_role(deployed):
    found = resources(deployed)["Recorder"]["Properties"]

    assert found["RecordingMode"] == {"RecordingFrequency": "CONTINUOUS"}
    assert found["RoleARN"]["Fn::Sub"].endswith("role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig")


def test_what_is_recorded_is_delivered_encrypted_to_a_bucket_without_object_lock(deployed):
    found = resources(deployed)
    channel, bucket = found["DeliveryChannel"]["Properties"], found["ConfigurationBucket"]["Properties"]

    assert channel["S3BucketName"] == {"Ref": "ConfigurationBucket"}
    assert channel["S3KmsKeyArn"] == {"Fn::GetAtt": ["DetectionKey", "Arn"]}
    assert not {"ObjectLockEnabled", "ObjectLockConfiguration"} & set(bucket)
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert bucket["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}


def test_recorder_and_channel_wait_for_the_bucket_and_not_for_each_other(deployed):
    found = resources(deployed)

    assert found["Recorder"]["DependsOn"] == found["DeliveryChannel"]["DependsOn"] == "ConfigurationBucketPolicy"


def test_only_config_may_write_to_the_bucket_and_use_its_key(deployed):
    found = resources(deployed)
    statements = found["ConfigurationBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [s for s in statements if s["Effect"] == "Allow"]

    assert {s["Principal"]["Service"] for s in allowed} == {"config.amazonaws.com"}
    account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert all(account.items() <= s["Condition"]["StringEquals"].items() for s in allowed)
    config = found["DetectionKey"]["Properties"]["KeyPolicy"]["Statement"][1]
    assert (config["Principal"], config["Condition"]) == (
        {"Service": "config.amazonaws.com"},
        {"StringEquals": account},
    )


def test_every_rule_judges_once_something_is_recorded(deployed):
    found = rules(resources(deployed))

    assert set(found) == identifiers(RULES) | identifiers(GLOBAL_RULES)
    assert len(found) > 70
    assert {tuple(rule["DependsOn"]) for rule in found.values()} == {("Recorder", "DeliveryChannel")}


def test_rules_about_people_judge_at_home_only(deployed):
    assert set(rules(resources(deployed, ELSEWHERE))) == identifiers(RULES)
    assert {"IAM_PASSWORD_POLICY", "ROOT_ACCOUNT_MFA_ENABLED"} <= identifiers(GLOBAL_RULES)


def test_no_rule_is_there_twice():
    every = [identifier for groups in (RULES, GLOBAL_RULES) for group in groups.values() for identifier in group]

    assert len(every) == len(set(every))


def test_rules_measure_against_the_companys_own_numbers(deployed):
    found = rules(resources(deployed))

    assert found["IAM_PASSWORD_POLICY"]["Properties"]["InputParameters"]["MaxPasswordAge"] == "90"
    ports = set(found["RESTRICTED_INCOMING_TRAFFIC"]["Properties"]["InputParameters"].values())
    assert ports == {"22", "1433", "3389", "5432", "8080"}


def test_where_an_organization_records_nothing_is_left_but_the_key_of_logs(deployed):
    assert set(resources(deployed, ManageConfig="false")) == {"DetectionKey", "DetectionKeyAlias"}


@pytest.mark.parametrize("name", ["ConfigurationBucket", "AccessLogsBucket", "DetectionKey"])
def test_what_was_recorded_outlives_the_stack(deployed, name):
    found = resources(deployed)[name]

    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
