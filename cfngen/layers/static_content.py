"""The bucket of what is the same for everybody: scripts, styles and pictures, which CloudFront serves and caches.

It is closed to the public: distributions of this account alone read it. Nothing of patients belongs here: it is one
bucket for all geographies, and whoever knows a name may fetch the file.
"""

from __future__ import annotations

from awacs.aws import Allow, ArnLike, Condition, Principal, Statement
from awacs.s3 import GetObject
from troposphere import GetAtt, Ref, Sub, Template, s3

from ..layer import Wire, give
from ..parts import buckets
from ..parts.metadata import suppress

STATIC_BUCKET = Wire("StaticBucket", "String", "Bucket of static content.")
STATIC_BUCKET_DOMAIN = Wire("StaticBucketDomain", "String", "Regional domain name of the bucket of static content.")

OLD_VERSIONS_DAYS = 90


def build(template: Template) -> None:
    """Add the bucket, and the one for its access logs."""
    access_logs, admits_logs = buckets.access_logs_bucket(template)
    bucket = _bucket(template, access_logs)
    bucket.DependsOn = admits_logs.title
    buckets.bucket_policy(template, bucket, _distributions(bucket))
    give(template, STATIC_BUCKET, Ref(bucket))
    give(template, STATIC_BUCKET_DOMAIN, GetAtt(bucket, "RegionalDomainName"))


def _bucket(template: Template, access_logs: s3.Bucket) -> s3.Bucket:
    bucket = buckets.closed_bucket(
        template,
        "StaticBucket",
        "static-content",
        "Scripts, styles and pictures of the product, below static/; public by their nature, so with S3's own keys.",
        must=("nothing of patients", "read by the distribution alone"),
        key=None,
        lifecycle=_lifecycle(),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=Ref(access_logs), LogFilePrefix="static-content/"
        ),
    )
    suppress(
        bucket,
        "What is in it is sent to anybody who asks, without a session; a key of ours would protect nothing.",
        nag=("HIPAA.Security-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
        checkov=("CKV_AWS_145",),
    )
    suppress(
        bucket,
        "A release puts the same files there again; CloudFront's caches are everywhere.",
        nag=("HIPAA.Security-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
        checkov=("CKV_AWS_144",),
    )
    return bucket


def _distributions(bucket: s3.Bucket) -> Statement:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html."""
    ours = Sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*")
    return Statement(
        Sid="DistributionsRead",
        Effect=Allow,
        Principal=Principal("Service", "cloudfront.amazonaws.com"),
        Action=[GetObject],
        Resource=[buckets.bucket_arn(bucket, "/*")],
        Condition=Condition(ArnLike({"aws:SourceArn": ours})),
    )


def _lifecycle() -> s3.LifecycleConfiguration:
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="old-versions",
                Status="Enabled",
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=OLD_VERSIONS_DAYS),
                AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                    DaysAfterInitiation=buckets.ABORT_UPLOADS_DAYS
                ),
            )
        ]
    )
