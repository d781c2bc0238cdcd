"""What moto alone would get wrong, and what it says once it is mended."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.clients import Clients, clients
from cfngen.local.repairs import NEWER_VERSIONS, mend
from cfngen.local.services import services_app
from cfngen.local.settings import Settings

ACCOUNT = "620000000001"


@pytest.fixture(scope="module")
def here() -> Clients:
    mend()  # a second time, after the application's own
    return clients(services_app(Settings(ACCOUNT, ())), ACCOUNT, "eu-central-1")


def test_composite_alarms_can_be_made(here: Clients) -> None:
    here("cloudwatch").put_composite_alarm(AlarmName="both", AlarmRule="ALARM(a) AND ALARM(b)")
    found = here("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert [alarm["AlarmRule"] for alarm in found] == ["ALARM(a) AND ALARM(b)"]


@pytest.mark.parametrize(("engine", "version"), [(e, v) for e, versions in NEWER_VERSIONS.items() for v in versions])
def test_option_groups_exist_for_engines_of_today(here: Clients, engine: str, version: str) -> None:
    name = f"{engine}-{version.replace('.', '-')}"
    given = {"OptionGroupName": name, "EngineName": engine, "OptionGroupDescription": "d"}
    here("rds").create_option_group(**given, MajorEngineVersion=version)
    found = here("rds").describe_option_groups(OptionGroupName=name)["OptionGroupsList"]
    assert [group["MajorEngineVersion"] for group in found] == [version]
    with pytest.raises(ClientError, match="already exists"):
        here("rds").create_option_group(**given, MajorEngineVersion=version)


def test_a_version_that_no_engine_has_is_refused(here: Clients) -> None:
    with pytest.raises(ClientError, match="Cannot find major version 99"):
        here("rds").create_option_group(
            OptionGroupName="x", EngineName="postgres", OptionGroupDescription="d", MajorEngineVersion="99"
        )


def test_a_subnet_group_is_still_there_after_a_change(here: Clients) -> None:
    subnets = [subnet["SubnetId"] for subnet in here("ec2").describe_subnets()["Subnets"]]
    rds: Any = here("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets[:2])
    rds.modify_db_subnet_group(DBSubnetGroupName="g", SubnetIds=subnets)
    found = rds.describe_db_subnet_groups(DBSubnetGroupName="g")["DBSubnetGroups"][0]
    assert len(found["Subnets"]) == len(subnets)


def test_an_endpoints_route_follows_it_to_another_table(here: Clients) -> None:
    ec2: Any = here("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    one, two = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in "12")
    given = {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.eu-central-1.s3", "RouteTableIds": [one]}
    made = ec2.create_vpc_endpoint(VpcId=vpc, **given)["VpcEndpoint"]["VpcEndpointId"]

    def routed() -> list[str]:
        tables = ec2.describe_route_tables(RouteTableIds=[one, two])["RouteTables"]
        return [t["RouteTableId"] for t in tables if any("DestinationPrefixListId" in r for r in t["Routes"])]

    assert routed() == [one]
    ec2.modify_vpc_endpoint(VpcEndpointId=made, AddRouteTableIds=[two], RemoveRouteTableIds=[one])
    assert routed() == [two]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    assert routed() == []


def test_symmetric_keys_work_and_asymmetric_ones_differ(here: Clients) -> None:
    kms: Any = here("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    pair = [kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"] for _ in "12"]
    assert len({kms.get_public_key(KeyId=each)["PublicKey"] for each in pair}) == 2
