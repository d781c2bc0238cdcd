"""Replication of a bucket to the geography's other region: under that region's key, and no further."""

from __future__ import annotations

from awacs import kms as kms_actions
from awacs import s3 as actions
from awacs.aws import Allow, Condition, ForAnyValueStringEquals, PolicyDocument, Statement, StringEquals
from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, iam, s3

from .. import names
from .metadata import context, suppress
from .standby import REPLICATES, peer_data_key
from .trust import UNBOUND, trust_service

S3_ARN = "arn:${AWS::Partition}:s3:::"

MINUTES = 15
"""What S3 promises with replication time control, and so the most that is lost with a region.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
"""


def replication(role: iam.Role, peer_bucket: str) -> s3.ReplicationConfiguration:
    """Return how a bucket is copied to the bucket of that name in the other region, deletions included.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """
    within = s3.ReplicationTimeValue(Minutes=MINUTES)
    destination = s3.ReplicationConfigurationRulesDestination(
        Bucket=Sub(S3_ARN + peer_bucket),
        EncryptionConfiguration=s3.EncryptionConfiguration(ReplicaKmsKeyID=peer_data_key()),
        Metrics=s3.Metrics(Status="Enabled", EventThreshold=within),
        ReplicationTime=s3.ReplicationTime(Status="Enabled", Time=within),
    )
    encrypted = s3.SseKmsEncryptedObjects(Status="Enabled")
    rule = s3.ReplicationConfigurationRules(
        Id="standby",
        Priority=1,
        Status="Enabled",
        Filter=s3.ReplicationRuleFilter(Prefix=""),
        DeleteMarkerReplication=s3.DeleteMarkerReplication(Status="Enabled"),
        Destination=destination,
        SourceSelectionCriteria=s3.SourceSelectionCriteria(SseKmsEncryptedObjects=encrypted),
    )
    return s3.ReplicationConfiguration(Role=GetAtt(role, "Arn"), Rules=[rule])


def replication_role(template: Template, bucket: str, peer_bucket: str, data_key: AWSHelperFn) -> iam.Role:
    """Add the role that copies between two buckets, given by their names as `Sub` strings."""
    statements = [*_copies(bucket, peer_bucket), *_reencrypts(data_key)]
    policy = iam.ManagedPolicy(
        "ReplicationPolicy",
        Condition=REPLICATES,
        Metadata=context(
            "From this bucket to the other region's, decrypting with one key and encrypting with the other.",
            must=("name the geography's other region and nothing further",),
            mutable="review-required",
        ),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
    )
    suppress(
        policy,
        "All objects of one bucket; the other region's key is named by its alias, because its id is not known here.",
        nag=("AwsSolutions-IAM5",),
    )
    role = iam.Role(
        "ReplicationRole",
        Condition=REPLICATES,
        Metadata=context("S3 copies new objects to the standby with it."),
        AssumeRolePolicyDocument=trust_service("s3.amazonaws.com"),
        ManagedPolicyArns=[Ref(template.add_resource(policy))],
    )
    suppress(role, UNBOUND, lint=("E9190",))
    return template.add_resource(role)


def _copies(bucket: str, peer_bucket: str) -> tuple[Statement, ...]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html."""
    look = (actions.GetReplicationConfiguration, actions.ListBucket)
    read = (
        actions.GetObjectVersionAcl,
        actions.GetObjectVersionForReplication,
        actions.GetObjectVersionTagging,
    )
    write = (actions.ReplicateDelete, actions.ReplicateObject, actions.ReplicateTags)
    return (
        Statement(Sid="LooksAtSource", Effect=Allow, Action=[*look], Resource=[Sub(S3_ARN + bucket)]),
        Statement(Sid="ReadsSource", Effect=Allow, Action=[*read], Resource=[Sub(S3_ARN + bucket + "/*")]),
        Statement(Sid="WritesReplica", Effect=Allow, Action=[*write], Resource=[Sub(S3_ARN + peer_bucket + "/*")]),
    )


def _reencrypts(data_key: AWSHelperFn) -> tuple[Statement, ...]:
    """An IAM policy cannot name a key by its alias, so the condition does."""
    alias = Sub(names.data_key_alias("${Project}", "${Environment}"))
    here, there = Sub("s3.${AWS::Region}.amazonaws.com"), Sub("s3.${PeerRegion}.amazonaws.com")
    return (
        Statement(
            Sid="Decrypts",
            Effect=Allow,
            Action=[kms_actions.Decrypt],
            Resource=[data_key],
            Condition=Condition(StringEquals({"kms:ViaService": here})),
        ),
        Statement(
            Sid="EncryptsReplica",
            Effect=Allow,
            Action=[kms_actions.Encrypt, kms_actions.GenerateDataKey],
            Resource=[Sub("arn:${AWS::Partition}:kms:${PeerRegion}:${AWS::AccountId}:key/*")],
            Condition=Condition(
                [StringEquals({"kms:ViaService": there}), ForAnyValueStringEquals({"kms:ResourceAliases": alias})]
            ),
        ),
    )
