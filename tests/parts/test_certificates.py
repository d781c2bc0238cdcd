from __future__ import annotations

import pytest
from troposphere import Output, Template

from cfngen.environment.shape import LONGEST_DOMAIN
from cfngen.layers import app, web, zone
from cfngen.parts.certificates import certificate
from tests.layers.conftest import decided

GIVEN = "arn:aws:acm:us-east-1:222222222222:certificate/abc"
HOSTS = ["a.${DomainName}", "b.${DomainName}"]


def served(zone_id: str, given: str):
    """Return the resources of a template that has a certificate and nothing else, and the ARN that is used."""
    template = Template()
    arn = certificate(template, "Web", web.WEB_CERTIFICATE_ARN, zone.ZONE_ID, HOSTS)
    template.add_output(Output("Arn", Value=arn))
    resources, outputs = decided(template.to_dict(), {"ZoneId": zone_id, "WebCertificateArn": given})
    return resources, outputs["Arn"]["Value"]


@pytest.mark.parametrize(
    ("zone_id", "given", "made", "used"),
    [
        ("Z1", "", {"WebCertificate"}, {"Ref": "WebCertificate"}),
        ("Z1", GIVEN, set(), GIVEN),
        ("none", GIVEN, set(), GIVEN),
        ("none", "", set(), ""),
    ],
)
def test_a_certificate_that_is_named_is_used_else_one_is_made_where_there_is_a_zone(zone_id, given, made, used):
    resources, arn = served(zone_id, given)

    assert set(resources) == made
    assert arn == used


def test_every_name_is_validated_in_the_zone_by_dns():
    resources, _ = served("Z1", "")
    made = resources["WebCertificate"]["Properties"]

    assert made["ValidationMethod"] == "DNS"
    assert made["DomainName"] == {"Fn::Sub": HOSTS[0]}
    assert made["SubjectAlternativeNames"] == [{"Fn::Sub": HOSTS[1]}]
    assert made["DomainValidationOptions"] == [
        {"DomainName": {"Fn::Sub": host}, "HostedZoneId": "Z1"} for host in HOSTS
    ]


def test_both_regions_of_a_geography_have_the_origins_name_and_each_its_own():
    assert web.HOSTS == (
        "origin.${Geography}.net.${DomainName}",
        "web.${AWS::Region}.${Geography}.net.${DomainName}",
    )
    assert app.HOSTS[1] == app.HOST == "app.${AWS::Region}.${Geography}.net.${DomainName}"


def test_the_first_name_of_each_certificate_fits_acm_with_the_longest_domain():
    longest = "d" * LONGEST_DOMAIN

    for host in (web.HOSTS[0], app.HOSTS[0]):
        assert len(host.replace("${Geography}", "apac").replace("${DomainName}", longest)) <= 64
