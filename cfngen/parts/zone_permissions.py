"""What StackSets may do in a target account with names and certificates.

A neighbour of `permissions`, held against AWS's resource schemas by the same test.
"""

from __future__ import annotations

from awacs.aws import Statement

from .permissions import ANYTHING, OWN, allow

ZONES = "arn:${AWS::Partition}:route53:::hostedzone/*"


def zones() -> list[Statement]:
    """Return what it takes to make zones, their records, and certificates that are validated in them."""
    return [
        allow(
            "Zones",
            "route53:ChangeResourceRecordSets ChangeTagsForResource DeleteHostedZone GetHostedZone "
            "ListQueryLoggingConfigs ListResourceRecordSets ListTagsForResource UpdateHostedZoneComment "
            "UpdateHostedZoneFeatures",
            ZONES,
        ),
        allow("MakesZones", "route53:CreateHostedZone GetChange ListHostedZones ListHostedZonesByName", ANYTHING),
        allow(
            "Certificates",
            "acm:AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate "
            "RemoveTagsFromCertificate UpdateCertificateOptions",
            OWN % ("acm", "certificate/*"),
        ),
        allow("RequestsCertificates", "acm:ListCertificates RequestCertificate", ANYTHING),
    ]
