"""What a changed property does to its resource."""

from __future__ import annotations

import pytest

from cfngen.expressions.values import Unknown
from cfngen.planning.changes import FLEET, Effect
from cfngen.planning.diff import Leaf
from cfngen.planning.replacement import is_steady, is_unordered, reasons, verdict, worst

DB = "AWS::RDS::DBInstance"


@pytest.mark.parametrize(
    ("kind", "path", "effect"),
    [
        (DB, ("DBInstanceClass",), Effect.IN_PLACE),
        (DB, ("StorageEncrypted",), Effect.REPLACE),
        (DB, ("DBSnapshotIdentifier",), Effect.MAY_REPLACE),
        (DB, ("NoSuchProperty",), Effect.UNKNOWN),
        ("AWS::EC2::VPC", ("CidrBlock",), Effect.REPLACE),
        ("AWS::EC2::SubnetRouteTableAssociation", ("RouteTableId",), Effect.REPLACE),
        ("AWS::EC2::NoSuchThing", ("Anything",), Effect.UNKNOWN),
        ("Custom::Thing", ("Anything",), Effect.MAY_REPLACE),
        ("AWS::CloudFormation::CustomResource", ("Anything",), Effect.MAY_REPLACE),
    ],
)
def test_a_change_is_judged_by_the_schema_of_its_type(kind, path, effect):
    assert verdict(kind, Leaf(path, "a", "b"), {path[0]: "a"}, {path[0]: "b"}, None).effect is effect


EKS, IP = "AWS::EKS::Cluster", "KubernetesNetworkConfig"


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ({"IpFamily": "ipv4"}, {"IpFamily": "ipv6"}, Effect.REPLACE),
        ({"IpFamily": "ipv4"}, None, Effect.REPLACE),
        ({"Other": "1"}, None, Effect.IN_PLACE),
        ({"IpFamily": "ipv4"}, Unknown("not known"), Effect.REPLACE),
    ],
)
def test_a_create_only_property_within_a_structure_is_found(before, after, effect):
    values = [{IP: value} if value is not None else {} for value in (before, after)]
    assert verdict(EKS, Leaf((IP,), before, after), *values, None).effect is effect


def test_a_neighbour_of_a_create_only_property_changes_in_place():
    values = [{IP: {"IpFamily": "ipv4", "ElasticLoadBalancing": value}} for value in ("a", "b")]
    assert verdict(EKS, Leaf((IP, "ElasticLoadBalancing"), "a", "b"), *values, None).effect is Effect.IN_PLACE


@pytest.mark.parametrize(
    ("policy", "effect", "why"),
    [
        (None, Effect.IN_PLACE, "instances that run stay as they are"),
        ({"AutoScalingRollingUpdate": {}}, Effect.IN_PLACE, "rolls its instances"),
        ({"AutoScalingReplacingUpdate": {"WillReplace": True}}, Effect.REPLACE, "its UpdatePolicy replaces the group"),
    ],
)
def test_a_fleet_rolls_or_is_replaced_as_its_update_policy_says(policy, effect, why):
    leaf = Leaf(("LaunchTemplate", "Version"), "1", "2")
    values = [{"LaunchTemplate": {"Version": number}} for number in ("1", "2")]
    found = verdict(FLEET, leaf, *values, policy)
    assert (found.effect, found.why) == (effect, why)


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "shorter"),
    [
        ("AWS::Logs::LogGroup", ("RetentionInDays",), "365", "30", True),
        ("AWS::Logs::LogGroup", ("RetentionInDays",), 365, 30, True),
        ("AWS::Logs::LogGroup", ("RetentionInDays",), None, "30", True),
        ("AWS::Logs::LogGroup", ("RetentionInDays",), "30", "365", False),
        ("AWS::Logs::LogGroup", ("RetentionInDays",), "30", None, False),
        ("AWS::Logs::LogGroup", ("RetentionInDays",), "365", Unknown("what a function answers"), False),
        ("AWS::S3::Bucket", ("LifecycleConfiguration", "Rules", "[expire]", "ExpirationInDays"), "9", "8", True),
        (DB, ("AllocatedStorage",), "35", "7", False),
    ],
)
def test_a_shorter_time_to_keep_things_says_that_what_is_older_goes(kind, path, before, after, shorter):
    found = verdict(kind, Leaf(path, before, after), {path[0]: before}, {path[0]: after}, None)
    assert found.effect is Effect.IN_PLACE
    assert reasons([found]) == (f"keeps less, and what is older goes: {path[-1]}" if shorter else "")


def test_an_unknown_change_is_worse_than_a_harmless_one_and_milder_than_a_replacement():
    assert worst([Effect.IN_PLACE, Effect.UNKNOWN]) is Effect.UNKNOWN
    assert worst([Effect.REPLACE, Effect.MAY_REPLACE, Effect.UNKNOWN]) is Effect.REPLACE
    assert worst([]) is Effect.IN_PLACE


def test_reasons_of_one_kind_go_together():
    leaves = [Leaf((name,), "a", "b") for name in ("StorageEncrypted", "KmsKeyId", "Port")]
    found = [verdict(DB, leaf, {leaf.path[0]: "a"}, {leaf.path[0]: "b"}, None) for leaf in leaves]
    assert reasons(found) == "create-only: StorageEncrypted, KmsKeyId"


def test_the_order_of_a_list_means_nothing_where_the_schema_says_so():
    assert is_unordered(FLEET, ("VPCZoneIdentifier",))
    assert not is_unordered(DB, ("EnableCloudwatchLogsExports", "[0]"))
    assert not is_unordered("AWS::No::Thing", ("A",))


@pytest.mark.parametrize(
    ("kind", "attribute", "changed", "steady"),
    [
        (DB, "Ref", {"Engine"}, True),
        (DB, "Endpoint.Address", {"Engine"}, True),
        (DB, "Endpoint.Port", {"Engine"}, False),
        ("AWS::KMS::Key", "Arn", {"KeyPolicy"}, True),
        ("AWS::EC2::LaunchTemplate", "LatestVersionNumber", {"LaunchTemplateData"}, False),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName", {"SecurityGroups"}, True),
        ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn", {"MasterUserSecret"}, False),
        ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn", {"Tags"}, True),
    ],
)
def test_an_attribute_is_steady_that_names_its_resource(kind, attribute, changed, steady):
    assert is_steady(kind, attribute, frozenset(changed)) is steady
