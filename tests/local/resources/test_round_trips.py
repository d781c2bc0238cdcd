"""Every resource type of the local AWS, from its making to its end, seen through its service's own API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from cfngen.local.clients import Clients
from cfngen.local.resources import HANDLERS
from cfngen.local.resources.handler import Made

from .cases import CASES, Case
from .edge_cases import CASES as EDGE_CASES
from .guard_cases import CASES as GUARD_CASES
from .service_cases import CASES as SERVICE_CASES
from .worlds import World
from .zone_cases import CASES as ZONE_CASES

# Read-only in AWS's schema, and not there (or not there in general) for what these tests make.
NOT_ANSWERED = {
    "AWS::EC2::Subnet": {"BlockPublicAccessStates"},
    "AWS::EC2::NatGateway": {"AutoProvisionZones", "AutoScalingIps", "RouteTableId"},
    "AWS::ElasticLoadBalancing::LoadBalancer": {"SourceSecurityGroup"},
    "AWS::RDS::DBInstance": {
        "AutomaticRestartTime",
        "CertificateDetails.CAIdentifier",
        "CertificateDetails.ValidTill",
        "IsStorageConfigUpgradeAvailable",
        "LatestRestorableTime",
        "ListenerEndpoint.Address",
        "ListenerEndpoint.HostedZoneId",
        "ListenerEndpoint.Port",
        "PercentProgress",
        "ReadReplicaDBClusterIdentifiers",
        "ReadReplicaDBInstanceIdentifiers",
        "ResumeFullAutomationModeTime",
        "SecondaryAvailabilityZone",
        "StatusInfos",
        "StorageOperationPercentProgress",
        "StorageOperationStatus",
    },
    "AWS::Logs::DeliverySource": {"StatusReason"},
    "AWS::Lambda::Function": {"SnapStartResponse", "SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus"},
}


ALL_CASES = [*CASES, *EDGE_CASES, *GUARD_CASES, *SERVICE_CASES, *ZONE_CASES]


def seen(case: Case, clients: Clients, physical_id: str, properties: Any) -> Any:
    try:
        return case.see(clients, physical_id, properties)
    except (ClientError, IndexError, StopIteration, AssertionError):
        return None


def check_attributes(type_name: str, made: Made) -> None:
    """`GetAtt` knows what AWS's schema says, and no more."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name)
    assert made.attributes.keys() <= set(schema.get_atts)
    paths = schema.schema.get("readOnlyProperties", ())
    read_only = {path.removeprefix("/properties/").replace("/", ".") for path in paths}
    missing = read_only & set(schema.get_atts) - made.attributes.keys() - NOT_ANSWERED.get(type_name, set())
    assert {name for name in missing if not name.startswith(("VpcEncryptionControl", "Metadata"))} == set()


@pytest.fixture(scope="module")
def elsewhere(new_world: Callable[..., World]) -> World:
    return new_world()


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.type_name)
def test_a_resource_is_seen_in_its_account_alone_until_it_is_deleted(
    case: Case, world: World, elsewhere: World
) -> None:
    properties = case.make(world)
    made = world.make(case.type_name, properties)
    check_attributes(case.type_name, made)
    assert seen(case, world.clients, made.physical_id, properties), "is made"
    assert not seen(case, elsewhere.clients, made.physical_id, properties), "is in its own account only"
    if case.change:
        later = case.change(world)
        after = world.update(case.type_name, made, properties, later)
        assert after.physical_id == made.physical_id
        assert after.attributes.keys() == made.attributes.keys()
        found = seen(case, world.clients, made.physical_id, later)
        assert found
        assert case.fact(found), found
        properties = later
    world.delete(case.type_name, made, properties)
    assert not seen(case, world.clients, made.physical_id, properties), "is gone"
    world.delete(case.type_name, made, properties)


def test_every_type_has_its_round_trip() -> None:
    assert {case.type_name for case in ALL_CASES} == set(HANDLERS)
