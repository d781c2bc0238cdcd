from __future__ import annotations

import pytest

from cfngen.rules.bucket_copies import BucketCopiesRule

from .weakening import weakened

GOOD = """\
Resources:
  Documents:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - {AllowedOrigins: [!Sub "https://${DomainName}"], AllowedMethods: [GET], AllowedHeaders: [content-type]}
      ReplicationConfiguration: !If
        - HasPeer
        - Role: !GetAtt Replicator.Arn
          Rules:
            - Status: Enabled
              Priority: 1
              Filter: {Prefix: ""}
              DeleteMarkerReplication: {Status: Enabled}
              SourceSelectionCriteria: {SseKmsEncryptedObjects: {Status: Enabled}}
              Destination:
                Bucket: !Ref PeerBucket
                EncryptionConfiguration: {ReplicaKmsKeyID: !Ref PeerKey}
                Metrics: {Status: Enabled, EventThreshold: {Minutes: 15}}
                ReplicationTime: {Status: Enabled, Time: {Minutes: 15}}
        - !Ref AWS::NoValue
  Archive:
    Type: AWS::S3::Bucket
    Properties: {ObjectLockEnabled: true}
  ArchivePolicy:
    Type: AWS::S3::BucketPolicy
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: {Bucket: !Ref Archive}
"""


def test_a_bucket_that_is_copied_whole_is_accepted(matches):
    assert matches(BucketCopiesRule(), GOOD) == []


def test_a_bucket_that_no_page_uses_needs_no_copy(matches):
    assert matches(BucketCopiesRule(), "Resources: {Logs: {Type: AWS::S3::Bucket}}") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "- HasPeer\n",
            "- HasPeer\n        - !Ref AWS::NoValue\n        - !Ref AWS::NoValue\n      Tags:\n",
            "peer region",
        ),
        ("Role: !GetAtt Replicator.Arn", "Role: ''", "ReplicationConfiguration.Role must be given"),
        ("- Status: Enabled", "- Status: Disabled", "Rules.Status must be Enabled"),
        ("Priority: 1", "Id: x", "Priority must be given"),
        ('Filter: {Prefix: ""}', "Filter: {Prefix: a/}", "Filter.Prefix must be empty"),
        ("DeleteMarkerReplication: {Status: Enabled}", "", "DeleteMarkerReplication.Status must be"),
        ("{SseKmsEncryptedObjects: {Status: Enabled}}", "{}", "SseKmsEncryptedObjects.Status must be"),
        ("{ReplicaKmsKeyID: !Ref PeerKey}", "{}", "ReplicaKmsKeyID must be"),
        ("ReplicationTime: {Status: Enabled", "ReplicationTime: {Status: Disabled", "ReplicationTime.Status must be"),
        ("DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete", "DeletionPolicy must be Retain"),
        ("UpdateReplacePolicy: Retain", "", "UpdateReplacePolicy must be Retain"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    found = [what for _, what in matches(BucketCopiesRule(), weakened(GOOD, old, new))]
    assert any(message in what for what in found)
