"""Launch templates: each change of the data is a new version, as on AWS; the default version stays the first."""

from __future__ import annotations

from collections.abc import Mapping

from .api import gone, named, send
from .handler import Handler, Made, Request
from .network import tag


def _create(r: Request) -> Made:
    template = send(
        r.clients("ec2").create_launch_template, r.properties, LaunchTemplateName=named(r, "LaunchTemplateName", 128)
    )["LaunchTemplate"]
    return _made(r, template["LaunchTemplateId"])


def _update(r: Request) -> Made:
    if r.properties["LaunchTemplateData"] != r.before["LaunchTemplateData"]:
        send(r.clients("ec2").create_launch_template_version, r.properties, LaunchTemplateId=r.physical_id)
    tag(r, r.physical_id)
    return _made(r, r.physical_id)


def _made(r: Request, template: str) -> Made:
    found = r.clients("ec2").describe_launch_templates(LaunchTemplateIds=[template])["LaunchTemplates"][0]
    versions = {name: str(found[name]) for name in ("DefaultVersionNumber", "LatestVersionNumber")}
    return Made(template, {"LaunchTemplateId": template, **versions})


HANDLERS: Mapping[str, Handler] = {
    "AWS::EC2::LaunchTemplate": Handler(
        _create, lambda r: gone(r.clients("ec2").delete_launch_template, LaunchTemplateId=r.physical_id), _update
    )
}
