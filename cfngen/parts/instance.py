"""What an instance may do, and where its logs go: an unnamed role of its own per fleet."""

from __future__ import annotations

from awacs import cloudwatch, ec2messages, ssm, ssmmessages
from awacs import logs as logs_actions
from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals
from troposphere import AWSHelperFn, GetAtt, Ref, Template, iam, logs

from .log_groups import log_group
from .metadata import context, suppress
from .trust import trust_service

AGENT_NAMESPACE = "CWAgent"
"""Namespace of the CloudWatch agent's metrics."""


def fleet_logs(template: Template, prefix: str, key: AWSHelperFn) -> logs.LogGroup:
    """Add the log group of a fleet, encrypted with `key`."""
    return log_group(
        template,
        f"{prefix}Logs",
        key,
        "Access logs outlive the instances and may name patients, so they are encrypted and kept.",
        must=("Encrypted with the region's logs key.",),
    )


def instance_profile(
    template: Template, prefix: str, group: logs.LogGroup, *policies: AWSHelperFn
) -> iam.InstanceProfile:
    """Add the role of a fleet's instances: Systems Manager, the CloudWatch agent, its own log group.

    `policies` are ARNs of what else its tier may do.
    """
    role = template.add_resource(
        iam.Role(
            f"{prefix}InstanceRole",
            AssumeRolePolicyDocument=trust_service("ec2.amazonaws.com"),
            ManagedPolicyArns=[Ref(_policy(template, prefix, group)), *policies],
            Metadata=context(
                "A role for each fleet, so that one that is broken into gains nothing of another's.",
                must=("No access to the database's master secret.", "Only EC2 may assume it."),
                mutable="review-required",
            ),
        )
    )
    return template.add_resource(
        iam.InstanceProfile(
            f"{prefix}InstanceProfile",
            Roles=[Ref(role)],
            Metadata=context("Hands the role to the instances; no access key is ever made for them."),
        )
    )


def _policy(template: Template, prefix: str, group: logs.LogGroup) -> iam.ManagedPolicy:
    statements = [systems_manager(), _metrics(), _logs(group)]
    policy = iam.ManagedPolicy(
        f"{prefix}InstancePolicy",
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
        Metadata=context(
            "Narrower than AmazonSSMManagedInstanceCore, which may read every SSM parameter of the account.",
            must=("No data store of patients.",),
            mutable="review-required",
        ),
    )
    suppress(
        policy,
        "Systems Manager's agent and PutMetricData know no resource, and a log group's streams are its ARN and `:*`.",
        checkov=("CKV_AWS_111",),
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(policy)


def systems_manager() -> Statement:
    """Return what Systems Manager's agent needs."""
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
    agent: list[Action] = [
        ssm.DescribeAssociation,
        ssm.DescribeDocument,
        ssm.GetDeployablePatchSnapshotForInstance,
        ssm.GetDocument,
        ssm.GetManifest,
        ssm.ListAssociations,
        ssm.ListInstanceAssociations,
        ssm.PutComplianceItems,
        ssm.PutConfigurePackageResult,
        ssm.PutInventory,
        ssm.UpdateAssociationStatus,
        ssm.UpdateInstanceAssociationStatus,
        ssm.UpdateInstanceInformation,
        ssmmessages.CreateControlChannel,
        ssmmessages.CreateDataChannel,
        ssmmessages.OpenControlChannel,
        ssmmessages.OpenDataChannel,
        ec2messages.AcknowledgeMessage,
        ec2messages.DeleteMessage,
        ec2messages.FailMessage,
        ec2messages.GetEndpoint,
        ec2messages.GetMessages,
        ec2messages.SendReply,
    ]
    return Statement(Sid="SystemsManager", Effect=Allow, Action=agent, Resource=["*"])


def _metrics() -> Statement:
    return Statement(
        Sid="Metrics",
        Effect=Allow,
        Action=[cloudwatch.PutMetricData],
        Resource=["*"],
        Condition=Condition(StringEquals({"cloudwatch:namespace": AGENT_NAMESPACE})),
    )


def _logs(group: logs.LogGroup) -> Statement:
    write: list[Action] = [
        logs_actions.CreateLogStream,
        logs_actions.DescribeLogStreams,
        logs_actions.PutLogEvents,
    ]
    return Statement(Sid="Logs", Effect=Allow, Action=write, Resource=[GetAtt(group, "Arn")])
