"""The public zone of the domain, made here or found, with delegations to the geographies' zones and a query log.

Users resolve the product's names here. Each geography's infrastructure names are in a zone of its own account, to which
this one delegates; what Route 53 is asked is logged in us-east-1, the only region where it can be.
"""

from __future__ import annotations

from troposphere import Equals, GetAtt, If, Parameter, Ref, Sub, Template, logs, route53

from .. import facts, names
from ..layer import NONE, Classification, Wire, give, is_given, setting, take_from
from ..parts import geographies, key_users
from ..parts.keys import customer_key
from ..parts.metadata import context
from ..parts.query_log import query_log
from ..parts.tags import name_tag
from . import zone

CLASSIFICATION = Classification.AUDIT

PUBLIC_ZONE_ID = Wire("PublicZoneId", "String", "Zone of the names that users see.")
PUBLIC_ZONE_NAME_SERVERS = Wire(
    "PublicZoneNameServers", "CommaDelimitedList", "Name servers of the public zone, to enter at the registrar."
)
EDGE_LOGS_KEY_ARN = Wire("EdgeLogsKeyArn", "String", "Key of the edge's logs and of its topic of alarms.")
SERVED = {
    slot: Wire(f"{slot.title()}IsServed", "String", f"Whether there is a geography {slot}: true or false.")
    for slot in geographies.SLOTS
}
US_IS_SERVED, EU_IS_SERVED, APAC_IS_SERVED = SERVED.values()

EXISTING_PUBLIC_ZONE_ID = Parameter(
    "ExistingPublicZoneId",
    Type="String",
    Default="",
    AllowedPattern="(Z[A-Z0-9]{1,31})?",
    ConstraintDescription="must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ, or empty",
    Description="Public zone of the domain that is there already; empty makes one, to enter at the registrar.",
)

MAKES_ZONE = "MakesZone"
DELEGATION_SECONDS = "300"
"""Short, because a geography that is made anew gets other name servers."""


def build(template: Template) -> None:
    """Add the zone with its log, and the delegations."""
    template.add_condition(MAKES_ZONE, Equals(setting(template, EXISTING_PUBLIC_ZONE_ID), ""))
    setting(template, facts.DOMAIN_NAME)
    key = customer_key(
        template,
        "EdgeLogs",
        "Logs of the edge, and the topic of its alarms.",
        key_users.log_groups(),
        key_users.alarms(),
    )
    public = _zone(template, query_log(template, key, condition=MAKES_ZONE))
    zone_id = If(MAKES_ZONE, Ref(public), setting(template, EXISTING_PUBLIC_ZONE_ID))
    for slot in geographies.SLOTS:
        _delegation(template, slot, zone_id)
        give(template, SERVED[slot], If(geographies.has(slot), "true", "false"))
    give(template, PUBLIC_ZONE_ID, zone_id)
    give(template, PUBLIC_ZONE_NAME_SERVERS, If(MAKES_ZONE, GetAtt(public, "NameServers"), [NONE]))
    give(template, EDGE_LOGS_KEY_ARN, GetAtt(key, "Arn"))


def _zone(template: Template, group: logs.LogGroup) -> route53.HostedZone:
    return template.add_resource(
        route53.HostedZone(
            "PublicZone",
            Condition=MAKES_ZONE,
            Name=setting(template, facts.DOMAIN_NAME),
            QueryLoggingConfig=route53.QueryLoggingConfigProperty(CloudWatchLogsLogGroupArn=GetAtt(group, "Arn")),
            HostedZoneTags=name_tag(template, "public-zone"),
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(
                "The names that users see; its name servers are entered at the registrar once, by hand.",
                must=("Never replaced: a new zone has other name servers, and the product is gone until they change.",),
                mutable="must-never-change",
            ),
        )
    )


def _delegation(template: Template, slot: str, zone_id: If) -> None:
    name_servers = take_from(template, zone.ZONE_NAME_SERVERS, slot)
    zone_there = take_from(template, zone.ZONE_ID, slot)
    template.add_condition(geographies.has(slot), is_given(zone.ZONE_ID, zone_there))
    delegates = f"Delegates{slot.title()}"  # not where the geography brought a zone of its own
    template.add_condition(delegates, is_given(zone.ZONE_NAME_SERVERS, name_servers))
    template.add_resource(
        route53.RecordSetType(
            f"{slot.title()}Delegation",
            Condition=delegates,
            HostedZoneId=zone_id,
            Name=Sub(names.infrastructure_zone(slot, "${DomainName}")),
            Type="NS",
            TTL=DELEGATION_SECONDS,
            ResourceRecords=name_servers,
            Metadata=context(
                "Hands the geography's infrastructure names to its own account, which validates certificates there.",
                mutable="change-with-constraints",
            ),
        )
    )
