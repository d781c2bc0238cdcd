from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import administration


@pytest.fixture(scope="module")
def resources():
    template = Template()
    administration.build(template)
    return template.to_dict()["Resources"]


def policy(resource):
    return resource["Properties"]["PolicyDocument"]["Statement"]


def test_the_administration_role_may_only_enter_execution_roles_of_the_target_accounts(resources):
    (statement,) = policy(resources["AdministrationPolicy"])

    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/${Project}-${Environment}-stackset-execution"}
    ]
    assert statement["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "TargetAccounts"}}}


def test_the_administration_role_has_that_policy_and_no_other(resources):
    properties = resources["AdministrationRole"]["Properties"]

    assert properties["ManagedPolicyArns"] == [{"Ref": "AdministrationPolicy"}]
    assert "Policies" not in properties


def test_only_cloudformation_for_stack_sets_of_this_environment_may_assume_it(resources):
    (statement,) = resources["AdministrationRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    stack_sets = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stackset/${Project}-${Environment}-*"
    assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": {"Fn::Sub": stack_sets}}


def test_templates_are_read_by_the_targets_execution_roles_alone(resources):
    allowed = [s for s in policy(resources["TemplateBucketPolicy"]) if s["Effect"] == "Allow"]

    assert [s["Principal"] for s in allowed] == [{"AWS": {"Ref": "TargetAccounts"}}]
    assert allowed[0]["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    role = allowed[0]["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert role.endswith(":role/${Project}-${Environment}-stackset-execution")


@pytest.mark.parametrize("bucket", ["TemplateBucket", "TemplateAccessLogs"])
def test_a_bucket_is_private_versioned_encrypted_kept_and_tls_only(resources, bucket):
    resource, properties = resources[bucket], resources[bucket]["Properties"]
    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    refused = [s for s in policy(resources[f"{bucket}Policy"]) if s["Effect"] == "Deny"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert [s["Condition"] for s in refused] == [{"Bool": {"aws:SecureTransport": False}}]


def test_reading_and_writing_templates_is_logged_by_s3_and_nobody_else(resources):
    logging = resources["TemplateBucket"]["Properties"]["LoggingConfiguration"]
    (allowed,) = [s for s in policy(resources["TemplateAccessLogsPolicy"]) if s["Effect"] == "Allow"]

    assert logging["DestinationBucketName"] == {"Ref": "TemplateAccessLogs"}
    assert resources["TemplateBucket"]["DependsOn"] == "TemplateAccessLogsPolicy"
    assert allowed["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    name = "${Project}-${Environment}-cfn-${AWS::AccountId}-${AWS::Region}"
    source = {"Fn::Sub": "arn:${AWS::Partition}:s3:::" + name}
    assert allowed["Condition"]["ArnLike"] == {"aws:SourceArn": source}
