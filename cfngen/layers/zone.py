"""The geography's public zone of infrastructure names, such as eu.net.app.example.com.

Certificates are validated in it and balancers have their names in it; users see none of them. It is of use once the
parent domain delegates it: the bundle `domain` does, or whoever has the parent. An existing zone can be named instead.
"""

from __future__ import annotations

from troposphere import Equals, GetAtt, If, Parameter, Ref, Sub, Template, route53

from .. import facts, names
from ..layer import NONE, Wire, give, setting
from ..parts.metadata import context, suppress

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
ZONE_NAME = names.infrastructure_zone("${Geography}", "${DomainName}")


def build(template: Template) -> None:
    """Add the zone, or pass on the one that is there; name servers of that one are nobody's to delegate to."""
    template.add_condition(MAKES_ZONE, Equals(setting(template, EXISTING_ZONE_ID), ""))
    zone = _zone(template)
    give(template, ZONE_ID, If(MAKES_ZONE, Ref(zone), Ref(EXISTING_ZONE_ID)))
    give(template, ZONE_NAME_SERVERS, If(MAKES_ZONE, GetAtt(zone, "NameServers"), [NONE]))


def _zone(template: Template) -> route53.HostedZone:
    setting(template, facts.GEOGRAPHY)
    setting(template, facts.DOMAIN_NAME)
    zone = route53.HostedZone(
        "Zone",
        Name=Sub(ZONE_NAME),
        HostedZoneConfig=route53.HostedZoneConfiguration(Comment="Infrastructure names; made by cfngen."),
        Condition=MAKES_ZONE,
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        Metadata=context(
            "A new zone has other name servers, which every parent and every certificate would have to learn.",
            must=("be delegated by the parent domain before anything waits for a certificate",),
            mutable="must-never-change",
        ),
    )
    reason = "Route 53 writes query logs to us-east-1 only, and these names are infrastructure's: no user asks for one."
    suppress(zone, reason, checkov=("CKV2_AWS_39",))
    reason = (
        "DNSSEC signs with a key in us-east-1 only, and its DS record is the parent's; TLS proves who answers here."
    )
    suppress(zone, reason, checkov=("CKV2_AWS_38",))
    return template.add_resource(zone)
