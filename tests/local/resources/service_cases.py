"""The resource types of the service bundle, as in `cases`: firewalls, releases, patching and sessions."""

from __future__ import annotations

from typing import Any

from cfngen.local.clients import Clients

from .cases import NEW, OLD, Case, Properties, new_tag
from .worlds import World


def web_acl(w: World, limit: int) -> Properties:
    measured = {"CloudWatchMetricsEnabled": "true", "MetricName": "m", "SampledRequestsEnabled": "true"}
    statement = {"RateBasedStatement": {"AggregateKeyType": "IP", "Limit": str(limit)}}
    rule = {"Name": "r", "Priority": "0", "Action": {"Block": {}}, "Statement": statement, "VisibilityConfig": measured}
    return {
        "Name": f"acl-{w.account}",
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "Rules": [rule],
        "VisibilityConfig": measured,
        "Tags": NEW if limit > 100 else OLD,
    }


def see_web_acl(c: Clients, physical_id: str) -> Any:
    name, key, scope = physical_id.split("|")
    found = c("wafv2").get_web_acl(Name=name, Id=key, Scope=scope)["WebACL"]
    tags = c("wafv2").list_tags_for_resource(ResourceARN=found["ARN"])["TagInfoForResource"]["TagList"]
    return {**found, "Tags": tags}


def acl_arn(w: World) -> str:
    return str(w.make("AWS::WAFv2::WebACL", web_acl(w, 100)).attributes["Arn"])


def logging(w: World, acl: str, header: str) -> Properties:
    group = f"arn:aws:logs:{w.region}:{w.account}:log-group:aws-waf-logs-x"
    redacted = [{"SingleHeader": {"Name": header}}]
    return {"ResourceArn": acl, "LogDestinationConfigs": [group], "RedactedFields": redacted}


def the_acl(w: World) -> str:
    """The web ACL that was made before, or a new one."""
    made = [made for kind, made, _ in w.there if kind == "AWS::WAFv2::WebACL"]
    return str(made[0].attributes["Arn"]) if made else acl_arn(w)


FIREWALLS = [
    Case(
        "AWS::WAFv2::WebACL",
        lambda w: web_acl(w, 100),
        lambda c, i, p: see_web_acl(c, i),
        lambda w: web_acl(w, 200),
        lambda f: f["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"] == 200 and new_tag(f),
    ),
    Case(
        "AWS::WAFv2::WebACLAssociation",
        lambda w: {"ResourceArn": w.balancer, "WebACLArn": acl_arn(w)},
        lambda c, i, p: c("wafv2").get_web_acl_for_resource(ResourceArn=p["ResourceArn"]).get("WebACL"),
    ),
    Case(
        "AWS::WAFv2::LoggingConfiguration",
        lambda w: logging(w, the_acl(w), "cookie"),
        lambda c, i, p: c("wafv2").get_logging_configuration(ResourceArn=i)["LoggingConfiguration"],
        lambda w: logging(w, the_acl(w), "authorization"),
        lambda f: f["RedactedFields"] == [{"SingleHeader": {"Name": "authorization"}}],
    ),
]


def application(w: World) -> str:
    return w.id("AWS::CodeDeploy::Application", ComputePlatform="Server")


def the_application(w: World) -> str:
    """The application that was made before, or a new one."""
    made = [made for kind, made, _ in w.there if kind == "AWS::CodeDeploy::Application"]
    return made[0].physical_id if made else application(w)


def deployments(w: World, alarm: str) -> Properties:
    return {
        "ApplicationName": the_application(w),
        "ServiceRoleArn": w.role_arn,
        "AutoScalingGroups": [w.fleet],
        "AlarmConfiguration": {"Alarms": [{"Name": alarm}], "Enabled": "true"},
        "AutoRollbackConfiguration": {"Enabled": "true", "Events": ["DEPLOYMENT_FAILURE"]},
        "Tags": NEW if alarm == "new" else OLD,
    }


def see_deployments(c: Clients, name: str, p: Properties) -> Any:
    application_name = p["ApplicationName"]
    found = c("codedeploy").get_deployment_group(applicationName=application_name, deploymentGroupName=name)
    arn = f"arn:aws:codedeploy:eu-west-1:{p['ServiceRoleArn'].split(':')[4]}:deploymentgroup:{application_name}/{name}"
    return {**found["deploymentGroupInfo"], **c("codedeploy").list_tags_for_resource(ResourceArn=arn)}


def ssm_tags(c: Clients, kind: str, name: str) -> Any:
    return c("ssm").list_tags_for_resource(ResourceType=kind, ResourceId=name)["TagList"]


