"""The bucket of documents and images that patients and doctors upload, and what the app may do with it.

Encrypted with the data key, versioned, logged, and replicated to the geography's standby, never further. The app tier
gets this bucket and Textract, and nothing else; browsers upload with presigned URLs, past the firewall's size limit.
"""

from __future__ import annotations

from awacs import kms as kms_actions
from awacs import s3 as actions
from awacs import textract
from awacs.aws import (
    Action,
    Allow,
    Condition,
    Deny,
    NumericLessThan,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AWSHelperFn, GetAtt, If, NoValue, Parameter, Ref, Region, Sub, Template, iam, s3

from .. import facts, names
from ..layer import Classification, Wire, give, setting, take
from ..parts import buckets, replication, standby
from ..parts.metadata import context, suppress
from . import keys, logs

CLASSIFICATION = Classification.PHI

DOCUMENTS_BUCKET = Wire("DocumentsBucket", "String", "Name of the bucket of uploaded documents.")
DOCUMENTS_BUCKET_ARN = Wire("DocumentsBucketArn", "String", "ARN of the bucket of uploaded documents.")
DOCUMENTS_POLICY_ARN = Wire(
    "DocumentsPolicyArn", "String", "Policy with which the app tier uses the documents and Textract."
)

OLD_DOCUMENTS_DAYS = Parameter(
    "OldDocumentsDays",
    Type="Number",
    Default="365",
    MinValue=30,
    MaxValue=3653,
    Description="Days that a document which was deleted or overwritten can still be recovered.",
)

NAMED_BY = ("${Project}", "${Environment}", "${AWS::AccountId}")
BUCKET_NAME = names.documents_bucket(*NAMED_BY, "${AWS::Region}", standby.GENERATION)
PEER_BUCKET_NAME = names.documents_bucket(*NAMED_BY, "${PeerRegion}", standby.GENERATION)

USE_OBJECTS = (
    actions.AbortMultipartUpload,
    actions.DeleteObject,
    actions.GetObject,
    actions.GetObjectVersion,
    actions.ListMultipartUploadParts,
    actions.PutObject,
)
"""Deleting leaves the version there: nothing that the app does loses a document."""

READ_TEXT = (
    textract.AnalyzeDocument,
    textract.DetectDocumentText,
    textract.GetDocumentAnalysis,
    textract.GetDocumentTextDetection,
    textract.StartDocumentAnalysis,
    textract.StartDocumentTextDetection,
)


def build(template: Template) -> None:
    """Add the bucket, its replication and the app's policy."""
    standby.add_standby_conditions(template)
    standby.use_store_names(template)
    role = replication.replication_role(template, BUCKET_NAME, PEER_BUCKET_NAME, take(template, keys.DATA_KEY_ARN))
    bucket = _bucket(template, role)
    buckets.bucket_policy(template, bucket, _modern_tls(bucket))
    give(template, DOCUMENTS_BUCKET, Ref(bucket))
    give(template, DOCUMENTS_BUCKET_ARN, GetAtt(bucket, "Arn"))
    give(template, DOCUMENTS_POLICY_ARN, Ref(_app_policy(template, bucket)))


def _bucket(template: Template, role: iam.Role) -> s3.Bucket:
    return buckets.closed_bucket(
        template,
        "DocumentsBucket",
        "documents",
        "Patient data, in the region and under the key of the geography that it belongs to.",
        must=("be encrypted with the data key", "keep versions", "be replicated within the geography only"),
        key=take(template, keys.DATA_KEY_ARN),
        lifecycle=_lifecycle(template),
        BucketName=Sub(BUCKET_NAME),
        CorsConfiguration=_uploads(template),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=take(template, logs.ACCESS_LOGS_BUCKET), LogFilePrefix="documents/"
        ),
        NotificationConfiguration=s3.NotificationConfiguration(
            EventBridgeConfiguration=s3.EventBridgeConfiguration(EventBridgeEnabled=True)
        ),
        ReplicationConfiguration=If(standby.REPLICATES, replication.replication(role, PEER_BUCKET_NAME), NoValue),
    )


def _lifecycle(template: Template) -> s3.LifecycleConfiguration:
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="keep",
                Status="Enabled",
                AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                    DaysAfterInitiation=buckets.ABORT_UPLOADS_DAYS
                ),
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(
                    NoncurrentDays=setting(template, OLD_DOCUMENTS_DAYS)
                ),
                Transitions=[s3.LifecycleRuleTransition(StorageClass="INTELLIGENT_TIERING", TransitionInDays=0)],
            )
        ]
    )


def _uploads(template: Template) -> s3.CorsConfiguration:
    """Let pages of this geography's own hostname, and no others, upload with a presigned URL."""
    for fact in (facts.GEOGRAPHY, facts.DOMAIN_NAME):
        setting(template, fact)
    return s3.CorsConfiguration(
        CorsRules=[
            s3.CorsRules(
                AllowedHeaders=["content-type", "x-amz-*"],
                AllowedMethods=["GET", "PUT"],
                AllowedOrigins=[Sub("https://${Geography}.${DomainName}")],
                ExposedHeaders=["ETag", "x-amz-version-id"],
                MaxAge=3600,
            )
        ]
    )


def _modern_tls(bucket: s3.Bucket) -> Statement:
    return Statement(
        Sid="ModernTlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[buckets.ANY_OBJECT_ACTION],
        Resource=[buckets.bucket_arn(bucket), buckets.bucket_arn(bucket, "/*")],
        Condition=Condition(NumericLessThan({"s3:TlsVersion": "1.2"})),
    )


def _app_policy(template: Template, bucket: s3.Bucket) -> iam.ManagedPolicy:
    policy = iam.ManagedPolicy(
        "DocumentsPolicy",
        Description="Documents and their text, for the app tier.",
        Metadata=context(
            "What the app does with uploads: keep them, and read their text.",
            must=("One bucket, one key, Textract, nothing else.", "No deleting of versions."),
            mutable="review-required",
        ),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=_uses(bucket, take(template, keys.DATA_KEY_ARN))),
    )
    suppress(
        policy,
        "All objects of one bucket; Textract knows no resources, so it is limited to this region.",
        checkov=("CKV_AWS_111",),
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(policy)


def _uses(bucket: s3.Bucket, data_key: AWSHelperFn) -> list[Statement]:
    via = StringEquals({"kms:ViaService": Sub("s3.${AWS::Region}.amazonaws.com")})
    key_use: list[Action] = [kms_actions.Decrypt, kms_actions.GenerateDataKey]
    return [
        Statement(Sid="Finds", Effect=Allow, Action=[actions.ListBucket], Resource=[GetAtt(bucket, "Arn")]),
        Statement(Sid="Keeps", Effect=Allow, Action=[*USE_OBJECTS], Resource=[buckets.bucket_arn(bucket, "/*")]),
        Statement(Sid="Encrypts", Effect=Allow, Action=key_use, Resource=[data_key], Condition=Condition(via)),
        Statement(
            Sid="ReadsText",
            Effect=Allow,
            Action=[*READ_TEXT],
            Resource=["*"],
            Condition=Condition(StringEquals({"aws:RequestedRegion": Region})),
        ),
    ]
