"""The account's audit trail: every API call of every region, kept where nobody can change it, and watched.

One multi-region trail with digests, encrypted with a key of its own, goes to a bucket with Object Lock and to a log
group on which the alarms of the CIS benchmark are. Reads and writes of patients' documents are recorded one by one.
"""

from __future__ import annotations

from awacs import s3 as s3_actions
from awacs import sns as sns_actions
from awacs.aws import (
    Allow,
    ArnLike,
    ArnNotLike,
    Bool,
    Condition,
    Deny,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import (
    AccountId,
    AWSHelperFn,
    Equals,
    GetAtt,
    Not,
    Parameter,
    Ref,
    Sub,
    Template,
    kms,
    logs,
    s3,
    sns,
)

from .. import facts, names
from ..layer import Classification, Wire, give, setting
from ..parts import buckets, key_users, trail
from ..parts.keys import customer_key
from ..parts.log_groups import log_group
from ..parts.metadata import context
from ..parts.tags import name_tag
from ..parts.trail import TRAIL_ARN
from ..parts.trail_alarms import trail_alarms

CLASSIFICATION = Classification.AUDIT

AUDIT_KEY_ARN = Wire("AuditKeyArn", "String", "Key of the audit trail, its log group and its topics.")
AUDIT_ARCHIVE = Wire("AuditArchive", "String", "Name of the bucket that the audit trail is archived in.")
AUDIT_LOG_GROUP_ARN = Wire("AuditLogGroupArn", "String", "Log group of the audit trail, with :* at its end.")
AUDIT_TOPIC_ARN = Wire("AuditTopicArn", "String", "Topic of the alarms on the audit trail.")

AUDIT_RETENTION_DAYS = Parameter(
    "AuditRetentionDays",
    Type="Number",
    Default="3653",
    MinValue=2192,
    MaxValue=36500,
    Description="Days that the audit trail is archived and locked; six years (45 CFR 164.316) at least.",
)
AUDIT_LOCK_MODE = Parameter(
    "AuditLockMode",
    Type="String",
    Default="GOVERNANCE",
    AllowedValues=["GOVERNANCE", "COMPLIANCE"],
    Description="COMPLIANCE locks the archive for everybody, AWS included, and can never be undone.",
)
SECURITY_EMAIL = Parameter(
    "SecurityEmail",
    Type="String",
    Default="",
    AllowedPattern=r"|[^@\s,]+@[^@\s,]+\.[^@\s,]+",
    Description="Who is told of alarms by e-mail, once they confirm it; empty for nobody.",
)

COLD_DAYS = 90
"""After so many days nobody searches the archive any more: the log group is quicker, and nearer."""

BREAK_GLASS = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/people/" + names.human_role(
    "${Project}", "${Environment}", "break-glass"
)


def build(template: Template) -> None:
    """Add the trail with everything it writes to, and the alarms on what it records."""
    setting(template, facts.PROJECT)
    setting(template, facts.ENVIRONMENT)
    key = customer_key(
        template,
        "Audit",
        "The audit trail, its log group and its topics.",
        key_users.trail(TRAIL_ARN),
        key_users.log_groups(),
        key_users.alarms(),
    )
    archive, admits_trail = _archive(template, key)
    group = _log_group(template, key)
    deliveries, admits_notices = _deliveries(template, key)
    destination = trail.Destination(archive, group, deliveries)
    trail.trail(template, key, destination).DependsOn = [admits_trail.title, admits_notices.title]
    topic = _alarm_topic(template, key)
    trail_alarms(template, group, topic)
    give(template, AUDIT_KEY_ARN, GetAtt(key, "Arn"))
    give(template, AUDIT_ARCHIVE, Ref(archive))
    give(template, AUDIT_LOG_GROUP_ARN, GetAtt(group, "Arn"))
    give(template, AUDIT_TOPIC_ARN, Ref(topic))


def _archive(template: Template, key: kms.Key) -> tuple[s3.Bucket, s3.BucketPolicy]:
    access_logs, admits_logs = buckets.access_logs_bucket(template)
    days = setting(template, AUDIT_RETENTION_DAYS)
    lock = s3.DefaultRetention(Days=days, Mode=setting(template, AUDIT_LOCK_MODE))
    archive = buckets.closed_bucket(
        template,
        "AuditArchive",
        "audit-archive",
        "What happened in the account, as evidence: nobody deletes or overwrites it before its time.",
        must=("keep Object Lock", "admit CloudTrail for one trail alone", "stay closed to the public"),
        key=GetAtt(key, "Arn"),
        lifecycle=_lifecycle(days),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=Ref(access_logs), LogFilePrefix="audit-archive/"
        ),
        ObjectLockConfiguration=s3.ObjectLockConfiguration(
            ObjectLockEnabled="Enabled", Rule=s3.ObjectLockRule(DefaultRetention=lock)
        ),
        ObjectLockEnabled=True,
    )
    archive.DependsOn = admits_logs.title
    buckets.explain_no_replica(archive)
    policy = buckets.bucket_policy(template, archive, *_archive_statements(archive))
    policy.DeletionPolicy = "RetainExceptOnCreate"  # an archive without it is open to deletion, and closed to its trail
    policy.UpdateReplacePolicy = "Retain"
    return archive, policy


