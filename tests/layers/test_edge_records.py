from __future__ import annotations

import pytest

from cfngen.layers import edge_records

ALL = {"UsIsServed": "true", "EuIsServed": "true", "ApacIsServed": "true"}
GIVEN = {"DomainName": "app.example.com", "DistributionDomain": "d1.cloudfront.net", "PublicZoneId": "ZPUBLIC"}


@pytest.fixture(scope="module")
def resources(deployed):
    found, _ = deployed(edge_records, **ALL, **GIVEN, TcpRecords="true")
    return {name: resource["Properties"] for name, resource in found.items()}


def answers(resources, continent):
    (answer,) = resources[f"Tcp{continent.title()}"]["ResourceRecords"]
    return answer["Fn::Sub"].split(".")[1]


@pytest.mark.parametrize("title", ["Domain", "Us", "Eu", "Apac"])
def test_each_name_that_users_see_is_the_distribution_by_both_kinds_of_addresses(resources, title):
    for kind in ("A", "AAAA"):
        record = resources[f"{title}{kind.title()}"]
        assert record["Type"] == kind
        assert record["AliasTarget"]["DNSName"] == "d1.cloudfront.net"
        assert record["AliasTarget"]["HostedZoneId"] == edge_records.CLOUDFRONT_ZONE


def test_a_geography_that_is_not_there_has_no_name(deployed):
    found, _ = deployed(edge_records, **(ALL | {"ApacIsServed": "false"}), **GIVEN)

    assert {"ApacA", "ApacAaaa"} & found.keys() == set()


def test_tcp_goes_to_the_geography_of_the_callers_continent(resources):
    homes = {continent: answers(resources, continent) for continent in edge_records.CONTINENTS}

    assert homes == {"EU": "eu", "AF": "eu", "AS": "apac", "OC": "apac", "NA": "us", "SA": "us"}
    assert resources["TcpEu"]["GeoLocation"] == {"ContinentCode": "EU"}


def test_an_unhealthy_geography_gets_no_answer_rather_than_anothers_data(resources):
    assert resources["TcpEu"]["HealthCheckId"] == {"Fn::GetAtt": ["EuTcpHealth", "HealthCheckId"]}
    assert resources["EuTcpHealth"]["HealthCheckConfig"]["Type"] == "TCP"
    assert [name for name, record in resources.items() if record.get("GeoLocation", {}).get("CountryCode") == "*"] == []


def test_without_a_geography_its_continents_callers_go_to_the_next(deployed):
    found, _ = deployed(edge_records, **(ALL | {"ApacIsServed": "false"}), **GIVEN, TcpRecords="true")
    record = found["TcpAs"]["Properties"]

    assert record["ResourceRecords"] == [{"Fn::Sub": "origin.eu.net.${DomainName}"}]
    assert record["HealthCheckId"] == {"Fn::GetAtt": ["EuTcpHealth", "HealthCheckId"]}


def test_there_is_no_tcp_name_until_it_is_wanted(deployed):
    found, _ = deployed(edge_records, **ALL, **GIVEN)

    assert [name for name in found if "Tcp" in name] == []