def baseline(w: World, days: int, *groups: str) -> Properties:
    patches = {"PatchFilters": [{"Key": "CLASSIFICATION", "Values": ["SecurityUpdates"]}]}
    return {
        "Name": "baseline",
        "OperatingSystem": "WINDOWS",
        "ApprovalRules": {"PatchRules": [{"ApproveAfterDays": str(days), "PatchFilterGroup": patches}]},
        "PatchGroups": list(groups),
        "Tags": NEW if days == 1 else OLD,
    }


def window(w: World, schedule: str) -> Properties:
    more = {"AllowUnassociatedTargets": "true", "Duration": "4", "Cutoff": "1"}
    return {"Name": "window", "Schedule": schedule, "Tags": NEW if schedule == "rate(1 day)" else OLD, **more}


def the_window(w: World) -> str:
    made = [made for kind, made, _ in w.there if kind == "AWS::SSM::MaintenanceWindow"]
    return made[0].physical_id if made else w.id("AWS::SSM::MaintenanceWindow", **window(w, "rate(7 days)"))


def task(w: World, fleet: str) -> Properties:
    automation = {"DocumentVersion": "$DEFAULT", "Parameters": {"Fleet": [fleet]}}
    return {
        "WindowId": the_window(w),
        "TaskType": "AUTOMATION",
        "TaskArn": "patch",
        "Priority": "1",
        "ServiceRoleArn": w.role_arn,
        "TaskInvocationParameters": {"MaintenanceWindowAutomationParameters": automation},
    }


def see_task(c: Clients, task_id: str, p: Properties) -> Any:
    found = c("ssm").describe_maintenance_window_tasks(WindowId=p["WindowId"])["Tasks"]
    return next(each for each in found if each["WindowTaskId"] == task_id)


def association(w: World, schedule: str) -> Properties:
    targets = [{"Key": "tag:PatchGroup", "Values": ["fleet"]}]
    tags = NEW if schedule == "rate(1 day)" else OLD
    return {"Name": "AWS-RunPatchBaseline", "ScheduleExpression": schedule, "Targets": targets, "Tags": tags}


RELEASES = [
    Case(
        "AWS::CodeDeploy::Application",
        lambda w: {"ComputePlatform": "Server", "Tags": OLD},
        lambda c, i, p: {
            **c("codedeploy").get_application(applicationName=i)["application"],
            "ours": [name for name in c("codedeploy").list_applications()["applications"] if name == i],
        },
        lambda w: {"ComputePlatform": "Server", "Tags": NEW},
        lambda f: len(f["ours"]) == 1,
    ),
    Case(
        "AWS::CodeDeploy::DeploymentGroup",
        lambda w: deployments(w, "old"),
        see_deployments,
        lambda w: deployments(w, "new"),
        lambda f: f["alarmConfiguration"]["alarms"] == [{"name": "new"}] and new_tag(f),
    ),
]

PATCHING = [
    Case(
        "AWS::SSM::PatchBaseline",
        lambda w: baseline(w, 7, "old", "kept"),
        lambda c, i, p: {
            **c("ssm").get_patch_baseline(BaselineId=i),
            "Tags": ssm_tags(c, "PatchBaseline", i),
        },
        lambda w: baseline(w, 1, "new", "kept"),
        lambda f: (
            f["ApprovalRules"]["PatchRules"][0]["ApproveAfterDays"] == 1
            and sorted(f["PatchGroups"]) == ["kept", "new"]
            and new_tag(f)
        ),
    ),
    Case(
        "AWS::SSM::MaintenanceWindow",
        lambda w: window(w, "rate(7 days)"),
        lambda c, i, p: {**c("ssm").get_maintenance_window(WindowId=i), "Tags": ssm_tags(c, "MaintenanceWindow", i)},
        lambda w: window(w, "rate(1 day)"),
        lambda f: f["Schedule"] == "rate(1 day)" and f["Duration"] == 4 and new_tag(f),
    ),
    Case(
        "AWS::SSM::MaintenanceWindowTask",
        lambda w: task(w, "old"),
        see_task,
        lambda w: {**task(w, "new"), "Priority": "2"},
        lambda f: f["Priority"] == 2,
    ),
    Case(
        "AWS::SSM::Association",
        lambda w: association(w, "rate(7 days)"),
        lambda c, i, p: {
            **c("ssm").describe_association(AssociationId=i)["AssociationDescription"],
            "Tags": ssm_tags(c, "Association", i),
        },
        lambda w: association(w, "rate(1 day)"),
        lambda f: f["ScheduleExpression"] == "rate(1 day)" and new_tag(f),
    ),
]

CASES = [*FIREWALLS, *RELEASES, *PATCHING]
