from __future__ import annotations

from cfngen.layers import edge_certificate

SERVED = {"UsIsServed": "true", "EuIsServed": "true", "ApacIsServed": "false"}


def certificate(deployed):
    resources, _ = deployed(edge_certificate, **SERVED, DomainName="app.example.com", PublicZoneId="ZPUBLIC")
    return resources["EdgeCertificate"]["Properties"]


def test_it_covers_the_domain_and_the_host_name_of_each_geography_that_is_there(deployed):
    made = certificate(deployed)

    assert made["DomainName"] == "app.example.com"
    assert made["SubjectAlternativeNames"] == [{"Fn::Sub": f"{slot}.${{DomainName}}"} for slot in ("us", "eu")]


def test_each_name_is_validated_in_the_public_zone(deployed):
    made = certificate(deployed)
    validated = [option["DomainName"] for option in made["DomainValidationOptions"]]

    assert made["ValidationMethod"] == "DNS"
    assert validated == [made["DomainName"], *made["SubjectAlternativeNames"]]
    assert {option["HostedZoneId"] for option in made["DomainValidationOptions"]} == {"ZPUBLIC"}
