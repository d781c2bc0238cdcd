"""The names that users see, and those of TCP services, which do not pass CloudFront.

The domain and each geography's host name are aliases of the distribution. `tcp.<domain>` answers with the origin name
of the caller's own geography, as long as that is healthy: Route 53 never sends anybody to another geography's data.
"""

from __future__ import annotations

from collections.abc import Mapping

from troposphere import And, Condition, Equals, GetAtt, Parameter, Sub, Template, route53

from .. import facts, names
from ..layer import setting, take
from ..parts import geographies
from ..parts.metadata import context
from . import distribution, domain, network

TCP_RECORDS = Parameter(
    "TcpRecords",
    Type="String",
    Default="false",
    AllowedValues=["true", "false"],
    Description="Whether tcp.<domain> is there, with a health check of each geography's TCP port.",
)

CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""Zone of every distribution's own name.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
"""

CONTINENTS: Mapping[str, tuple[str, ...]] = {
    "EU": ("eu", "us", "apac"),
    "AF": ("eu", "us", "apac"),
    "AS": ("apac", "eu", "us"),
    "OC": ("apac", "us", "eu"),
    "NA": ("us", "eu", "apac"),
    "SA": ("us", "eu", "apac"),
}
"""Route 53's continents, and where their users are at home: the first geography that there is."""

HAS_TCP = "HasTcp"
TCP_SECONDS = "60"


def build(template: Template) -> None:
    """Add the aliases, and the records of TCP services with their health checks."""
    geographies.take_slots(template, domain.SERVED)
    setting(template, facts.DOMAIN_NAME)
    template.add_condition(HAS_TCP, Equals(setting(template, TCP_RECORDS), "true"))
    _aliases(template, "Domain", "${DomainName}")
    for slot in geographies.SLOTS:
        _aliases(template, slot.title(), slot + ".${DomainName}", geographies.has(slot))
    checks = {slot: _health_check(template, slot) for slot in geographies.SLOTS}
    for continent, order in CONTINENTS.items():
        _tcp_record(template, continent, order, checks)


def _aliases(template: Template, title: str, name: str, condition: str = "") -> None:
    """Add the records of a name for both kinds of addresses."""
    target = route53.AliasTarget(
        DNSName=take(template, distribution.DISTRIBUTION_DOMAIN),
        HostedZoneId=CLOUDFRONT_ZONE,
        EvaluateTargetHealth=False,
    )
    for kind in ("A", "AAAA"):
        template.add_resource(
            route53.RecordSetType(
                f"{title}{kind.title()}",
                **({"Condition": condition} if condition else {}),
                HostedZoneId=take(template, domain.PUBLIC_ZONE_ID),
                Name=Sub(name),
                Type=kind,
                AliasTarget=target,
                Metadata=context("A name that users see; CloudFront is its own health check."),
            )
        )


def _health_check(template: Template, slot: str) -> route53.HealthCheck:
    title = f"{slot.title()}Tcp"
    template.add_condition(title, And(Condition(HAS_TCP), Condition(geographies.has(slot))))
    config = route53.HealthCheckConfig(
        Type="TCP",
        FullyQualifiedDomainName=Sub(names.origin(slot, "${DomainName}")),
        Port=setting(template, network.WEB_TCP_PORT),
        RequestInterval=30,
        FailureThreshold=3,
    )
    return template.add_resource(
        route53.HealthCheck(
            f"{title}Health",
            Condition=title,
            HealthCheckConfig=config,
            Metadata=context(
                "Whether the geography's TCP listener accepts connections.",
                must=("WebTcpIngressCidr admits Route 53's checkers too.",),
                mutable="free-to-tune",
            ),
        )
    )


def _tcp_record(
    template: Template, continent: str, order: tuple[str, ...], checks: Mapping[str, route53.HealthCheck]
) -> None:
    origins = {slot: Sub(names.origin(slot, "${DomainName}")) for slot in order}
    health = {slot: GetAtt(checks[slot], "HealthCheckId") for slot in order}
    template.add_resource(
        route53.RecordSetType(
            f"Tcp{continent.title()}",
            Condition=HAS_TCP,
            HostedZoneId=take(template, domain.PUBLIC_ZONE_ID),
            Name=Sub("tcp.${DomainName}"),
            Type="CNAME",
            TTL=TCP_SECONDS,
            SetIdentifier=continent,
            GeoLocation=route53.GeoLocation(ContinentCode=continent),
            HealthCheckId=geographies.first(health, order),
            ResourceRecords=[geographies.first(origins, order)],
            Metadata=context(
                "By where the caller is, to a geography's own data.",
                must=("No default record: whoever's geography is down gets no answer rather than another's data.",),
            ),
        )
    )
