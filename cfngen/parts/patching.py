"""Patch Manager: which patches, when, and one instance at a time without losing it to the balancer's health check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awacs.aws import ArnLike, PolicyDocument, Statement, StringEquals
from troposphere import AccountId, AWSHelperFn, GetAtt, Ref, Sub, Template, iam, ssm

from .automations import start
from .fleet import PATCH_GROUP
from .metadata import context, suppress
from .releases import AGENT_PACKAGE
from .statements import ANYTHING, allow
from .tags import name_tag
from .trust import trust_service

SYSTEMS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "WINDOWS": (
        ("CLASSIFICATION", ("CriticalUpdates", "SecurityUpdates")),
        ("MSRC_SEVERITY", ("Critical", "Important", "Moderate")),
    ),
    "AMAZON_LINUX_2023": (
        ("CLASSIFICATION", ("Security", "Bugfix")),
        ("SEVERITY", ("Critical", "Important", "Medium")),
    ),
}
"""What is approved, per system; both have a baseline, whichever the fleets run.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
"""

APPROVE_AFTER_DAYS = 3
"""Long enough to hear of a patch that breaks things, short enough for what is already being exploited."""

HELD = ["HealthCheck", "ReplaceUnhealthy"]
"""What Auto Scaling leaves off meanwhile: what restarts fails the balancer's check and would be replaced."""

LONGEST_SECONDS = 3 * 3600
WINDOW_HOURS, CUTOFF_HOURS = 4, 1

ASSOCIATIONS: tuple[tuple[str, str, str, dict[str, list[str]], str], ...] = (
    ("PatchScan", "AWS-RunPatchBaseline", "rate(1 day)", {"Operation": ["Scan"]}, "Every day: what is missing."),
    ("SystemsManagerAgent", "AWS-UpdateSSMAgent", "rate(14 days)", {}, "Sessions and patches need a current agent."),
    (
        "ReleaseAgent",
        "AWS-ConfigureAWSPackage",
        "rate(7 days)",
        {"action": ["Install"], "name": [AGENT_PACKAGE]},
        "CodeDeploy's agent, on each new instance as soon as it reports, and the newest one every week.",
    ),
)
"""Title, document of AWS's, schedule, parameters and why; each also runs on every new instance."""


def baselines(template: Template) -> None:
    """Add a baseline per system for the fleets' patch group."""
    for system, filters in SYSTEMS.items():
        template.add_resource(
            ssm.PatchBaseline(
                f"{system.title().replace('_', '')}Patches",
                Name=Sub("${Project}-${Environment}-" + system.lower().replace("_", "-")),
                OperatingSystem=system,
                ApprovalRules=ssm.RuleGroup(PatchRules=[_rule(filters)]),
                PatchGroups=[Sub(PATCH_GROUP)],
                Tags=name_tag(template, "patches"),
                Metadata=context(
                    f"What is installed {APPROVE_AFTER_DAYS} days after its publication.",
                    must=("Approve critical and important security patches.",),
                    mutable="free-to-tune",
                ),
            )
        )


def _rule(filters: tuple[tuple[str, tuple[str, ...]], ...]) -> ssm.Rule:
    chosen = [ssm.PatchFilter(Key=key, Values=list(values)) for key, values in filters]
    return ssm.Rule(
        ApproveAfterDays=APPROVE_AFTER_DAYS,
        ComplianceLevel="CRITICAL",
        PatchFilterGroup=ssm.PatchFilterGroup(PatchFilters=chosen),
    )


def associations(template: Template) -> None:
    """Add what runs on every instance of the fleets by itself: the daily scan, and the agents."""
    for title, document, schedule, parameters, why in ASSOCIATIONS:
        template.add_resource(
            ssm.Association(
                title,
                Name=document,
                ScheduleExpression=schedule,
                Targets=[ssm.Targets(Key="tag:PatchGroup", Values=[Sub(PATCH_GROUP)])],
                **({"Parameters": parameters} if parameters else {}),
                ComplianceSeverity="HIGH",
                MaxConcurrency="50%",
                MaxErrors="50%",
                Metadata=context(why, mutable="free-to-tune"),
            )
        )


def patch_document(template: Template, role: iam.Role) -> ssm.Document:
    """Add the automation that installs patches on one fleet, an instance at a time, and lets go of it in any case."""
    return template.add_resource(
        ssm.Document(
            "PatchDocument",
            Name=Sub("${Project}-${Environment}-patch"),
            DocumentType="Automation",
            DocumentFormat="JSON",
            UpdateMethod="NewVersion",
            Content={
                "schemaVersion": "0.3",
                "description": "Install patches on a fleet, one instance at a time.",
                "assumeRole": GetAtt(role, "Arn"),
                "parameters": {"Fleet": {"type": "String", "description": "Name of the Auto Scaling group."}},
                "mainSteps": [_hold(), _install(), _let_go()],
            },
            Tags=name_tag(template, "patch"),
            Metadata=context(
                "Patching in place inside an Auto Scaling group, which would replace what restarts.",
                must=("One instance at a time.", "Resume the group's processes whatever happens."),
                mutable="review-required",
            ),
        )
    )


def _hold() -> dict[str, Any]:
    inputs = {"Service": "autoscaling", "Api": "SuspendProcesses", **_processes()}
    return {"name": "Hold", "action": "aws:executeAwsApi", "onFailure": "Abort", "inputs": inputs}


def _let_go() -> dict[str, Any]:
    inputs = {"Service": "autoscaling", "Api": "ResumeProcesses", **_processes()}
    return {"name": "LetGo", "action": "aws:executeAwsApi", "isEnd": True, "inputs": inputs}


