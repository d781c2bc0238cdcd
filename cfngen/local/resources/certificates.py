"""Certificates of ACM. None is validated: a stack does not wait, and a minute later it counts as issued.

Not represented: waiting for validation, private authorities, transparency logging, export.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import dropped_tags, gone, leave, new_tags, send, tag_list
from .handler import Handler, Made, Request


def _create(r: Request) -> Made:
    given = {"ValidationMethod": "DNS", **leave(r.properties, "Tags", "DomainValidationOptions")}
    made = send(r.clients("acm").request_certificate, given)["CertificateArn"]
    if tag_list(r.properties):
        r.clients("acm").add_tags_to_certificate(CertificateArn=made, Tags=tag_list(r.properties))
    return Made(made, {"CertificateArn": made})


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
