from __future__ import annotations

import subprocess
import sys

from cfngen.schemas import changed_paths, known_types, resource_schema


def test_types_are_known_per_region():
    assert "AWS::EC2::VPC" in known_types("eu-west-1")
    assert "AWS::EC2::Vpc" not in known_types("eu-west-1")
    assert known_types("ap-southeast-1") < known_types("us-east-1") | known_types("ap-southeast-1")


def test_a_region_without_an_index_has_the_types_of_us_east_1():
    assert known_types("xx-moon-1") == known_types("us-east-1")


def test_an_unknown_type_has_no_schema():
    assert resource_schema("AWS::EC2::Vpc", "us-east-1") is None


def test_a_schema_says_what_replaces_what_may_replace_and_what_is_only_read():
    schema = resource_schema("AWS::RDS::DBInstance", "eu-west-1")
    assert schema is not None
    assert {"StorageEncrypted", "DBName", "Timezone"} <= schema.create_only
    assert "DBSnapshotIdentifier" in schema.conditional_create_only
    assert "Endpoint/Address" in schema.read_only
    assert schema.primary_identifier == ("DBInstanceIdentifier",)


def test_a_schema_names_the_property_that_holds_tags():
    tags = {
        "AWS::EC2::VPC": "Tags",
        "AWS::Route53::HostedZone": "HostedZoneTags",
        "AWS::IAM::InstanceProfile": "",
        "AWS::EC2::LaunchTemplate": "",
    }
    found = {name: schema.tag_property for name in tags if (schema := resource_schema(name))}
    assert found == tags


def test_a_schema_holds_no_prose_but_keeps_properties_of_that_name():
    group = resource_schema("AWS::EC2::SecurityGroup")
    rule = resource_schema("AWS::Events::Rule")
    assert group is not None
    assert rule is not None
    assert "description" not in group.properties["GroupName"]
    assert "Description" in rule.properties


def test_references_within_a_schema_are_followed():
    schema = resource_schema("AWS::EC2::VPC")
    assert schema is not None
    tag = schema.follow(schema.properties["Tags"]["items"])
    assert set(tag["properties"]) == {"Key", "Value"}


def test_a_type_without_an_update_is_known_as_such():
    updatable = {name: schema.updatable for name in TYPES if (schema := resource_schema(name))}
    assert updatable == {"AWS::EC2::VPC": True, "AWS::EC2::SubnetRouteTableAssociation": False}


TYPES = ("AWS::EC2::VPC", "AWS::EC2::SubnetRouteTableAssociation")


def test_changed_paths_look_into_structures_and_lists():
    paths = frozenset({"Name", "Budget/BudgetName", "Rules/*/Id"})
    before = {"Name": "a", "Budget": {"BudgetName": "x", "Limit": 1}, "Rules": [{"Id": 1, "Text": "a"}]}
    after = {"Name": "a", "Budget": {"BudgetName": "x", "Limit": 2}, "Rules": [{"Id": 2, "Text": "a"}]}
    assert changed_paths(paths, before, after) == {"Rules/*/Id"}
    assert changed_paths(paths, before, before) == frozenset()


def test_a_property_that_appears_or_goes_is_changed():
    assert changed_paths(frozenset({"Name"}), {}, {"Name": "a"}) == {"Name"}


def test_reading_schemas_does_not_import_cfn_lint():
    program = "import sys, cfngen.schemas as s; s.resource_schema('AWS::S3::Bucket'); print('cfnlint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
