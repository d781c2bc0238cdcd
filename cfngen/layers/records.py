"""The names of the region's balancers, in the geography's zone.

Alias records: each region's own names for web and app, and the origin name that CloudFront connects to, which the
active region alone has. Without the bundle `zone` there are no names, and CloudFormation's own are used.
"""

from __future__ import annotations

from troposphere import And, Equals, Ref, Region, Sub, Template, route53
from troposphere import Condition as Holds

from .. import facts, names
from ..layer import is_given, setting, take
from ..parts.certificates import HAS_ZONE
from ..parts.metadata import context
from . import app, web, zone

IS_ORIGIN = "IsOrigin"
WHERE = ("${Geography}", "${DomainName}")


def build(template: Template) -> None:
    """Add the names."""
    for fact in (facts.GEOGRAPHY, facts.DOMAIN_NAME):
        setting(template, fact)
    template.add_condition(HAS_ZONE, is_given(zone.ZONE_ID, take(template, zone.ZONE_ID)))
    active = Equals(setting(template, facts.REGION_ROLE), "active")
    template.add_condition(IS_ORIGIN, And(Holds(HAS_ZONE), active))
    to_web = (take(template, web.WEB_LOAD_BALANCER_DNS_NAME), take(template, web.WEB_LOAD_BALANCER_ZONE_ID))
    to_app = (take(template, app.APP_LOAD_BALANCER_DNS_NAME), take(template, app.APP_LOAD_BALANCER_ZONE_ID))
    _record(template, "WebName", names.web_host("${AWS::Region}", *WHERE), to_web, "This region's own balancer.")
    _record(template, "AppName", names.app_host("${AWS::Region}", *WHERE), to_app, "Web asks app by it, over TLS.")
    _origin(template, to_web)


def _record(template: Template, name: str, host: str, target: tuple[Ref, Ref], why: str) -> route53.RecordSetType:
    return template.add_resource(
        route53.RecordSetType(
            name,
            HostedZoneId=Ref(zone.ZONE_ID.name),
            Name=Sub(host),
            Type="A",
            AliasTarget=_alias(target),
            Condition=HAS_ZONE,
            Metadata=context(why, mutable="change-with-constraints"),
        )
    )


def _origin(template: Template, target: tuple[Ref, Ref]) -> route53.RecordSetType:
    record = _record(
        template,
        "OriginName",
        names.origin(*WHERE),
        target,
        "Each region has a record of its own under this name: on promotion the new active region can add one before "
        "the old one takes its away, and one whose region is lost is passed over by its health.",
    )
    record.SetIdentifier, record.Weight = Region, 100
    record.resource["Condition"] = IS_ORIGIN
    return record


def _alias(target: tuple[Ref, Ref]) -> route53.AliasTarget:
    name, zone_id = target
    return route53.AliasTarget(DNSName=name, HostedZoneId=zone_id, EvaluateTargetHealth=True)
