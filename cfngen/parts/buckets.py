"""Buckets as all of ours are: closed to the public, versioned, retained, TLS only, no ACLs."""

from __future__ import annotations

from typing import Any

from awacs import s3 as actions
from awacs.aws import (
    Action,
    Allow,
    ArnLike,
    Bool,
    Condition,
    Deny,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, AWSHelperFn, Ref, Sub, Template, s3

from ..layer import setting
from .metadata import context, suppress
from .retention import LOG_RETENTION_DAYS
from .tags import name_tag

ANY_OBJECT_ACTION = Action("s3", "*")
S3_LOG_DELIVERY = "logging.s3.amazonaws.com"

DELETED_LOGS_KEPT_DAYS = 90
"""How long a log that somebody deleted or overwrote can still be recovered, as an old version."""

ABORT_UPLOADS_DAYS = 7


def closed_bucket(
    template: Template,
    title: str,
    name: str,
    why: str,
    *,
    must: tuple[str, ...],
    key: AWSHelperFn | None,
    lifecycle: s3.LifecycleConfiguration,
    **more: Any,
) -> s3.Bucket:
    """Add a bucket, encrypted with `key` or, where the service that writes wants it, with S3's own keys.

    `name` is for the tag; `more` are further properties.
    """
    return template.add_resource(
        s3.Bucket(
            title,
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Metadata=context(why, must=must, mutable="must-never-change"),
            BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[_encryption(key)]),
            LifecycleConfiguration=lifecycle,
            OwnershipControls=s3.OwnershipControls(
                Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
            ),
            PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
                BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
            ),
            Tags=name_tag(template, name),
            VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
            **more,
        )
    )


def _encryption(key: AWSHelperFn | None) -> s3.ServerSideEncryptionRule:
    if key is None:
        own = s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
        return s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=own)
    ours = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    return s3.ServerSideEncryptionRule(BucketKeyEnabled=True, ServerSideEncryptionByDefault=ours)


def expiring_logs(template: Template) -> s3.LifecycleConfiguration:
    """Return the lifecycle of a bucket of logs: kept for as long as all logs are."""
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="expire",
                Status="Enabled",
                ExpirationInDays=setting(template, LOG_RETENTION_DAYS),
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=DELETED_LOGS_KEPT_DAYS),
                AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                    DaysAfterInitiation=ABORT_UPLOADS_DAYS
                ),
                Transitions=[
                    s3.LifecycleRuleTransition(StorageClass="INTELLIGENT_TIERING", TransitionInDays=0),
                ],
            )
        ]
    )


def access_logs_bucket(template: Template) -> tuple[s3.Bucket, s3.BucketPolicy]:
    """Add the bucket that receives the access logs of the others of its account and region, and its policy."""
    bucket = closed_bucket(
        template,
        "AccessLogsBucket",
        "s3-access-logs",
        "Who read or wrote which object, of every bucket in the region; S3 delivers to SSE-S3 only.",
        must=("keep SSE-S3", "stay closed to the public"),
        key=None,
        lifecycle=expiring_logs(template),
    )
    explain_delivered_logs(bucket)
    suppress(
        bucket,
        "This bucket receives the access logs of all others; logging it into itself would never end.",
        checkov=("CKV_AWS_18",),
    )
    return bucket, bucket_policy(template, bucket, _server_access_logging(bucket))


def explain_delivered_logs(bucket: s3.Bucket) -> None:
    """Say why a bucket of delivered logs has S3's own keys and no replica."""
    suppress(
        bucket,
        "Log delivery by Elastic Load Balancing and S3 supports no other default encryption than SSE-S3.",
        nag=("HIPAA.Security-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
    )
    explain_no_replica(bucket)


def explain_no_replica(bucket: s3.Bucket) -> None:
    """Say why a bucket of logs is in one region only."""
    suppress(
        bucket,
        "Logs stay in their region and geography; versions and retention protect them against deletion.",
        nag=("HIPAA.Security-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
    )


def bucket_policy(template: Template, bucket: s3.Bucket, *statements: Statement | AWSHelperFn) -> s3.BucketPolicy:
    """Add the policy of a bucket: TLS only, and `statements`."""
    # A plain dictionary, because a PolicyDocument of awacs refuses a statement behind a condition.
    document = {"Version": "2012-10-17", "Statement": [_tls_only(bucket), *statements]}
    return template.add_resource(s3.BucketPolicy(f"{bucket.title}Policy", Bucket=Ref(bucket), PolicyDocument=document))


def bucket_arn(bucket: s3.Bucket, below: str = "") -> Sub:
    """Return the ARN of a bucket, or of objects in it: `/*` for all."""
    return Sub("arn:${AWS::Partition}:s3:::${" + bucket.title + "}" + below)


def _tls_only(bucket: s3.Bucket) -> Statement:
    return Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[ANY_OBJECT_ACTION],
        Resource=[bucket_arn(bucket), bucket_arn(bucket, "/*")],
        Condition=Condition(Bool({"aws:SecureTransport": False})),
    )


def _server_access_logging(bucket: s3.Bucket) -> Statement:
    """Admit S3's log delivery for this account's buckets: their names are AWS's choice, hence the star."""
    return Statement(
        Sid="ServerAccessLogs",
        Effect=Allow,
        Principal=Principal("Service", S3_LOG_DELIVERY),
        Action=[actions.PutObject],
        Resource=[bucket_arn(bucket, "/*")],
        Condition=Condition(
            [
                ArnLike({"aws:SourceArn": Sub("arn:${AWS::Partition}:s3:::*")}),
                StringEquals({"aws:SourceAccount": AccountId}),
            ]
        ),
    )
