"""The region's customer managed keys: data, logs, volumes, topics and operations.

A key per kind of reader, so that a service which may decrypt one kind of thing can decrypt no other.
Whoever else may use a key is decided by IAM policies of this account, to which each key delegates.
"""

from __future__ import annotations

from awacs import kms as actions
from awacs.aws import (
    Allow,
    ArnEquals,
    Bool,
    Condition,
    ConditionElement,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, GetAtt, Sub, Template, kms

from ..layer import Wire, give
from ..parts import key_users
from ..parts.keys import customer_key
from ..parts.metadata import suppress

DATA_KEY_ARN = Wire("DataKeyArn", "String", "Key of databases, their secrets and stored documents.")
LOGS_KEY_ARN = Wire("LogsKeyArn", "String", "Key of CloudWatch log groups.")
VOLUME_KEY_ARN = Wire("VolumeKeyArn", "String", "Key of instance volumes; Auto Scaling may use it.")
TOPIC_KEY_ARN = Wire("TopicKeyArn", "String", "Key of SNS topics; CloudWatch alarms may publish through it.")
OPERATIONS_KEY_ARN = Wire("OperationsKeyArn", "String", "Key of releases, and of people's sessions on instances.")

AUTO_SCALING_ROLE = (
    "arn:${AWS::Partition}:iam::${AWS::AccountId}:role"
    "/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
)


def build(template: Template) -> None:
    """Add a rotated key and its alias for each kind of thing that is encrypted."""
    data = customer_key(template, "Data", "Databases, their secrets and stored documents: patient data.")
    logs = customer_key(
        template, "Logs", "Log groups of CloudWatch, which encrypts each as itself.", key_users.log_groups()
    )
    volumes = customer_key(
        template, "Volume", "Volumes of the fleets' instances.", _auto_scaling(), _auto_scaling_grants()
    )
    topics = customer_key(
        template, "Topic", "Topics of alarms, which vanish silently without this.", key_users.alarms()
    )
    operations = customer_key(template, "Operations", "Releases for the fleets, and people's sessions on them.")
    _accept_role_by_condition(volumes)
    give(template, DATA_KEY_ARN, GetAtt(data, "Arn"))
    give(template, LOGS_KEY_ARN, GetAtt(logs, "Arn"))
    give(template, VOLUME_KEY_ARN, GetAtt(volumes, "Arn"))
    give(template, TOPIC_KEY_ARN, GetAtt(topics, "Arn"))
    give(template, OPERATIONS_KEY_ARN, GetAtt(operations, "Arn"))


def _auto_scaling() -> Statement:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html."""
    return Statement(
        Sid="AutoScalingUses",
        Effect=Allow,
        Principal=Principal("AWS", "*"),
        Action=[*key_users.USE],
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
