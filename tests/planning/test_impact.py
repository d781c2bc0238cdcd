"""What becomes of resources when templates or values change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.planning.changes import Effect
from cfngen.planning.impact import deletion_policy
from tests.bundles import BUCKET, US, effects, impact, root, stack_set

NETWORK = """
Parameters:
  VpcCidr: {Type: String}
  Zones: {Type: String}
Mappings:
  Sizes: {"2": {Tenancy: default}, "3": {Tenancy: dedicated}}
Conditions:
  HasThird: {Fn::Equals: [{Ref: Zones}, "3"]}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: {Ref: VpcCidr}
      InstanceTenancy: {Fn::FindInMap: [Sizes, {Ref: Zones}, Tenancy]}
      Tags: [{Key: Name, Value: {Fn::Sub: "vpc-${AWS::Region}"}}]
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: {Ref: Vpc}
      CidrBlock: {Fn::Select: [0, {Fn::Cidr: [{Ref: VpcCidr}, 4, 8]}]}
  Third:
    Type: AWS::EC2::Subnet
    Condition: HasThird
    Properties: {VpcId: {Ref: Vpc}, CidrBlock: 10.0.3.0/24}
Outputs:
  SubnetIds: {Value: {Fn::Join: [",", [{Ref: Subnet}]]}}
"""
DATA = """
Parameters:
  SubnetIds: {Type: "List<AWS::EC2::Subnet::Id>"}
  Class: {Type: String}
Resources:
  Group:
    Type: AWS::RDS::DBSubnetGroup
    Properties: {DBSubnetGroupDescription: x, SubnetIds: {Ref: SubnetIds}}
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Retain
    Properties:
      DBInstanceClass: {Ref: Class}
      DBSubnetGroupName: {Ref: Group}
      StorageEncrypted: true
