from __future__ import annotations

import json

import pytest

from cfngen.layers import distribution
from cfngen.parts.edge_logs import FIELDS

SERVED = {"UsIsServed": "true", "EuIsServed": "true", "ApacIsServed": "false"}


@pytest.fixture(scope="module")
def resources(deployed):
    found, _ = deployed(distribution, **SERVED, DomainName="app.example.com")
    return found


@pytest.fixture(scope="module")
def config(resources):
    return resources["Distribution"]["Properties"]["DistributionConfig"]


@pytest.fixture(scope="module")
def origins(config):
    return {origin["Id"]: origin for origin in config["Origins"]}


def test_each_geography_has_one_origin_whose_name_its_promotion_moves(origins):
    names = {key: origin["DomainName"] for key, origin in origins.items() if key != "static"}

    assert names == {slot: {"Fn::Sub": f"origin.{slot}.net.${{DomainName}}"} for slot in ("us", "eu")}


def test_it_answers_to_the_domain_and_the_host_names_of_geographies_that_are_there(config):
    assert config["Aliases"] == ["app.example.com", {"Fn::Sub": "us.${DomainName}"}, {"Fn::Sub": "eu.${DomainName}"}]


def test_the_function_that_chooses_sees_every_request_but_those_for_static_content(resources, config):
    (chooses,) = config["DefaultCacheBehavior"]["FunctionAssociations"]

    assert chooses == {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["Entrance", "FunctionARN"]}}
    assert [each["PathPattern"] for each in config["CacheBehaviors"]] == ["/static/*"]
    assert resources["Entrance"]["Properties"]["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def test_the_function_knows_which_geographies_there_are(resources):
    text, values = resources["Entrance"]["Properties"]["FunctionCode"]["Fn::Sub"]

    assert "cf.selectRequestOriginById(geography)" in text
    assert values == {"Geographies": "us eu "}


def test_the_country_reaches_the_function_by_the_origin_request_policy(resources, config):
    policy = resources["Everything"]["Properties"]["OriginRequestPolicyConfig"]

    assert config["DefaultCacheBehavior"]["OriginRequestPolicyId"] == {"Ref": "Everything"}
    assert policy["HeadersConfig"] == {
        "HeaderBehavior": "allViewerAndWhitelistCloudFront",
        "Headers": ["CloudFront-Viewer-Country"],
    }


def test_nothing_of_the_application_is_cached_and_it_may_be_asked_everything(config):
    behavior = config["DefaultCacheBehavior"]

    assert behavior["CachePolicyId"] == distribution.CACHING_DISABLED
    assert {"POST", "PUT", "DELETE"} < set(behavior["AllowedMethods"])


def test_both_sides_speak_tls_1_2_or_newer(config, origins):
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]

    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert {each["ViewerProtocolPolicy"] for each in behaviors} == {"redirect-to-https"}
    assert origins["eu"]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origins["eu"]["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_every_origin_gets_the_secret_header_by_a_reference_and_never_in_the_template(origins):
    for slot in ("us", "eu"):
        (header,) = origins[slot]["OriginCustomHeaders"]
        assert header["HeaderName"] == "X-Origin-Secret"
        assert header["HeaderValue"]["Fn::Sub"].startswith("{{resolve:secretsmanager:${OriginSecretArn}:SecretString:")


def test_a_rotation_is_followed_by_naming_the_version(origins):
    (header,) = origins["eu"]["OriginCustomHeaders"]

    assert "${OriginSecretVersion}" in header["HeaderValue"]["Fn::Sub"]


def test_the_bucket_is_asked_with_a_signature(origins, resources):
    signed = resources["StaticAccess"]["Properties"]["OriginAccessControlConfig"]

    assert origins["static"]["OriginAccessControlId"] == {"Ref": "StaticAccess"}
    assert (signed["SigningBehavior"], signed["OriginAccessControlOriginType"]) == ("always", "s3")


def test_browsers_are_told_to_keep_to_tls_and_to_refuse_framing(config, resources):
    policy = resources["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]

    assert {
        json.dumps(each["ResponseHeadersPolicyId"])
        for each in (config["DefaultCacheBehavior"], *config["CacheBehaviors"])
    } == {'{"Ref": "SecurityHeaders"}'}
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert security["FrameOptions"] == {"FrameOption": "DENY", "Override": True}
    assert security["ContentSecurityPolicy"]["Override"] is False


def test_the_access_log_is_delivered_by_version_2_without_cookies_queries_and_referrers(resources):
    fields = resources["AccessLog"]["Properties"]["RecordFields"]

    assert fields == list(FIELDS)
    assert {"cs(Cookie)", "cs-uri-query", "cs(Referer)"} & set(fields) == set()
    assert "Logging" not in resources["Distribution"]["Properties"]["DistributionConfig"]
    assert resources["AccessLogs"]["Properties"]["KmsKeyId"] == {"Ref": "EdgeLogsKeyArn"}
    assert resources["AccessLogs"]["Properties"]["LogGroupName"][0] == "/aws/vendedlogs/cloudfront"


def test_the_firewall_is_in_front(config):
    assert config["WebACLId"] == {"Ref": "EdgeFirewallArn"}
