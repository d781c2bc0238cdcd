from __future__ import annotations

import pytest

from cfngen.errors import CfngenError
from cfngen.expressions.values import Reference


def test_every_target_is_a_site_and_a_standby_is_there_as_promoted_too(surveyed):
    world = surveyed()
    assert [(str(site), site.role) for site in world.sites] == [
        ("dev us/us-east-1", "active"),
        ("prod us/us-east-1", "active"),
        ("prod us/us-west-2", "standby"),
        ("prod eu/eu-west-1", "active"),
    ]
    assert [str(site) for site in world.promoted] == ["prod us/us-west-2 once promoted"]
    assert [str(site) for site in world.serving] == [
        "dev us/us-east-1",
        "prod us/us-east-1",
        "prod eu/eu-west-1",
        "prod us/us-west-2 once promoted",
    ]


def test_each_site_has_its_own_values(surveyed):
    found = {str(site): site.given["foundation"]["VpcCidr"] for site in surveyed().sites}
    assert found["prod us/us-west-2"] == "10.1.0.0/16"
    assert found["dev us/us-east-1"] == "10.64.0.0/16"


def test_a_standby_has_no_database_until_it_is_promoted(surveyed):
    world = surveyed()
    standby = next(site for site in world.sites if site.role == "standby")
    assert not list(standby.resources("AWS::RDS::DBInstance"))
    assert len(list(world.promoted[0].resources("AWS::RDS::DBInstance"))) == 1


def test_a_fleet_knows_its_subnets_across_bundles(surveyed):
    site = surveyed().sites[0]
    (fleet,) = site.resources("AWS::AutoScaling::AutoScalingGroup")
    subnets = fleet.resource.properties["VPCZoneIdentifier"]
    assert [site.find(each).resource.logical_id for each in subnets] == ["Subnet1", "Subnet2"]


def test_what_is_no_resource_of_a_site_is_not_found(surveyed):
    site = surveyed().sites[0]
    assert site.find("subnet-1") is None
    assert site.find(Reference("elsewhere", "Subnet1")) is None


def test_a_bundle_that_is_no_template_is_refused(surveyed):
    with pytest.raises(CfngenError, match="has no Resources"):
        surveyed(
            ("params/dev.yaml", "geographies", "geographies"), ("out/foundation/root.yaml", "Resources:", "Nothing:")
        )
