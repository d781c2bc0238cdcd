"""Statements that let AWS's own services use a customer key, each for this account and region alone."""

from __future__ import annotations

from awacs import kms as actions
from awacs.aws import Action, Allow, ArnLike, Condition, Principal, Statement, StringEquals
from troposphere import AccountId, Sub

DATA_KEYS = Action("kms", "GenerateDataKey*")
USE = (actions.Decrypt, actions.DescribeKey, actions.Encrypt, DATA_KEYS, Action("kms", "ReEncrypt*"))


def log_groups() -> Statement:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html."""
    groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    return Statement(
        Sid="LogGroupsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.amazonaws.com")),
        Action=[*USE],
        Resource=["*"],
        Condition=Condition(ArnLike({"kms:EncryptionContext:aws:logs:arn": groups})),
    )


def alarms() -> Statement:
    """Return what alarms need to publish to an encrypted topic; without it they vanish silently.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    return Statement(
        Sid="AlarmsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[actions.Decrypt, DATA_KEYS],
        Resource=["*"],
        Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
    )


def trail(trail_arn: str) -> Statement:
    """Return what CloudTrail needs to encrypt the files of one trail and to publish to its encrypted topic.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    """
    return Statement(
        Sid="OneTrail",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[actions.Decrypt, actions.DescribeKey, DATA_KEYS],
        Resource=["*"],
        Condition=Condition(StringEquals({"aws:SourceArn": Sub(trail_arn)})),
    )
