"""The geography's public zone of infrastructure names, such as eu.net.app.example.com.

Certificates are validated in it and balancers have their names in it; users see none of them. It is of use once the
parent domain delegates it: the bundle `domain` does, or whoever has the parent. An existing zone can be named instead.
Queries are logged where the geography's home region is the one that Route 53 writes them to.
"""

from __future__ import annotations

from troposphere import (
    And,
    Condition,
    Equals,
    GetAtt,
    If,
    NoValue,
    Parameter,
    Ref,
    Region,
    Sub,
    Template,
    logs,
    route53,
)

from .. import facts, names
from ..layer import NONE, Wire, give, setting
from ..parts import key_users
from ..parts.keys import customer_key
from ..parts.metadata import context, suppress
from ..parts.query_log import query_log

ZONE_ID = Wire("ZoneId", "String", "The geography's zone of infrastructure names.")
ZONE_NAME_SERVERS = Wire("ZoneNameServers", "CommaDelimitedList", "Name servers of the geography's zone.")

EXISTING_ZONE_ID = Parameter(
    "ExistingZoneId",
    Type="String",
    Default="",
    AllowedPattern="([A-Z0-9]{4,32})?",
    Description="A zone that is there already and delegated, in the geography's account; without one it is made.",
)

MAKES_ZONE = "MakesZone"
LOGS_QUERIES = "LogsQueries"
QUERY_LOG_REGION = "us-east-1"
"""The only region that Route 53 writes query logs to."""
ZONE_NAME = names.infrastructure_zone("${Geography}", "${DomainName}")


def build(template: Template) -> None:
    """Add the zone, or pass on the one that is there; name servers of that one are nobody's to delegate to."""
    template.add_condition(MAKES_ZONE, Equals(setting(template, EXISTING_ZONE_ID), ""))
    logs_queries = And(Condition(MAKES_ZONE), Equals(Region, QUERY_LOG_REGION))
    template.add_condition(LOGS_QUERIES, logs_queries)
    why = "Who asked for the geography's infrastructure names."
    key = customer_key(template, "ZoneLogs", why, key_users.log_groups(), condition=LOGS_QUERIES)
    zone = _zone(template, query_log(template, key, condition=LOGS_QUERIES))
    give(template, ZONE_ID, If(MAKES_ZONE, Ref(zone), Ref(EXISTING_ZONE_ID)))
    give(template, ZONE_NAME_SERVERS, If(MAKES_ZONE, GetAtt(zone, "NameServers"), [NONE]))


def _zone(template: Template, group: logs.LogGroup) -> route53.HostedZone:
    logging = route53.QueryLoggingConfigProperty(CloudWatchLogsLogGroupArn=GetAtt(group, "Arn"))
    setting(template, facts.GEOGRAPHY)
    setting(template, facts.DOMAIN_NAME)
    zone = route53.HostedZone(
        "Zone",
        Name=Sub(ZONE_NAME),
        HostedZoneConfig=route53.HostedZoneConfiguration(Comment="Infrastructure names; made by cfngen."),
        QueryLoggingConfig=If(LOGS_QUERIES, logging, NoValue),
        Condition=MAKES_ZONE,
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(
            "A new zone has other name servers, which every parent and every certificate would have to learn.",
            must=("be delegated by the parent domain before anything waits for a certificate",),
            mutable="must-never-change",
        ),
    )
    reason = "Logged where the geography's home is us-east-1, the only region that Route 53 writes query logs to."
    suppress(zone, reason, checkov=("CKV2_AWS_39",))
    reason = (
        "DNSSEC signs with a key in us-east-1 only, and its DS record is the parent's; TLS proves who answers here."
    )
    suppress(zone, reason, checkov=("CKV2_AWS_38",))
    return template.add_resource(zone)