def _processes() -> dict[str, Any]:
    return {"AutoScalingGroupName": "{{ Fleet }}", "ScalingProcesses": HELD}


def _install() -> dict[str, Any]:
    return {
        "name": "Install",
        "action": "aws:runCommand",
        "timeoutSeconds": LONGEST_SECONDS,
        "onFailure": "step:LetGo",
        "onCancel": "step:LetGo",
        "inputs": {
            "DocumentName": "AWS-RunPatchBaseline",
            "Parameters": {"Operation": ["Install"], "RebootOption": ["RebootIfNeeded"]},
            "Targets": [{"Key": "tag:aws:autoscaling:groupName", "Values": ["{{ Fleet }}"]}],
            "MaxConcurrency": "1",
            "MaxErrors": "0",
        },
    }


def patch_role(template: Template, fleets: Mapping[str, AWSHelperFn]) -> iam.Role:
    """Add the role of the automation: it patches these fleets and holds their groups."""
    groups = [
        Sub("arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*"
            ":autoScalingGroupName/${Group}", Group=group)
        for group in fleets.values()
    ]  # fmt: skip
    of_fleets = StringEquals({"ssm:resourceTag/PatchGroup": Sub(PATCH_GROUP)})
    statements = [
        allow("HoldsFleets", "autoscaling:ResumeProcesses SuspendProcesses", *groups),
        allow("Patches", "ssm:SendCommand", "arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunPatchBaseline"),
        allow(
            "OnFleets",
            "ssm:SendCommand",
            "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*",
            when=[of_fleets],
        ),
        allow("Looks", "ssm:DescribeInstanceInformation ListCommandInvocations ListCommands", ANYTHING),
    ]
    return automation_role(template, "Patch", statements, "Patches the fleets and nothing else.")


def automation_role(template: Template, prefix: str, statements: list[Statement], why: str) -> iam.Role:
    """Add a role that only automations of this account and region assume, with its policy."""
    executions = Sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:automation-execution/*")
    policy = iam.ManagedPolicy(
        f"{prefix}Policy",
        Description=why,
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
        Metadata=context(why, mutable="review-required"),
    )
    suppress(
        policy,
        "Instances come and go and are named by their tags; what only looks knows no resource.",
        checkov=("CKV_AWS_111",),
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(
        iam.Role(
            f"{prefix}Role",
            AssumeRolePolicyDocument=trust_service(
                "ssm.amazonaws.com",
                StringEquals({"aws:SourceAccount": AccountId}),
                ArnLike({"aws:SourceArn": executions}),
            ),
            ManagedPolicyArns=[Ref(template.add_resource(policy))],
            Metadata=context(why, must=("Only Systems Manager's automations may assume it.",)),
        )
    )


def maintenance_window(
    template: Template, document: ssm.Document, role: iam.Role, schedule: AWSHelperFn, fleets: Mapping[str, AWSHelperFn]
) -> None:
    """Add the weekly window, with a task per fleet; the fleets follow each other."""
    starter = _starter(template, document, role)
    window = template.add_resource(
        ssm.MaintenanceWindow(
            "PatchWindow",
            Name=Sub("${Project}-${Environment}-patch"),
            AllowUnassociatedTargets=True,
            Schedule=schedule,
            ScheduleTimezone="Etc/UTC",
            Duration=WINDOW_HOURS,
            Cutoff=CUTOFF_HOURS,
            Tags=name_tag(template, "patch"),
            Metadata=context("When instances may restart.", mutable="free-to-tune"),
        )
    )
    for priority, (prefix, group) in enumerate(fleets.items(), start=1):
        automation = ssm.MaintenanceWindowAutomationParameters(
            DocumentVersion="$DEFAULT", Parameters={"Fleet": [group]}
        )
        template.add_resource(
            ssm.MaintenanceWindowTask(
                f"{prefix}Patching",
                WindowId=Ref(window),
                TaskType="AUTOMATION",
                TaskArn=Ref(document),
                Priority=priority,
                ServiceRoleArn=GetAtt(starter, "Arn"),
                TaskInvocationParameters=ssm.TaskInvocationParameters(MaintenanceWindowAutomationParameters=automation),
                Metadata=context(f"Patches the {prefix.lower()} fleet."),
            )
        )


def _starter(template: Template, document: ssm.Document, role: iam.Role) -> iam.Role:
    statements = [
        start("StartsPatching", f"${{{document.title}}}"),
        allow(
            "HandsRole",
            "iam:PassRole",
            GetAtt(role, "Arn"),
            when=[StringEquals({"iam:PassedToService": "ssm.amazonaws.com"})],
        ),
    ]
    policy = iam.ManagedPolicy(
        "PatchWindowPolicy",
        Description="Start the automation that patches.",
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
        Metadata=context("One automation.", mutable="review-required"),
    )
    suppress(
        policy,
        "One automation in any version, and its executions, which have no names before.",
        nag=("AwsSolutions-IAM5",),
    )
    role = iam.Role(
        "PatchWindowRole",
        AssumeRolePolicyDocument=trust_service("ssm.amazonaws.com"),
        ManagedPolicyArns=[Ref(template.add_resource(policy))],
        Metadata=context("Maintenance windows start the patching with it."),
    )
    suppress(
        role,
        "AWS documents no source for maintenance windows: who may pass the role to one decides, and nobody may.",
        lint=("E9190",),
    )
    return template.add_resource(role)
