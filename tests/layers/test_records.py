from __future__ import annotations

import pytest

from cfngen.layers import records

ZONE = "Z0123456789ABCDEFGHIJ"


@pytest.fixture(scope="module")
def active(deployed):
    return deployed(records, ZoneId=ZONE, RegionRole="active")[0]


def test_without_a_zone_there_are_no_names(deployed):
    assert deployed(records, ZoneId="none", RegionRole="active")[0] == {}


def test_every_region_names_its_own_balancers_and_the_active_one_has_the_origin_too(deployed, active):
    standby, _ = deployed(records, ZoneId=ZONE, RegionRole="standby")

    assert set(standby) == {"WebName", "AppName"}
    assert set(active) == {"WebName", "AppName", "OriginName"}


def test_the_names_are_aliases_to_the_balancers_in_the_geographys_zone(active):
    found = {name: record["Properties"] for name, record in active.items()}
    names = {name: each["Name"]["Fn::Sub"] for name, each in found.items()}
    targets = {name: each["AliasTarget"]["DNSName"]["Ref"] for name, each in found.items()}

    assert names == {
        "WebName": "web.${AWS::Region}.${Geography}.net.${DomainName}",
        "AppName": "app.${AWS::Region}.${Geography}.net.${DomainName}",
        "OriginName": "origin.${Geography}.net.${DomainName}",
    }
    assert targets == {
        "WebName": "WebLoadBalancerDnsName",
        "AppName": "AppLoadBalancerDnsName",
        "OriginName": "WebLoadBalancerDnsName",
    }
    assert {each["HostedZoneId"] for each in found.values()} == {ZONE}


def test_a_promoted_region_can_add_its_origin_while_the_old_one_still_has_its_own(active):
    origin = active["OriginName"]["Properties"]

    assert origin["SetIdentifier"] == {"Ref": "AWS::Region"}
    assert origin["Weight"] == 100


def test_a_balancer_without_healthy_instances_is_passed_over(active):
    assert all(record["Properties"]["AliasTarget"]["EvaluateTargetHealth"] is True for record in active.values())
