"""A balancer's certificate: the one that a parameter names, else one of its own, validated in the geography's zone.

ACM issues one only once the parent domain delegates the zone; until then the stack waits. `cfngen deploy` looks first.
"""

from __future__ import annotations

from collections.abc import Sequence

from troposphere import And, AWSHelperFn, Equals, If, Not, Or, Parameter, Ref, Sub, Template, certificatemanager
from troposphere import Condition as Holds

from .. import facts
from ..layer import Wire, is_given, setting, take
from .metadata import context
from .tags import name_tag

HAS_ZONE = "HasZone"
HAS_CERTIFICATE = "HasCertificate"
MAKES_CERTIFICATE = "MakesCertificate"


def certificate(template: Template, tier: str, named: Parameter, zone: Wire, hosts: Sequence[str]) -> AWSHelperFn:
    """Add a tier's certificate for these hosts (`Sub` strings) and return the ARN of the one that is in use.

    Adds the conditions `HasZone`, `MakesCertificate` and `HasCertificate`; the ARN is one only under the last.
    """
    for fact in (facts.GEOGRAPHY, facts.DOMAIN_NAME):
        setting(template, fact)
    zone_id, given = take(template, zone), setting(template, named)
    template.add_condition(HAS_ZONE, is_given(zone, zone_id))
    template.add_condition(MAKES_CERTIFICATE, And(Holds(HAS_ZONE), Equals(given, "")))
    template.add_condition(HAS_CERTIFICATE, Or(Holds(HAS_ZONE), Not(Equals(given, ""))))
    made = template.add_resource(_certificate(template, tier, zone_id, hosts))
    return If(MAKES_CERTIFICATE, Ref(made), given)


def _certificate(template: Template, tier: str, zone_id: Ref, hosts: Sequence[str]) -> certificatemanager.Certificate:
    return certificatemanager.Certificate(
        f"{tier}Certificate",
        DomainName=Sub(hosts[0]),
        **({"SubjectAlternativeNames": [Sub(host) for host in hosts[1:]]} if hosts[1:] else {}),
        ValidationMethod="DNS",
        DomainValidationOptions=[
            certificatemanager.DomainValidationOption(DomainName=Sub(host), HostedZoneId=zone_id) for host in hosts
        ],
        Tags=name_tag(template, f"{tier.lower()}-certificate"),
        Condition=MAKES_CERTIFICATE,
        Metadata=context(
            "Validated in the geography's own zone, so ACM renews it without anybody.",
            must=("The zone is delegated before this is made, or the stack waits for hours.",),
            mutable="review-required",
        ),
    )
