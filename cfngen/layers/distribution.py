"""The CloudFront distribution: every request enters here, and a function sends it to its host name's geography.

`eu.<domain>` reaches the European origin and no other; the bare domain only redirects, by the viewer's country. Each
geography has one origin, a name that its promotion moves; what is static comes from a bucket and is cached.
"""

from __future__ import annotations

from collections.abc import Callable

from troposphere import AWSProperty, GetAtt, If, NoValue, Parameter, Ref, Sub, Template, cloudfront

from .. import facts, names
from ..layer import Classification, Wire, give, setting, take
from ..parts import edge_logs, geographies, headers
from ..parts.functions import text_of
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag
from . import domain, edge_certificate, edge_firewall, origin_secret, static_content

CLASSIFICATION = Classification.PHI

DISTRIBUTION_ID = Wire("DistributionId", "String", "The distribution, in CloudWatch's metrics and in invalidations.")
DISTRIBUTION_DOMAIN = Wire("DistributionDomain", "String", "CloudFront's own name of the distribution, for aliases.")
ENTRANCE_FUNCTION = Wire("EntranceFunction", "String", "The function that chooses origins, in CloudWatch's metrics.")

ORIGIN_SECRET_VERSION = Parameter(
    "OriginSecretVersion",
    Type="String",
    Default="",
    AllowedPattern="([A-Za-z0-9-]{32,64})?",
    ConstraintDescription="must be the id of a version of the secret, or empty",
    Description="Version of the origin secret that CloudFront sends; empty is the current one at the last look-up.",
)

STATIC = "static"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's own cache policies, the same everywhere.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
"""
COUNTRY_HEADER = "CloudFront-Viewer-Country"
READ_TIMEOUT = 60
"""Seconds that CloudFront waits for an answer; the balancer's idle timeout is the same."""


def build(template: Template) -> None:
    """Add the distribution with its function and policies, and log what it serves."""
    geographies.take_slots(template, domain.SERVED)
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.DOMAIN_NAME):
        setting(template, fact)
    function = _function(template)
    distribution = _distribution(template, function)
    edge_logs.access_log(template, distribution, take(template, domain.EDGE_LOGS_KEY_ARN))
    give(template, DISTRIBUTION_ID, Ref(distribution))
    give(template, DISTRIBUTION_DOMAIN, GetAtt(distribution, "DomainName"))
    give(template, ENTRANCE_FUNCTION, Sub(_FUNCTION_NAME))


_FUNCTION_NAME = "${Project}-${Environment}-entrance"


def _function(template: Template) -> cloudfront.Function:
    return template.add_resource(
        cloudfront.Function(
            "Entrance",
            Name=Sub(_FUNCTION_NAME),
            AutoPublish=True,
            FunctionCode=Sub(text_of("entrance.js"), Geographies=geographies.names()),
            FunctionConfig=cloudfront.FunctionConfig(
                Comment="Chooses the origin by host name; redirects the bare domain by country.",
                Runtime="cloudfront-js-2.0",
            ),
            Metadata=context(
                "Patient data stays in its geography because a host name reaches one origin only.",
                must=("Runtime 2.0, which can choose origins.", "Under 10 KB."),
                mutable="review-required",
            ),
        )
    )


def _distribution(template: Template, function: cloudfront.Function) -> cloudfront.Distribution:
    certificate = cloudfront.ViewerCertificate(
        AcmCertificateArn=take(template, edge_certificate.EDGE_CERTIFICATE_ARN),
        MinimumProtocolVersion="TLSv1.2_2021",
        SslSupportMethod="sni-only",
    )
    security = headers.security_headers(template)
    config = cloudfront.DistributionConfig(
        Comment=Sub("${Project} ${Environment}: everything that users see"),
        Aliases=[setting(template, facts.DOMAIN_NAME), *_where_served(lambda slot: Sub(slot + ".${DomainName}"))],
        Enabled=True,
        HttpVersion="http2and3",
        IPV6Enabled=True,
        PriceClass="PriceClass_All",
        Origins=[*_where_served(lambda slot: _origin(template, slot)), _static_origin(template)],
        DefaultCacheBehavior=_dynamic(template, function, security),
        CacheBehaviors=[_static(security)],
        ViewerCertificate=certificate,
        WebACLId=take(template, edge_firewall.EDGE_FIREWALL_ARN),
    )
    distribution = cloudfront.Distribution(
        "Distribution",
        DistributionConfig=config,
        Tags=name_tag(template, "distribution"),
        Metadata=context(
            "One entrance for all geographies, protected by one firewall.",
            must=(
                "TLS 1.2 or newer on both sides.",
                "Nothing of the application is cached.",
                "Whoever may read its configuration reads the origin secret: monitors may not.",
            ),
            mutable="change-with-constraints",
        ),
    )
    _explain(distribution)
    return template.add_resource(distribution)


def _where_served(make: Callable[[str], AWSProperty | Sub]) -> list[If]:
    return [If(geographies.has(slot), make(slot), NoValue) for slot in geographies.SLOTS]


