"""Alarms on what the audit trail records: a metric filter and an alarm for each item of the CIS benchmark.

The items are 4.1 to 4.15 of "CIS AWS Foundations Benchmark v3.0.0", the patterns those by which AWS judges them:
https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import AWSHelperFn, Ref, Sub, Template, cloudwatch, logs, sns

from .metadata import context
from .tags import name_tag

PERIOD_SECONDS = 300
NAMESPACE = "${Project}-${Environment}/Audit"


@dataclass(frozen=True)
class Watched:
    """Something that a person should hear of: `source` is the item of CIS, or ours."""

    title: str
    source: str
    what: str
    pattern: str


def _events(names: str, service: str = "") -> str:
    """Return the pattern of any of the events named, of one service where it matters."""
    any_of = " || ".join(f"($.eventName = {name})" for name in names.split())
    return f"{{ ($.eventSource = {service}.amazonaws.com) && ({any_of}) }}" if service else f"{{ {any_of} }}"


WATCHED = (
    Watched(
        "UnauthorizedCalls",
        "CIS 4.1",
        "Somebody tries what is not allowed.",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    ),
    Watched(
        "SignInWithoutMfa",
        "CIS 4.2",
        "Somebody signed in to the console without a second factor.",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    Watched(
        "RootUse",
        "CIS 4.3",
        "Somebody acts as the root user, who can do everything.",
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    ),
    Watched(
        "PolicyChange",
        "CIS 4.4",
        "An IAM policy was changed.",
        _events(
            "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy "
            "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy "
            "AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy",
            "iam",
        ),
    ),
    Watched(
        "TrailChange",
        "CIS 4.5",
        "The audit trail was changed or stopped.",
        _events("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    ),
    Watched(
        "FailedSignIn",
        "CIS 4.6",
        "Somebody failed to sign in to the console.",
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    ),
    Watched(
        "KeyLoss",
        "CIS 4.7",
        "A customer key was disabled or is to be deleted, and with it all that it encrypts.",
        _events("DisableKey ScheduleKeyDeletion", "kms"),
    ),
    Watched(
        "BucketPolicyChange",
        "CIS 4.8",
        "Who may reach a bucket, or how long it keeps what it has, was changed.",
        _events(
            "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication "
            "DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
            "s3",
        ),
    ),
    Watched(
        "ConfigChange",
        "CIS 4.9",
        "The record of configurations was changed or stopped.",
        _events(
            "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder", "config"
        ),
    ),
    Watched(
        "SecurityGroupChange",
        "CIS 4.10",
        "A security group was changed.",
        _events(
            "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
            "RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup"
        ),
    ),
    Watched(
        "NetworkAclChange",
        "CIS 4.11",
        "A network ACL was changed.",
        _events(
            "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry "
            "ReplaceNetworkAclAssociation"
        ),
    ),
    Watched(
        "GatewayChange",
        "CIS 4.12",
        "A way in from or out to the internet was changed.",
        _events(
            "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway "
            "DeleteInternetGateway DetachInternetGateway"
        ),
    ),
    Watched(
        "RouteChange",
        "CIS 4.13",
        "A route was changed.",
        _events(
            "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute "
            "DisassociateRouteTable",
            "ec2",
        ),
    ),
    Watched(
        "VpcChange",
        "CIS 4.14",
        "A network or a connection between networks was changed.",
        _events(
            "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection "
            "DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc "
            "DisableVpcClassicLink EnableVpcClassicLink"
        ),
    ),
    Watched(
        "OrganizationChange",
        "CIS 4.15",
        "The organization was changed.",
        _events(
            "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake "
            "DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType "
            "InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy "
            "UpdateOrganizationalUnit",
            "organizations",
        ),
    ),
    Watched(
        "BreakGlassUse",
        "ours",
        "Somebody entered the break-glass role, which is for emergencies alone.",
        '{ ($.eventName = AssumeRole) && ($.requestParameters.roleArn = "*-break-glass") }',
    ),
)


def trail_alarms(template: Template, group: logs.LogGroup, topic: sns.Topic) -> None:
    """Add a metric filter on the trail's log group and an alarm to a topic for each thing that is watched."""
    for watched in WATCHED:
        _alarm(template, watched, _filter(template, watched, group), Ref(topic))


def _filter(template: Template, watched: Watched, group: logs.LogGroup) -> logs.MetricFilter:
    return template.add_resource(
        logs.MetricFilter(
            f"{watched.title}Filter",
            Metadata=context(f"{watched.source}: {watched.what}"),
            FilterPattern=watched.pattern,
            LogGroupName=Ref(group),
            MetricTransformations=[
                logs.MetricTransformation(
                    DefaultValue=0, MetricName=watched.title, MetricNamespace=Sub(NAMESPACE), MetricValue="1"
                )
            ],
        )
    )


def _alarm(template: Template, watched: Watched, counted: logs.MetricFilter, topic: AWSHelperFn) -> cloudwatch.Alarm:
    return template.add_resource(
        cloudwatch.Alarm(
            f"{watched.title}Alarm",
            DependsOn=counted.title,
            Metadata=context(f"{watched.source}: {watched.what} One event is enough.", mutable="review-required"),
            AlarmActions=[topic],
            AlarmDescription=f"{watched.source}: {watched.what}",
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            EvaluationPeriods=1,
            MetricName=watched.title,
            Namespace=Sub(NAMESPACE),
            Period=PERIOD_SECONDS,
            Statistic="Sum",
            Tags=name_tag(template, f"audit-{watched.title}"),
            Threshold=1,
            TreatMissingData="notBreaching",
        )
    )
