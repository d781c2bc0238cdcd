from __future__ import annotations

import json

import pytest

from cfngen.bundle import compose
from cfngen.layers import domain

NOBODY = {f"{slot}ZoneNameServers": ["none"] for slot in ("Us", "Eu", "Apac")}
GIVEN = {"DomainName": "app.example.com", "Project": "medapp", "Environment": "prod"}
SERVERS = ["ns-1.example.net", "ns-2.example.net"]
EU = {"EuZoneId": "ZEU", "EuZoneNameServers": SERVERS}


@pytest.fixture(scope="module")
def made(deployed):
    return deployed(domain, **(GIVEN | NOBODY | EU), UsZoneId="ZUS")


def test_the_public_zone_is_of_the_domain_and_never_lost(made):
    zone = made[0]["PublicZone"]

    assert zone["Properties"]["Name"] == "app.example.com"
    assert (zone["DeletionPolicy"], zone["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_every_query_is_logged_encrypted_and_only_route_53_may_write(made):
    resources, _ = made
    group, policy = resources["QueryLogs"]["Properties"], resources["QueryLogsPolicy"]["Properties"]
    (statement,) = json.loads(policy["PolicyDocument"]["Fn::Sub"][0])["Statement"]

    assert resources["QueryLogs"]["DependsOn"] == "QueryLogsPolicy"
    assert "QueryLogs" in json.dumps(resources["PublicZone"]["Properties"]["QueryLoggingConfig"])
    assert group["KmsKeyId"] == {"Fn::GetAtt": ["EdgeLogsKey", "Arn"]}
    assert group["LogGroupName"][0] == "/aws/route53"
    assert statement["Principal"] == {"Service": "route53.amazonaws.com"}
    assert statement["Resource"] == ["arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Name}:*"]
    assert policy["PolicyDocument"]["Fn::Sub"][1] == {"Name": group["LogGroupName"]}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "${AWS::AccountId}"}


def test_a_geographys_zone_is_delegated_to_its_own_name_servers(made):
    resources, _ = made
    record = resources["EuDelegation"]["Properties"]

    assert record["Name"] == {"Fn::Sub": "eu.net.${DomainName}"}
    assert (record["Type"], record["ResourceRecords"]) == ("NS", SERVERS)


def test_a_geography_with_a_zone_of_its_own_is_served_but_not_delegated_to(made):
    resources, outputs = made

    assert "UsDelegation" not in resources
    assert outputs["UsIsServed"]["Value"] == "true"


def test_a_geography_that_is_not_there_has_no_delegation_and_is_not_served(made):
    resources, outputs = made

    assert "ApacDelegation" not in resources
    assert outputs["ApacIsServed"]["Value"] == "false"


def test_a_zone_that_is_there_already_gets_the_delegations_and_no_second_one_is_made(deployed):
    resources, outputs = deployed(domain, **(GIVEN | NOBODY | EU), ExistingPublicZoneId="Z0EXISTING")

    assert {"PublicZone", "QueryLogs", "QueryLogsPolicy"} & resources.keys() == set()
    assert resources["EuDelegation"]["Properties"]["HostedZoneId"] == "Z0EXISTING"
    assert outputs["PublicZoneId"]["Value"] == "Z0EXISTING"


def test_the_key_lets_logs_and_alarms_of_this_account_use_it(made):
    statements = made[0]["EdgeLogsKey"]["Properties"]["KeyPolicy"]["Statement"]

    assert [each["Sid"] for each in statements] == ["IamDecides", "LogGroupsOfThisAccount", "AlarmsOfThisAccount"]


def test_the_name_servers_that_the_registrar_needs_are_told_outside_the_bundle():
    outputs = compose()["domain"]["root"]["Outputs"]
    assert outputs["PublicZoneNameServers"]["Value"] == {"Fn::GetAtt": ["Domain", "Outputs.PublicZoneNameServers"]}
