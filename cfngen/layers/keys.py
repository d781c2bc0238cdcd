"""The region's customer managed keys: data, logs, volumes and topics.

A key per kind of reader, so that a service which may decrypt one kind of thing can decrypt no other.
Whoever else may use a key is decided by IAM policies of this account, to which each key delegates.
"""

from __future__ import annotations

from awacs import kms as actions
from awacs.aws import (
    Action,
    Allow,
    ArnEquals,
    ArnLike,
    AWSPrincipal,
    Bool,
    Condition,
    ConditionElement,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, GetAtt, Ref, Sub, Template, kms

from .. import facts
from ..layer import Wire, give, setting
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag

DATA_KEY_ARN = Wire("DataKeyArn", "String", "Key of databases, their secrets and stored documents.")
LOGS_KEY_ARN = Wire("LogsKeyArn", "String", "Key of CloudWatch log groups.")
VOLUME_KEY_ARN = Wire("VolumeKeyArn", "String", "Key of instance volumes; Auto Scaling may use it.")
TOPIC_KEY_ARN = Wire("TopicKeyArn", "String", "Key of SNS topics; CloudWatch alarms may publish through it.")

EVERYTHING = Action("kms", "*")
USE = (
    actions.Decrypt,
    actions.DescribeKey,
    actions.Encrypt,
    Action("kms", "GenerateDataKey*"),
    Action("kms", "ReEncrypt*"),
)
PUBLISH = (actions.Decrypt, Action("kms", "GenerateDataKey*"))

AUTO_SCALING_ROLE = (
    "arn:${AWS::Partition}:iam::${AWS::AccountId}:role"
    "/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
)


def build(template: Template) -> None:
    """Add a rotated key and its alias for each kind of thing that is encrypted."""
    data = _key(template, "Data", "Databases, their secrets and stored documents: patient data.")
    logs = _key(template, "Logs", "Log groups of CloudWatch, which encrypts each as itself.", _log_groups())
    volumes = _key(template, "Volume", "Volumes of the fleets' instances.", _auto_scaling(), _auto_scaling_grants())
    topics = _key(template, "Topic", "Topics of alarms, which vanish silently without this.", _alarms())
    _accept_role_by_condition(volumes)
    give(template, DATA_KEY_ARN, GetAtt(data, "Arn"))
    give(template, LOGS_KEY_ARN, GetAtt(logs, "Arn"))
    give(template, VOLUME_KEY_ARN, GetAtt(volumes, "Arn"))
    give(template, TOPIC_KEY_ARN, GetAtt(topics, "Arn"))


def _key(template: Template, kind: str, why: str, *users: Statement) -> kms.Key:
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    name = f"{kind.lower()}-key"
    key = template.add_resource(
        kms.Key(
            f"{kind}Key",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(why, must=("rotate every year", "outlive what it encrypts"), mutable="must-never-change"),
            Description=Sub("${Project} ${Environment}: " + why),
            EnableKeyRotation=True,
            KeyPolicy=PolicyDocument(Version="2012-10-17", Statement=[_this_account(), *users]),
            PendingWindowInDays=30,
            Tags=name_tag(template, name),
        )
    )
    template.add_resource(
        kms.Alias(
            f"{kind}KeyAlias",
            Metadata=context("A person finds the key by this name; nothing in the templates refers to it."),
            AliasName=Sub("alias/${Project}-${Environment}-" + name),
            TargetKeyId=Ref(key),
        )
    )
    return key


def _this_account() -> Statement:
    """Let IAM policies of this account decide, as AWS advises: a key without this can become unmanageable."""
    return Statement(
        Sid="IamDecides",
        Effect=Allow,
        Principal=AWSPrincipal(Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        Action=[EVERYTHING],
        Resource=["*"],
    )


def _log_groups() -> Statement:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html."""
    context_key = "kms:EncryptionContext:aws:logs:arn"
    log_groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    return Statement(
        Sid="LogGroupsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.amazonaws.com")),
        Action=[*USE],
        Resource=["*"],
        Condition=Condition(ArnLike({context_key: log_groups})),
    )


def _auto_scaling() -> Statement:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html."""
    return Statement(
        Sid="AutoScalingUses",
        Effect=Allow,
        Principal=Principal("AWS", "*"),
        Action=[*USE],
        Resource=["*"],
        Condition=Condition(_is_auto_scaling()),
    )


def _auto_scaling_grants() -> Statement:
    return Statement(
        Sid="AutoScalingGrantsToVolumes",
        Effect=Allow,
        Principal=Principal("AWS", "*"),
        Action=[actions.CreateGrant],
        Resource=["*"],
        Condition=Condition([*_is_auto_scaling(), Bool({"kms:GrantIsForAWSResource": True})]),
    )


def _is_auto_scaling() -> list[ConditionElement]:
    """Name the service-linked role by condition: as a principal it would have to exist already.

    A new account has it only after its first Auto Scaling group, which the service bundle makes.
    """
    return [
        StringEquals({"kms:CallerAccount": AccountId}),
        ArnEquals({"aws:PrincipalArn": Sub(AUTO_SCALING_ROLE)}),
    ]


def _accept_role_by_condition(key: kms.Key) -> None:
    suppress(
        key,
        "Both statements are conditioned on one role of this account, Auto Scaling's service-linked role; "
        "as a literal principal it would have to exist before the key, which on a new account it does not.",
        checkov=("CKV_AWS_33",),
    )


def _alarms() -> Statement:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html."""
    return Statement(
        Sid="AlarmsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[*PUBLISH],
        Resource=["*"],
        Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
    )
