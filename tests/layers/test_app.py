from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import app


@pytest.fixture(scope="module")
def body():
    template = Template()
    app.build(template)
    return template.to_dict()


@pytest.fixture(scope="module")
def resources(body):
    return body["Resources"]


def choose(value, **conditions):
    """Return a value as CloudFormation would see it under these conditions."""
    if isinstance(value, list):
        return [choose(item, **conditions) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        name, yes, no = value["Fn::If"]
        return choose(yes if conditions[name] else no, **conditions)
    chosen = {key: choose(item, **conditions) for key, item in value.items()}
    return {key: item for key, item in chosen.items() if item != {"Ref": "AWS::NoValue"}}


def attributes(resources):
    pairs = resources["AppBalancer"]["Properties"]["LoadBalancerAttributes"]
    return {pair["Key"]: pair["Value"] for pair in pairs}


def test_the_balancer_is_internal_in_the_app_subnets_and_admits_the_web_tier_alone(resources):
    properties = resources["AppBalancer"]["Properties"]

    assert (properties["Type"], properties["Scheme"]) == ("application", "internal")
    assert properties["Subnets"] == {"Ref": "AppSubnetIds"}
    assert properties["SecurityGroups"] == [{"Ref": "AppLoadBalancerSecurityGroupId"}]


def test_the_balancer_logs_access_to_the_regions_bucket_without_a_prefix(resources):
    found = attributes(resources)

    assert found["access_logs.s3.enabled"] == "true"
    assert found["access_logs.s3.bucket"] == {"Ref": "LoadBalancerLogsBucket"}
    assert "access_logs.s3.prefix" not in found


def test_the_balancer_drops_malformed_headers_and_is_protected_unless_told_otherwise(body, resources):
    found = attributes(resources)

    assert found["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert found["deletion_protection.enabled"] == {"Ref": "LoadBalancerDeletionProtection"}
    assert body["Parameters"]["LoadBalancerDeletionProtection"]["Default"] == "true"


def test_with_a_certificate_8080_speaks_tls_1_2_or_newer_and_so_do_the_targets(resources):
    listener = choose(resources["AppListener"]["Properties"], HasCertificate=True, MakesCertificate=False)
    targets = choose(resources["AppTargets"]["Properties"], HasCertificate=True)

    assert (listener["Port"], listener["Protocol"]) == (8080, "HTTPS")
    assert listener["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["Certificates"] == [{"CertificateArn": {"Ref": "AppCertificateArn"}}]
    assert (targets["Protocol"], targets["Port"], targets["HealthCheckProtocol"]) == ("HTTPS", 443, "HTTPS")


def test_without_a_certificate_8080_forwards_http_to_80(resources):
    listener = choose(resources["AppListener"]["Properties"], HasCertificate=False, MakesCertificate=False)
    targets = choose(resources["AppTargets"]["Properties"], HasCertificate=False)

    assert (listener["Port"], listener["Protocol"]) == (8080, "HTTP")
    assert not {"SslPolicy", "Certificates"} & set(listener)
    assert (targets["Protocol"], targets["Port"]) == ("HTTP", 80)


@pytest.mark.parametrize(
    ("conditions", "scheme", "host"),
    [
        ({"HasCertificate": True, "MakesCertificate": True}, "https", {"Fn::Sub": app.HOST}),
        ({"HasCertificate": True, "MakesCertificate": False}, "https", {"Fn::GetAtt": ["AppBalancer", "DNSName"]}),
        ({"HasCertificate": False, "MakesCertificate": False}, "http", {"Fn::GetAtt": ["AppBalancer", "DNSName"]}),
    ],
)
def test_web_asks_app_by_the_name_on_its_certificate(body, conditions, scheme, host):
    text, values = body["Outputs"]["AppUrl"]["Value"]["Fn::Sub"]

    assert text == "${Scheme}://${Host}:8080"
    assert choose(values, **conditions) == {"Scheme": scheme, "Host": host}


def test_targets_are_asked_for_health(resources):
    properties = resources["AppTargets"]["Properties"]

    assert (properties["HealthCheckPath"], properties["Matcher"]) == ("/health", {"HttpCode": "200"})


def test_the_fleet_is_in_private_subnets_behind_the_listener(resources):
    group = resources["AppFleet"]

    assert group["Properties"]["VPCZoneIdentifier"] == {"Ref": "AppSubnetIds"}
    assert group["Properties"]["TargetGroupARNs"] == [{"Ref": "AppTargets"}]
    assert group["DependsOn"] == ["AppListener"]


def test_the_fleet_scales_on_cpu_and_on_requests_per_target(resources):
    policies = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::AutoScaling::ScalingPolicy"]
    metrics = [p["TargetTrackingConfiguration"]["PredefinedMetricSpecification"] for p in policies]

    assert [metric["PredefinedMetricType"] for metric in metrics] == [
        "ASGAverageCPUUtilization",
        "ALBRequestCountPerTarget",
    ]
    label = "${AppBalancer.LoadBalancerFullName}/${AppTargets.TargetGroupFullName}"
    assert metrics[1]["ResourceLabel"] == {"Fn::Sub": label}


def test_the_fleet_runs_two_t3_large_and_may_double(body):
    parameters = body["Parameters"]

    assert parameters["AppInstanceType"]["Default"] == "t3.large"
    sizes = [int(parameters[name]["Default"]) for name in ("AppMinSize", "AppDesiredCapacity", "AppMaxSize")]
    assert sizes == [2, 2, 4]


def test_instances_know_the_database_but_not_its_master_secret(body):
    assert {"DatabaseEndpoint", "DatabasePort"} <= set(body["Parameters"])
    assert "DatabaseSecretArn" not in body["Parameters"]


def test_instances_may_use_the_documents_by_the_policy_of_that_layer(resources):
    attached = resources["AppInstanceRole"]["Properties"]["ManagedPolicyArns"]

    assert {"Ref": "DocumentsPolicyArn"} in attached
