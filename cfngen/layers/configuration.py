"""The record of every resource's configuration, and the rules that judge it.

AWS Config records all types, what is global in the account's home region alone, and delivers to a bucket of its own
without Object Lock, which Config refuses. One recorder and one channel exist per account and region: where an
organization has them already, ManageConfig is false.
"""

from __future__ import annotations

from awacs import kms as kms_actions
from awacs import s3 as s3_actions
from awacs.aws import Action, Allow, Condition, Principal, Statement, StringEquals
from troposphere import AccountId, And, Equals, GetAtt, If, Parameter, Ref, Region, Sub, Template, config, kms, s3
from troposphere import Condition as Holds

from .. import facts
from ..layer import Classification, Wire, give, setting
from ..parts import buckets, config_rules, key_users
from ..parts.keys import customer_key
from ..parts.metadata import context

CLASSIFICATION = Classification.AUDIT

DETECTION_KEY_ARN = Wire("DetectionKeyArn", "String", "Key of what the bundle detection records and logs.")

MANAGE_CONFIG = Parameter(
    "ManageConfig",
    Type="String",
    Default="true",
    AllowedValues=["true", "false"],
    Description="Whether AWS Config is ours; false where an organization has a recorder in the account already.",
)

WHY_KEY = "What is recorded names everything there is to attack."
MANAGES_CONFIG = "ManagesConfig"
IS_HOME = "IsHome"
JUDGES_GLOBAL_TYPES = "JudgesGlobalTypes"

SERVICE = "config.amazonaws.com"
SERVICE_ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/config.amazonaws.com"
RECORDER_ROLE = f"{SERVICE_ROLE}/AWSServiceRoleForConfig"
"""Config's service-linked role, which AWS's control Config.1 asks for; the layer `service_linked_roles` makes it."""


def build(template: Template) -> None:
    """Add recorder, channel and rules, the bucket that they deliver to and its key."""
    _conditions(template)
    key = customer_key(template, "Detection", WHY_KEY, _config_uses(), key_users.log_groups())
    bucket, policy = _bucket(template, key)
    recorder = _recorder(template, policy)
    channel = _channel(template, bucket, policy, key)
    recording = (recorder.title, channel.title)
    config_rules.managed_rules(template, config_rules.RULES, after=recording, when=MANAGES_CONFIG)
    config_rules.managed_rules(template, config_rules.GLOBAL_RULES, after=recording, when=JUDGES_GLOBAL_TYPES)
    give(template, DETECTION_KEY_ARN, GetAtt(key, "Arn"))
    for resource in template.resources.values():
        if "Condition" not in resource.resource and not isinstance(resource, kms.Key | kms.Alias):
            resource.Condition = MANAGES_CONFIG


def _conditions(template: Template) -> None:
    template.add_condition(MANAGES_CONFIG, Equals(setting(template, MANAGE_CONFIG), "true"))
    template.add_condition(IS_HOME, Equals(setting(template, facts.HOME_REGION), Region))
    template.add_condition(JUDGES_GLOBAL_TYPES, And(Holds(MANAGES_CONFIG), Holds(IS_HOME)))


def _config_uses() -> Statement:
    return Statement(
        Sid="ConfigOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", SERVICE),
        Action=[kms_actions.Decrypt, Action("kms", "GenerateDataKey*")],
        Resource=["*"],
        Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
    )


def _bucket(template: Template, key: kms.Key) -> tuple[s3.Bucket, s3.BucketPolicy]:
    access_logs, admits_logs = buckets.access_logs_bucket(template)
    bucket = buckets.closed_bucket(
        template,
        "ConfigurationBucket",
        "configuration",
        "Six years of what every resource looked like; without Object Lock, which Config refuses.",
        must=("have no Object Lock", "stay closed to the public"),
        key=GetAtt(key, "Arn"),
        lifecycle=buckets.expiring_logs(template),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=Ref(access_logs), LogFilePrefix="configuration/"
        ),
    )
    bucket.DependsOn = admits_logs.title
    buckets.explain_no_replica(bucket)
    return bucket, buckets.bucket_policy(template, bucket, *_delivery(bucket))


def _delivery(bucket: s3.Bucket) -> tuple[Statement, Statement]:
    """https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html."""
    account = StringEquals({"aws:SourceAccount": AccountId})
    look = Statement(
        Sid="ConfigLooks",
        Effect=Allow,
        Principal=Principal("Service", SERVICE),
        Action=[s3_actions.GetBucketAcl, s3_actions.ListBucket],
        Resource=[buckets.bucket_arn(bucket)],
        Condition=Condition(account),
    )
    deliver = Statement(
        Sid="ConfigDelivers",
        Effect=Allow,
        Principal=Principal("Service", SERVICE),
        Action=[s3_actions.PutObject],
        Resource=[buckets.bucket_arn(bucket, "/AWSLogs/${AWS::AccountId}/Config/*")],
        Condition=Condition(
            StringEquals({"aws:SourceAccount": AccountId, "s3:x-amz-acl": "bucket-owner-full-control"})
        ),
    )
    return look, deliver


def _recorder(template: Template, policy: s3.BucketPolicy) -> config.ConfigurationRecorder:
    """Add the recorder, beside the channel: CloudFormation starts it as soon as both are there."""
    return template.add_resource(
        config.ConfigurationRecorder(
            "Recorder",
            DependsOn=policy.title,
            Metadata=context(
                "History of every resource, and what rules and Security Hub judge.",
                must=("record all types", "record global types in the home region only"),
                mutable="change-with-constraints",
            ),
            RecordingGroup=config.RecordingGroup(
                AllSupported=True, IncludeGlobalResourceTypes=If(IS_HOME, "true", "false")
            ),
            RecordingMode=config.RecordingMode(RecordingFrequency="CONTINUOUS"),
            RoleARN=Sub(RECORDER_ROLE),
        )
    )


def _channel(template: Template, bucket: s3.Bucket, policy: s3.BucketPolicy, key: kms.Key) -> config.DeliveryChannel:
    return template.add_resource(
        config.DeliveryChannel(
            "DeliveryChannel",
            DependsOn=policy.title,
            Metadata=context("A copy of all that is recorded, out of Config's own reach, every day."),
            ConfigSnapshotDeliveryProperties=config.ConfigSnapshotDeliveryProperties(
                DeliveryFrequency="TwentyFour_Hours"
            ),
            S3BucketName=Ref(bucket),
            S3KmsKeyArn=GetAtt(key, "Arn"),
        )
    )
