"""The resource types of the edge, as in `cases`."""

from __future__ import annotations

from typing import Any

from cfngen.local.clients import Clients

from .cases import NEW, OLD, Case, Properties
from .guard_cases import one_of
from .worlds import World

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def function(code: str) -> Properties:
    config = {"Comment": "chooses", "Runtime": "cloudfront-js-2.0"}
    return {"Name": "entrance", "AutoPublish": "true", "FunctionCode": code, "FunctionConfig": config}


def see_function(c: Clients, properties: Properties) -> Any:
    found = c("cloudfront").describe_function(Name=properties["Name"])["FunctionSummary"]
    return {**found, "code": c("cloudfront").get_function(Name=properties["Name"])["FunctionCode"].read()}


def access(behavior: str) -> Properties:
    how = {"OriginAccessControlOriginType": "s3", "SigningBehavior": behavior, "SigningProtocol": "sigv4"}
    return {"OriginAccessControlConfig": {"Name": "static", **how}}


def origin_request(*headers: str) -> Properties:
    config = {
        "Name": "everything",
        "CookiesConfig": {"CookieBehavior": "all"},
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": list(headers)},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    return {"OriginRequestPolicyConfig": config}


def cache(seconds: str) -> Properties:
    key = {
        "CookiesConfig": {"CookieBehavior": "none"},
        "EnableAcceptEncodingGzip": "true",
        "HeadersConfig": {"HeaderBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }
    times = {"DefaultTTL": seconds, "MaxTTL": seconds, "MinTTL": "1"}
    return {"CachePolicyConfig": {"Name": "short", **times, "ParametersInCacheKeyAndForwardedToOrigin": key}}


def response(value: str) -> Properties:
    custom = {"Items": [{"Header": "Permissions-Policy", "Value": value, "Override": "true"}]}
    security = {"StrictTransportSecurity": {"AccessControlMaxAgeSec": "60", "Override": "true"}}
    config = {"Name": "security", "CustomHeadersConfig": custom, "SecurityHeadersConfig": security}
    return {"ResponseHeadersPolicyConfig": config}


def distribution(w: World, *, comment: str, tags: Any) -> Properties:
    chooses = one_of(w, "AWS::CloudFront::Function", **function("function handler(event) {}"))
    signs = one_of(w, "AWS::CloudFront::OriginAccessControl", **access("always"))
    secret = [{"HeaderName": "X-Origin-Secret", "HeaderValue": "hush"}]
    own = {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"], "HTTPSPort": "443"}
    config = {
        "Comment": comment,
        "Aliases": ["app.example.com"],
        "Enabled": "true",
        "IPV6Enabled": "true",
        "HttpVersion": "http2and3",
        "Origins": [
            {
                "Id": "eu",
                "DomainName": "origin.example.com",
                "CustomOriginConfig": own,
                "OriginCustomHeaders": secret,
            },
            {
                "Id": "static",
                "DomainName": "static.s3.eu-west-1.amazonaws.com",
                "OriginAccessControlId": signs.physical_id,
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            },
        ],
        "DefaultCacheBehavior": {
            "TargetOriginId": "eu",
            "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
            "CachePolicyId": CACHING_DISABLED,
            "FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": chooses.physical_id}],
        },
        "CacheBehaviors": [
            {
                "PathPattern": "/static/*",
                "TargetOriginId": "static",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": CACHING_DISABLED,
            }
        ],
        "ViewerCertificate": {
            "AcmCertificateArn": f"arn:aws:acm:us-east-1:{w.account}:certificate/one",
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
    }
    return {"DistributionConfig": config, "Tags": tags}


def see_distribution(c: Clients, key: str) -> Any:
    found = c("cloudfront").get_distribution(Id=key)["Distribution"]
    tags = c("cloudfront").list_tags_for_resource(Resource=found["ARN"])["Tags"]["Items"]
    return {**found["DistributionConfig"], "tags": tags}


def is_whole(found: Any) -> bool:
    """The parts of a distribution that decide who is answered, by whom and how."""
    eu, static = found["Origins"]["Items"]
    behavior = found["DefaultCacheBehavior"]
    return (
        found["Comment"] == "new"
        and found["tags"] == NEW
        and found["Aliases"]["Items"] == ["app.example.com"]
        and found["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
        and eu["CustomHeaders"]["Items"] == [{"HeaderName": "X-Origin-Secret", "HeaderValue": "hush"}]
        and eu["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
        and bool(static["OriginAccessControlId"])
        and behavior["FunctionAssociations"]["Items"][0]["EventType"] == "viewer-request"
        and len(behavior["AllowedMethods"]["Items"]) == 7
        and found["CacheBehaviors"]["Items"][0]["PathPattern"] == "/static/*"
    )


CLOUDFRONT = [
    Case(
        "AWS::CloudFront::CachePolicy",
        lambda w: cache("60"),
        lambda c, i, p: c("cloudfront").get_cache_policy(Id=i)["CachePolicy"]["CachePolicyConfig"],
        lambda w: cache("120"),
        lambda f: f["DefaultTTL"] == 120,
    ),
    Case(
        "AWS::CloudFront::Distribution",
        lambda w: distribution(w, comment="old", tags=OLD),
        lambda c, i, p: see_distribution(c, i),
        lambda w: distribution(w, comment="new", tags=NEW),
        is_whole,
    ),
    Case(
        "AWS::CloudFront::Function",
        lambda w: function("function handler(event) { return event.request; }"),
        lambda c, i, p: see_function(c, p),
        lambda w: function("function handler(event) {}"),
        lambda f: f["Status"] == "DEPLOYED" and f["code"] == b"function handler(event) {}",
    ),
    Case(
        "AWS::CloudFront::OriginAccessControl",
        lambda w: access("never"),
        lambda c, i, p: c("cloudfront").get_origin_access_control(Id=i)["OriginAccessControl"],
        lambda w: access("always"),
        lambda f: f["OriginAccessControlConfig"]["SigningBehavior"] == "always",
    ),
    Case(
        "AWS::CloudFront::OriginRequestPolicy",
        lambda w: origin_request("Origin"),
        lambda c, i, p: c("cloudfront").get_origin_request_policy(Id=i)["OriginRequestPolicy"],
        lambda w: origin_request("Origin", "CloudFront-Viewer-Country"),
        lambda f: f["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"]["Quantity"] == 2,
    ),
    Case(
        "AWS::CloudFront::ResponseHeadersPolicy",
        lambda w: response("camera=()"),
        lambda c, i, p: c("cloudfront").get_response_headers_policy(Id=i)["ResponseHeadersPolicy"],
        lambda w: response("camera=(self)"),
        lambda f: (
            f["ResponseHeadersPolicyConfig"]["CustomHeadersConfig"]["Items"][0]["Value"] == "camera=(self)"
            and f["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["StrictTransportSecurity"]["Override"]
        ),
    ),
]


def source(w: World, *, tags: Any) -> Properties:
    arn = f"arn:aws:cloudfront::{w.account}:distribution/E1"
    return {"Name": "access", "LogType": "ACCESS_LOGS", "ResourceArn": arn, "Tags": tags}


def destination(w: World, *, tags: Any) -> Properties:
    arn = f"arn:aws:logs:{w.region}:{w.account}:log-group:{w.log_group}:*"
    return {"Name": "access", "OutputFormat": "json", "DestinationResourceArn": arn, "Tags": tags}


def delivery(w: World, *fields: str) -> Properties:
    from_here = one_of(w, "AWS::Logs::DeliverySource", **source(w, tags=OLD))
    to_there = one_of(w, "AWS::Logs::DeliveryDestination", **destination(w, tags=OLD))
    ends = {"DeliverySourceName": from_here.physical_id, "DeliveryDestinationArn": to_there.attributes["Arn"]}
    return {**ends, "RecordFields": list(fields)}


def tagged(c: Clients, found: Any) -> Any:
    return {**found, "tags": c("logs").list_tags_for_resource(resourceArn=found["arn"])["tags"]}


DELIVERIES = [
    Case(
        "AWS::Logs::Delivery",
        lambda w: delivery(w, "date", "cs(Cookie)"),
        lambda c, i, p: c("logs").get_delivery(id=i)["delivery"],
        lambda w: delivery(w, "date"),
        lambda f: f["recordFields"] == ["date"],
    ),
    Case(
        "AWS::Logs::DeliveryDestination",
        lambda w: destination(w, tags=OLD),
        lambda c, i, p: tagged(c, c("logs").get_delivery_destination(name=i)["deliveryDestination"]),
        lambda w: destination(w, tags=NEW),
        lambda f: f["tags"] == {"Name": "new"},
    ),
    Case(
        "AWS::Logs::DeliverySource",
        lambda w: source(w, tags=OLD),
        lambda c, i, p: tagged(c, c("logs").get_delivery_source(name=i)["deliverySource"]),
        lambda w: source(w, tags=NEW),
        lambda f: f["tags"] == {"Name": "new"},
    ),
]


CASES = [*CLOUDFRONT, *DELIVERIES]