"""
ROOT = root(
    "network: {VpcCidr: {Ref: VpcCidr}, Zones: {Ref: Zones}}",
    "data: {SubnetIds: {Fn::GetAtt: [Network, Outputs.SubnetIds]}, Class: {Ref: Class}}",
    parameters="{VpcCidr: {Type: String}, Zones: {Type: String, Default: 2}, Class: {Type: String, Default: small}}",
)
VALUES = {"VpcCidr": "10.0.0.0/16", "Zones": "2", "Class": "small"}


def item(values=VALUES, **layers):
    return stack_set("foundation", {"root": ROOT, "network": NETWORK, "data": DATA, **layers}, {US: {}}, values)


def becomes(old=None, new=None, values=VALUES):
    return impact(item(**(old or {})), item(values, **(new or {})))


def changes(found):
    return {
        f"{each.name} {one.path}": (one.before, one.after, one.effect.value, one.because)
        for each in found.resources
        for one in each.properties
    }


def test_what_stays_as_it_is_has_no_impact():
    assert becomes() is None


def test_a_value_is_followed_into_the_nested_stack_to_the_property():
    found = becomes(values={**VALUES, "Class": "large"})
    assert changes(found) == {"data.Database DBInstanceClass": ("small", "large", "in place", ("Class",))}
    assert [(each.name, each.before, each.after) for each in found.parameters] == [("Class", "small", "large")]


def test_what_is_replaced_is_followed_through_every_reference_to_it():
    found = becomes(values={**VALUES, "VpcCidr": "10.9.0.0/16"})
    assert effects(found) == {
        "network.Vpc": "replace",
        "network.Subnet": "replace",
        "data.Group": "in place",
    }
    assert changes(found)["network.Subnet CidrBlock"] == ("10.0.0.0/24", "10.9.0.0/24", "replace", ("VpcCidr",))
    assert changes(found)["network.Subnet VpcId"][2:] == ("replace", ("network.Vpc",))
    assert changes(found)["data.Group SubnetIds[0]"] == (
        "${network.Subnet}",
        "${another network.Subnet}",
        "in place",
        ("network.Subnet",),
    )


def test_a_condition_that_turns_creates_or_deletes_and_a_map_gives_another_value():
    found = becomes(values={**VALUES, "Zones": "3"})
    assert effects(found) == {
        "network.Third": "create",
        "network.Vpc": "may replace",
        "network.Subnet": "may replace",
        "data.Group": "in place",
    }
    assert changes(found)["network.Vpc InstanceTenancy"] == ("default", "dedicated", "may replace", ("Zones",))
    back = impact(item({**VALUES, "Zones": "3"}), item())
    assert effects(back)["network.Third"] == "delete"


def test_what_may_be_replaced_only_perhaps_changes_what_refers_to_it():
    found = becomes(values={**VALUES, "Zones": "3"})
    (subnet,) = (each for each in found.resources if each.name == "network.Subnet")
    assert subnet.perhaps
    assert subnet.properties[0].after == "${perhaps another network.Vpc}"


def test_the_literal_instead_of_the_parameter_of_that_value_changes_nothing():
    literal = NETWORK.replace("CidrBlock: {Ref: VpcCidr}", "CidrBlock: 10.0.0.0/16")
    assert effects(becomes(new={"network": literal})) == {}


def test_a_new_logical_id_is_a_deletion_and_a_creation():
    found = becomes(new={"data": DATA.replace("  Database:", "  Db:")})
    assert effects(found) == {"data.Db": "create", "data.Database": "delete"}
    (gone,) = (each for each in found.resources if each.effect is Effect.DELETE)
    assert (gone.policy, gone.stateful) == ("Snapshot", True)


def test_a_new_type_is_a_replacement_that_says_that_aws_may_refuse_it():
    found = becomes(new={"data": DATA.replace("AWS::RDS::DBSubnetGroup", "AWS::RDS::DBParameterGroup")})
    assert effects(found)["data.Group"] == "replace"
    assert "refuse" in next(each.why for each in found.resources if each.name == "data.Group")


def test_a_nested_stack_under_another_name_replaces_all_it_holds():
    renamed = ROOT.replace("  Data:", "  Database:")
    found = becomes(new={"root": renamed})
    assert effects(found) == {
        "root.Database": "create",
        "root.Data": "delete",
        "data.Group": "replace",
        "data.Database": "replace",
    }


def test_a_replacement_is_kept_or_not_as_the_new_template_says():
    new = {"data": DATA.replace("StorageEncrypted: true", "StorageEncrypted: false")}
    (database,) = becomes(new=new).resources
    assert (database.effect, database.policy, database.why) == (
        Effect.REPLACE,
        "Retain",
        "create-only: StorageEncrypted",
    )
    dropped = {"data": new["data"].replace("    UpdateReplacePolicy: Retain\n", "")}
    assert becomes(new=dropped).resources[0].policy == "Delete"


def test_a_changed_policy_is_told_though_nothing_of_the_resource_changes():
    found = becomes(new={"data": DATA.replace("DeletionPolicy: Snapshot", "DeletionPolicy: Delete")})
    assert changes(found) == {"data.Database DeletionPolicy": ("Snapshot", "Delete", "in place", ("template",))}


def test_a_resource_that_says_it_must_never_change_is_stateful_whatever_its_type():
    note = "    Metadata: {com.aws.cloudformation.Context: {mutable: must-never-change}}\n"
    guarded = NETWORK.replace("    Type: AWS::EC2::VPC\n", "    Type: AWS::EC2::VPC\n" + note)
    found = impact(item(network=guarded), item({**VALUES, "VpcCidr": "10.9.0.0/16"}, network=guarded))
    assert {each.name for each in found.resources if each.loses} == {"network.Vpc"}


def test_an_unknown_function_with_another_argument_may_have_another_value():
    imported = DATA.replace("{Ref: Class}", "{Fn::ImportValue: {Fn::Sub: '${Class}-x'}}")
    found = impact(item(data=imported), item({**VALUES, "Class": "large"}, data=imported))
    (changed,) = (one for each in found.resources for one in each.properties)
    assert (changed.path, changed.perhaps, changed.because) == ("DBInstanceClass", True, ("Class",))
    assert impact(item(data=imported), item(data=imported)) is None


def test_tags_do_not_change_with_the_place_they_are_the_same_at():
    assert changes(becomes(new={"network": NETWORK.replace("vpc-${AWS::Region}", "net-${AWS::Region}")})) == {
        "network.Vpc Tags[Name].Value": ("vpc-${AWS::Region}", "net-${AWS::Region}", "in place", ("template",))
    }


@pytest.mark.parametrize(
    ("kind", "declared", "policy"),
    [
        ("AWS::RDS::DBInstance", {}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"Properties": {"DBClusterIdentifier": "x"}}, "Delete"),
        ("AWS::S3::Bucket", {}, "Delete"),
        ("AWS::S3::Bucket", {"DeletionPolicy": "Retain"}, "Retain"),
    ],
)
def test_what_becomes_of_a_deleted_resource_is_as_cloudformation_documents(kind, declared, policy):
    assert deletion_policy(kind, declared) == policy


def test_a_stack_that_is_not_there_is_created_whole_and_one_not_wanted_deleted_whole():
    bare = stack_set("logs", {"root": root("archive"), "archive": BUCKET}, {US: {}})
    none = stack_set("logs", {"root": root("archive"), "archive": BUCKET}, {})
    assert effects(impact(none, bare)) == {"root.Archive": "create", "archive.Archive": "create"}
    gone = impact(bare, none)
    assert effects(gone) == {"root.Archive": "delete", "archive.Archive": "delete"}
    assert [each.policy for each in gone.resources] == ["Delete", "RetainExceptOnCreate"]


CLASSES = st.sampled_from(["small", "large", "huge"])


@given(CLASSES, CLASSES, st.sampled_from(["2", "3"]), st.sampled_from(["2", "3"]))
def test_the_way_back_deletes_what_the_way_there_creates(old, new, before, after):
    there = impact(item({**VALUES, "Class": old, "Zones": before}), item({**VALUES, "Class": new, "Zones": after}))
    back = impact(item({**VALUES, "Class": new, "Zones": after}), item({**VALUES, "Class": old, "Zones": before}))
    turned = {"create": "delete", "delete": "create"}
    assert {name: turned.get(effect, effect) for name, effect in effects(there).items()} == effects(back)
