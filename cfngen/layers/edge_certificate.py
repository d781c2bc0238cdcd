"""The certificate of the names that users see, in us-east-1 because CloudFront takes it from there alone.

It covers the domain and each geography's own host name, and is validated in the public zone, which must be delegated
by then: ACM waits for that, and the stack with it.
"""

from __future__ import annotations

from troposphere import If, NoValue, Ref, Sub, Template, certificatemanager

from .. import facts
from ..layer import Wire, give, setting, take
from ..parts import geographies
from ..parts.metadata import context
from ..parts.tags import name_tag
from . import domain

EDGE_CERTIFICATE_ARN = Wire("EdgeCertificateArn", "String", "Certificate of the names that users see.")


def build(template: Template) -> None:
    """Add the certificate."""
    geographies.take_slots(template, domain.SERVED)
    name = setting(template, facts.DOMAIN_NAME)
    certificate = template.add_resource(
        certificatemanager.Certificate(
            "EdgeCertificate",
            DomainName=name,
            SubjectAlternativeNames=[If(geographies.has(slot), _host(slot), NoValue) for slot in geographies.SLOTS],
            ValidationMethod="DNS",
            DomainValidationOptions=[
                _validated(template, name),
                *(If(geographies.has(slot), _validated(template, _host(slot)), NoValue) for slot in geographies.SLOTS),
            ],
            Tags=name_tag(template, "edge-certificate"),
            Metadata=context(
                "ACM renews it for as long as its validation records are there.",
                must=("In us-east-1.", "Every name that the distribution answers to."),
                mutable="change-with-constraints",
            ),
        )
    )
    give(template, EDGE_CERTIFICATE_ARN, Ref(certificate))


def _host(slot: str) -> Sub:
    return Sub(slot + ".${DomainName}")


def _validated(template: Template, name: Ref | Sub) -> certificatemanager.DomainValidationOption:
    zone = take(template, domain.PUBLIC_ZONE_ID)
    return certificatemanager.DomainValidationOption(DomainName=name, HostedZoneId=zone)
