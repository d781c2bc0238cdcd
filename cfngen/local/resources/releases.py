"""Applications and deployment groups of CodeDeploy. No deployment ever runs.

Not represented: a deployment that is made together with its group, triggers, and the hooks in Auto Scaling groups.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import dropped_tags, gone, leave, named, new_tags, send, tag_list
from .handler import Handler, Made, Request


def _tag(r: Request, arn: str) -> None:
    codedeploy = r.clients("codedeploy")
    if dropped_tags(r):
        codedeploy.untag_resource(ResourceArn=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        codedeploy.tag_resource(ResourceArn=arn, Tags=new_tags(r))


def _arn(r: Request, what: str) -> str:
    return f"arn:aws:codedeploy:{r.region}:{r.account}:{what}"


def _create_application(r: Request) -> Made:
    name = named(r, "ApplicationName", 100)
    given = leave(r.properties, "Tags")
    send(r.clients("codedeploy").create_application, given, applicationName=name, tags=tag_list(r.properties))
    return Made(name)


def _update_application(r: Request) -> Made:
    _tag(r, _arn(r, f"application:{r.physical_id}"))
    return Made(r.physical_id)


def _create_group(r: Request) -> Made:
    name, given = named(r, "DeploymentGroupName", 100), leave(r.properties, "Tags", "Deployment")
    tags = tag_list(r.properties)
    send(r.clients("codedeploy").create_deployment_group, given, deploymentGroupName=name, tags=tags)
    return Made(name)


def _update_group(r: Request) -> Made:
    given = leave(r.properties, "Tags", "Deployment", "DeploymentGroupName")
    send(r.clients("codedeploy").update_deployment_group, given, currentDeploymentGroupName=r.physical_id)
    _tag(r, _arn(r, f"deploymentgroup:{r.properties['ApplicationName']}/{r.physical_id}"))
    return Made(r.physical_id)


def _delete_group(r: Request) -> None:
    application = r.properties["ApplicationName"]
    gone(
        r.clients("codedeploy").delete_deployment_group, applicationName=application, deploymentGroupName=r.physical_id
    )


HANDLERS: Mapping[str, Handler] = {
    "AWS::CodeDeploy::Application": Handler(
        _create_application,
        lambda r: gone(r.clients("codedeploy").delete_application, applicationName=r.physical_id),
        _update_application,
    ),
    "AWS::CodeDeploy::DeploymentGroup": Handler(_create_group, _delete_group, _update_group),
}