def _origin(template: Template, slot: str) -> cloudfront.Origin:
    """Return the origin of a geography: the dynamic reference is looked up when its text changes, not by rotation."""
    take(template, origin_secret.ORIGIN_SECRET_ARN)
    setting(template, ORIGIN_SECRET_VERSION)
    value = "{{resolve:secretsmanager:${OriginSecretArn}:SecretString:::${OriginSecretVersion}}}"
    return cloudfront.Origin(
        Id=slot,
        DomainName=Sub(names.origin(slot, "${DomainName}")),
        CustomOriginConfig=cloudfront.CustomOriginConfig(
            OriginProtocolPolicy="https-only",
            OriginSSLProtocols=["TLSv1.2"],
            HTTPSPort=443,
            OriginReadTimeout=READ_TIMEOUT,
        ),
        OriginCustomHeaders=[
            cloudfront.OriginCustomHeader(HeaderName=origin_secret.HEADER, HeaderValue=Sub(value)),
        ],
    )


def _static_origin(template: Template) -> cloudfront.Origin:
    access = template.add_resource(
        cloudfront.OriginAccessControl(
            "StaticAccess",
            OriginAccessControlConfig=cloudfront.OriginAccessControlConfig(
                Name=Sub("${Project}-${Environment}-static"),
                OriginAccessControlOriginType="s3",
                SigningBehavior="always",
                SigningProtocol="sigv4",
            ),
            Metadata=context("CloudFront signs what it asks the bucket for, so that the bucket can stay closed."),
        )
    )
    return cloudfront.Origin(
        Id=STATIC,
        DomainName=take(template, static_content.STATIC_BUCKET_DOMAIN),
        OriginAccessControlId=Ref(access),
        S3OriginConfig=cloudfront.S3OriginConfig(OriginAccessIdentity=""),
    )


def _dynamic(
    template: Template, function: cloudfront.Function, security: cloudfront.ResponseHeadersPolicy
) -> cloudfront.DefaultCacheBehavior:
    chooses = cloudfront.FunctionAssociation(EventType="viewer-request", FunctionARN=GetAtt(function, "FunctionARN"))
    return cloudfront.DefaultCacheBehavior(
        TargetOriginId=geographies.first({"us": "us", "eu": "eu"}, ("us", "eu"), "apac"),
        ViewerProtocolPolicy="redirect-to-https",
        AllowedMethods=["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        CachePolicyId=CACHING_DISABLED,
        OriginRequestPolicyId=Ref(_everything(template)),
        ResponseHeadersPolicyId=Ref(security),
        FunctionAssociations=[chooses],
        Compress=True,
    )


def _everything(template: Template) -> cloudfront.OriginRequestPolicy:
    """Forward all, and the country, which reaches the function by this alone.

    The host name is among it: the origin's certificate has the origin's own name, which suffices.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
    """
    config = cloudfront.OriginRequestPolicyConfig(
        Name=Sub("${Project}-${Environment}-everything"),
        CookiesConfig=cloudfront.OriginRequestCookiesConfig(CookieBehavior="all"),
        HeadersConfig=cloudfront.OriginRequestHeadersConfig(
            HeaderBehavior="allViewerAndWhitelistCloudFront", Headers=[COUNTRY_HEADER]
        ),
        QueryStringsConfig=cloudfront.OriginRequestQueryStringsConfig(QueryStringBehavior="all"),
    )
    return template.add_resource(
        cloudfront.OriginRequestPolicy(
            "Everything",
            OriginRequestPolicyConfig=config,
            Metadata=context("The application sees the request as the viewer sent it, and from which country."),
        )
    )


def _static(security: cloudfront.ResponseHeadersPolicy) -> cloudfront.CacheBehavior:
    return cloudfront.CacheBehavior(
        PathPattern=f"/{STATIC}/*",
        TargetOriginId=STATIC,
        ViewerProtocolPolicy="redirect-to-https",
        AllowedMethods=["GET", "HEAD"],
        CachePolicyId=CACHING_OPTIMIZED,
        ResponseHeadersPolicyId=Ref(security),
        Compress=True,
    )


def _explain(distribution: cloudfront.Distribution) -> None:
    suppress(
        distribution,
        "Version 2 of log delivery records every request, without cookies and query strings; the older kind needs "
        "a bucket with ACLs.",
        checkov=("CKV_AWS_86",),
        nag=("AwsSolutions-CFR3",),
    )
    suppress(
        distribution,
        "Patients travel: where somebody is says nothing about where their data is, which the host name does.",
        checkov=("CKV_AWS_374",),
        nag=("AwsSolutions-CFR1",),
    )
    suppress(
        distribution,
        "A standby serves nobody until it is promoted, which moves the origin's name; data must not fail over to "
        "another geography, and origin groups do not fail over what patients send.",
        checkov=("CKV_AWS_310",),
    )
    suppress(
        distribution,
        "The application answers at /, not an object of a bucket.",
        checkov=("CKV_AWS_305",),
    )