def _lifecycle(days: AWSHelperFn) -> s3.LifecycleConfiguration:
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="expire",
                Status="Enabled",
                ExpirationInDays=days,
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(
                    NoncurrentDays=buckets.DELETED_LOGS_KEPT_DAYS
                ),
                AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                    DaysAfterInitiation=buckets.ABORT_UPLOADS_DAYS
                ),
                Transitions=[s3.LifecycleRuleTransition(StorageClass="GLACIER_IR", TransitionInDays=COLD_DAYS)],
            )
        ]
    )


def _archive_statements(archive: s3.Bucket) -> tuple[Statement, ...]:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html."""
    one_trail = {"aws:SourceArn": Sub(TRAIL_ARN)}
    look = Statement(
        Sid="TrailLooks",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[s3_actions.GetBucketAcl],
        Resource=[buckets.bucket_arn(archive)],
        Condition=Condition(StringEquals(one_trail)),
    )
    write = Statement(
        Sid="TrailWrites",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[s3_actions.PutObject],
        Resource=[buckets.bucket_arn(archive, "/AWSLogs/${AWS::AccountId}/*")],
        Condition=Condition(StringEquals({**one_trail, "s3:x-amz-acl": "bucket-owner-full-control"})),
    )
    keep = Statement(
        Sid="NobodyDeletes",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[
            s3_actions.BypassGovernanceRetention,
            s3_actions.DeleteObject,
            s3_actions.DeleteObjectVersion,
            s3_actions.PutObjectRetention,
        ],
        Resource=[buckets.bucket_arn(archive, "/*")],
        Condition=Condition(ArnNotLike({"aws:PrincipalArn": Sub(BREAK_GLASS)})),
    )
    return look, write, keep


def _log_group(template: Template, key: kms.Key) -> logs.LogGroup:
    why, tags = "Where the trail is searched and watched.", name_tag(template, "audit-trail")
    return log_group(template, "TrailLogGroup", GetAtt(key, "Arn"), why, Tags=tags)


def _deliveries(template: Template, key: kms.Key) -> tuple[sns.Topic, sns.TopicPolicy]:
    topic = _topic(template, key, "TrailTopic", "audit-trail", "Each file that the trail delivers, for programs.")
    publish = Statement(
        Sid="Trail",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[sns_actions.Publish],
        Resource=[Ref(topic)],
        Condition=Condition(StringEquals({"aws:SourceArn": Sub(TRAIL_ARN), "aws:SourceAccount": AccountId})),
    )
    return topic, _topic_policy(template, topic, publish)


def _alarm_topic(template: Template, key: kms.Key) -> sns.Topic:
    topic = _topic(template, key, "AuditTopic", "audit-alarms", "Alarms on the audit trail, for people.")
    alarms = Sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*")
    publish = Statement(
        Sid="Alarms",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[sns_actions.Publish],
        Resource=[Ref(topic)],
        Condition=Condition([ArnLike({"aws:SourceArn": alarms}), StringEquals({"aws:SourceAccount": AccountId})]),
    )
    _topic_policy(template, topic, publish)
    address = setting(template, SECURITY_EMAIL)
    template.add_condition("HasSecurityEmail", Not(Equals(address, "")))
    template.add_resource(
        sns.SubscriptionResource(
            "SecurityEmailSubscription",
            Condition="HasSecurityEmail",
            Metadata=context("Silent until the recipient confirms it.", mutable="free-to-tune"),
            Endpoint=address,
            Protocol="email",
            TopicArn=Ref(topic),
        )
    )
    return topic


def _topic(template: Template, key: kms.Key, title: str, name: str, why: str) -> sns.Topic:
    return template.add_resource(
        sns.Topic(
            title,
            Metadata=context(why, mutable="review-required"),
            KmsMasterKeyId=GetAtt(key, "Arn"),
            Tags=name_tag(template, name),
        )
    )


def _topic_policy(template: Template, topic: sns.Topic, publish: Statement) -> sns.TopicPolicy:
    tls_only = Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[sns_actions.Publish],
        Resource=[Ref(topic)],
        Condition=Condition(Bool({"aws:SecureTransport": False})),
    )
    return template.add_resource(
        sns.TopicPolicy(
            f"{topic.title}Policy",
            Metadata=context("One publisher, over TLS."),
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[tls_only, publish]),
            Topics=[Ref(topic)],
        )
    )
