from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
import yaml

from cfngen.catalog import BOOTSTRAP
from cfngen.schemas import resource_schema
from cfngen.templates import read_template
from cfngen.verify.access import prove_access
from cfngen.verify.needs import FILE, needed

from .weakenings import TEMPLATES, Resources, one_region, weakened

UNUSED = yaml.safe_load(FILE.read_text())["types"]

BUCKETS_PROPERTIES = {
    "BucketEncryption": "PutEncryptionConfiguration",
    "BucketName": "CreateBucket",
    "CorsConfiguration": "PutBucketCORS",
    "LifecycleConfiguration": "PutLifecycleConfiguration",
    "LoggingConfiguration": "PutBucketLogging",
    "NotificationConfiguration": "PutBucketNotification",
    "ObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "ObjectLockEnabled": "PutBucketObjectLockConfiguration",
    "OwnershipControls": "PutBucketOwnershipControls",
    "PublicAccessBlockConfiguration": "PutBucketPublicAccessBlock",
    "ReplicationConfiguration": "PutReplicationConfiguration",
    "Tags": "PutBucketTagging",
    "VersioningConfiguration": "PutBucketVersioning",
}
"""What sets each, by https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html."""


def test_a_type_needs_what_its_handlers_do_without_what_no_template_uses():
    found = set(needed("AWS::S3::Bucket"))
    assert {"s3:CreateBucket", "s3:PutEncryptionConfiguration"} <= found
    assert not found & {"s3:PutObjectAcl", "s3:DeleteObject", "s3:PutInventoryConfiguration"}


def test_needs_are_told_by_what_is_done():
    assert "sns:DeleteTopic" in needed("AWS::SNS::Topic", ("delete",))
    assert "sns:DeleteTopic" not in needed("AWS::SNS::Topic", ("create",))


def test_names_of_apis_that_are_no_actions_are_not_needed():
    assert "s3:PutBucketReplication" not in needed("AWS::S3::Bucket")


def test_each_property_that_a_bucket_is_given_can_be_set():
    files = [file for file in TEMPLATES.glob("*/*.yaml") if file.parent.name != BOOTSTRAP.name]
    resources = [each for file in files for each in read_template(file).resources.values()]
    given = {name for each in resources if each["Type"] == "AWS::S3::Bucket" for name in each["Properties"]}

    assert given - BUCKETS_PROPERTIES.keys() == set(), "say which action sets it"
    assert {f"s3:{BUCKETS_PROPERTIES[name]}" for name in given} - set(needed("AWS::S3::Bucket")) == set()


def test_nothing_is_hidden_by_how_its_name_ends():
    hidden = [(kind, each) for kind, actions in UNUSED.items() for each in actions if "*" in each[:-1] or "?" in each]
    assert hidden == [], "a pattern that begins with a star hid Object Lock behind objects: spell the actions"


@pytest.mark.parametrize("kind", UNUSED)
def test_what_is_hidden_is_listed_of_the_type(kind):
    schema = resource_schema(kind)
    listed = {action.partition(":")[2] for actions in schema.permissions.values() for action in actions}
    assert [each for each in UNUSED[kind] if not any(fnmatchcase(name, each) for name in listed)] == []


def test_a_custom_resource_needs_nothing_that_a_schema_would_list():
    assert needed("Custom::PasswordPolicy") == ()


def test_an_action_that_the_execution_role_lacks_is_named_with_the_type_that_needs_it():
    def weaken(layer: str, resources: Resources) -> None:
        if layer == "execution":
            for each in resources["ServicePolicy"]["Properties"]["PolicyDocument"]["Statement"]:
                each["Action"] = [action for action in each["Action"] if action != "sns:CreateTopic"]

    found = prove_access(weakened(weaken, one_region())).findings
    assert {each.rule for each in found} == {"access.needs"}
    said = [each.problem.what for each in found]
    assert any(
        "may not sns:CreateTopic (Action), which CloudFormation does to make AWS::SNS::Topic" in each for each in said
    )
    assert all(each.problem.where.path.endswith("ExecutionRole.Properties.ManagedPolicyArns") for each in found)
