from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import web


@pytest.fixture(scope="module")
def body():
    template = Template()
    web.build(template)
    return template.to_dict()


@pytest.fixture(scope="module")
def resources(body):
    return body["Resources"]


@pytest.fixture(scope="module")
def balancer(resources):
    return resources["WebBalancer"]["Properties"]


def listeners(balancer, *, certificate):
    chosen = [item["Fn::If"][1 if certificate else 2] if "Fn::If" in item else item for item in balancer["Listeners"]]
    return {item["Protocol"]: item for item in chosen if item != {"Ref": "AWS::NoValue"}}


def test_the_balancer_is_classic_internet_facing_and_in_the_public_subnets(resources, balancer):
    assert resources["WebBalancer"]["Type"] == "AWS::ElasticLoadBalancing::LoadBalancer"
    assert balancer["Scheme"] == "internet-facing"
    assert balancer["Subnets"] == {"Ref": "WebSubnetIds"}


def test_with_a_certificate_it_listens_for_http_https_and_tcp(balancer):
    found = listeners(balancer, certificate=True)

    assert {name: item["LoadBalancerPort"] for name, item in found.items()} == {
        "HTTP": 80,
        "HTTPS": 443,
        "TCP": {"Ref": "WebTcpPort"},
    }


def test_without_a_certificate_it_does_not_listen_for_https(balancer):
    assert set(listeners(balancer, certificate=False)) == {"HTTP", "TCP"}


def test_https_speaks_tls_1_2_only_and_stays_encrypted_to_the_instances(balancer):
    https = listeners(balancer, certificate=True)["HTTPS"]
    (policy,) = balancer["Policies"]

    assert {"Ref": "WebCertificate"} in https["SSLCertificateId"]["Fn::If"]
    assert (https["InstanceProtocol"], https["InstancePort"]) == ("HTTPS", 443)
    assert https["PolicyNames"] == [policy["PolicyName"]]
    reference = {"Name": "Reference-Security-Policy", "Value": "ELBSecurityPolicy-TLS-1-2-2017-01"}
    assert policy["Attributes"] == [reference]


def test_tcp_passes_to_443_of_the_instances_and_has_a_security_group_of_its_own(balancer):
    tcp = listeners(balancer, certificate=False)["TCP"]

    assert (tcp["InstanceProtocol"], tcp["InstancePort"]) == ("TCP", 443)
    assert balancer["SecurityGroups"] == [{"Ref": "WebLoadBalancerSecurityGroupId"}, {"Ref": "WebTcpSecurityGroupId"}]


def test_the_balancer_drains_crosses_zones_logs_access_and_asks_for_health(balancer):
    assert balancer["ConnectionDrainingPolicy"]["Enabled"] is True
    assert balancer["CrossZone"] is True
    assert balancer["AccessLoggingPolicy"]["Enabled"] is True
    assert balancer["AccessLoggingPolicy"]["S3BucketName"] == {"Ref": "LoadBalancerLogsBucket"}
    assert balancer["HealthCheck"]["Target"] == "HTTP:80/health"


def test_the_fleet_is_in_private_subnets_behind_the_balancer(resources):
    group = resources["WebFleet"]["Properties"]

    assert group["VPCZoneIdentifier"] == {"Ref": "WebFleetSubnetIds"}
    assert group["LoadBalancerNames"] == [{"Ref": "WebBalancer"}]


def test_the_fleet_runs_two_t3_medium_and_may_double(body):
    parameters = body["Parameters"]

    assert parameters["WebInstanceType"]["Default"] == "t3.medium"
    sizes = [int(parameters[name]["Default"]) for name in ("WebMinSize", "WebDesiredCapacity", "WebMaxSize")]
    assert sizes == [2, 2, 4]


def test_instances_know_the_app_tier_and_nothing_of_the_database(body):
    assert "AppUrl" in body["Parameters"]
    assert [name for name in body["Parameters"] if name.startswith("Database")] == []


def test_web_and_app_have_roles_of_their_own_that_aws_names(resources):
    role = resources["WebInstanceRole"]["Properties"]

    reads_origin_secret = {"Fn::If": ["IsBehindEdge", {"Ref": "OriginSecretPolicy"}, {"Ref": "AWS::NoValue"}]}
    assert role["ManagedPolicyArns"] == [{"Ref": "WebInstancePolicy"}, reads_origin_secret]
    assert "RoleName" not in role
