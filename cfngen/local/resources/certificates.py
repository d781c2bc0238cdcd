"""Certificates of ACM. None is validated: each is issued at once, and its validation records are in its zones.

They stay there when it goes, as on AWS.

Not represented: waiting for validation, private authorities, transparency logging, export.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import dropped_tags, gone, leave, new_tags, send, tag_list
from .handler import Handler, Made, Request


def _create(r: Request) -> Made:
    given = {"ValidationMethod": "DNS", **leave(r.properties, "Tags", "DomainValidationOptions")}
    made = send(r.clients("acm").request_certificate, given)["CertificateArn"]
    _validate(r, made)
    if tag_list(r.properties):
        r.clients("acm").add_tags_to_certificate(CertificateArn=made, Tags=tag_list(r.properties))
    return Made(made, {"CertificateArn": made})


def _validate(r: Request, arn: str) -> None:
    """Write the validation records into the zones that are named; raises where one does not exist."""
    zones = {
        each["DomainName"]: each["HostedZoneId"]
        for each in r.properties.get("DomainValidationOptions", ())
        if each.get("HostedZoneId")
    }
    found = r.clients("acm").describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    for each in found:
        record, zone = each["ResourceRecord"], zones.get(each["DomainName"])
        values = {"Name": record["Name"], "Type": record["Type"], "TTL": 300}
        change = {"Action": "UPSERT", "ResourceRecordSet": {**values, "ResourceRecords": [{"Value": record["Value"]}]}}
        if zone:
            r.clients("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def _update(r: Request) -> Made:
    acm, arn = r.clients("acm"), r.physical_id
    if dropped_tags(r):
        acm.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": key} for key in dropped_tags(r)])
    if new_tags(r):
        acm.add_tags_to_certificate(CertificateArn=arn, Tags=new_tags(r))
    return Made(arn, {"CertificateArn": arn})


HANDLERS: Mapping[str, Handler] = {
    "AWS::CertificateManager::Certificate": Handler(
        _create, lambda r: gone(r.clients("acm").delete_certificate, CertificateArn=r.physical_id), _update
    )
}
