from __future__ import annotations

import pytest

from cfngen.rules.copies_in_geography import CopiesInGeographyRule

GOOD = """\
Parameters:
  PeerRegion: {Type: String}
Conditions:
  Replicates: {'Fn::Equals': [a, b]}
Resources:
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanRule:
          - RuleName: daily
            CopyActions:
              Fn::If:
                - Replicates
                - - DestinationBackupVaultArn:
                      Fn::Sub: arn:${AWS::Partition}:backup:${PeerRegion}:${AWS::AccountId}:backup-vault:backups
                - Ref: AWS::NoValue
  Documents:
    Type: AWS::S3::Bucket
    Properties:
      ReplicationConfiguration:
        Rules:
          - Destination:
              Bucket: {'Fn::Sub': 'arn:${AWS::Partition}:s3:::docs-${AWS::AccountId}-${PeerRegion}'}
              EncryptionConfiguration:
                ReplicaKmsKeyID: {'Fn::Sub': 'arn:aws:kms:${PeerRegion}:${AWS::AccountId}:alias/data'}
  Logs: {Type: AWS::S3::Bucket}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      AutomaticBackupReplicationRegion: {'Fn::If': [Replicates, {Ref: PeerRegion}, {Ref: AWS::NoValue}]}
"""


def test_copies_to_the_other_region_of_the_geography_are_accepted(matches):
    assert matches(CopiesInGeographyRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "backup:${PeerRegion}:",
            "backup:eu-west-1:",
            "Resources.Plan.Properties.BackupPlan.BackupPlanRule.0.CopyActions.Fn::If.1.0.DestinationBackupVaultArn",
            "must be in ${PeerRegion}",
            id="a copy of backups elsewhere",
        ),
        pytest.param(
            "${AWS::AccountId}:backup-vault",
            "999999999999:backup-vault",
            "Resources.Plan.Properties.BackupPlan.BackupPlanRule.0.CopyActions.Fn::If.1.0.DestinationBackupVaultArn",
            "in this account",
            id="a copy of backups for another account",
        ),
        pytest.param(
            "docs-${AWS::AccountId}-${PeerRegion}",
            "docs-elsewhere",
            "Resources.Documents.Properties.ReplicationConfiguration.Rules.0.Destination.Bucket",
            "must be in ${PeerRegion}",
            id="documents elsewhere",
        ),
        pytest.param(
            "              EncryptionConfiguration:",
            '              Account: "999999999999"\n              EncryptionConfiguration:',
            "Resources.Documents.Properties.ReplicationConfiguration.Rules.0.Destination.Account",
            "out of the geography or the account",
            id="documents for another account",
        ),
        pytest.param(
            "arn:aws:kms:${PeerRegion}",
            "arn:aws:kms:eu-west-1",
            "Resources.Documents.Properties.ReplicationConfiguration.Rules.0.Destination.EncryptionConfiguration"
            ".ReplicaKmsKeyID",
            "must be in ${PeerRegion}",
            id="a key elsewhere",
        ),
        pytest.param(
            "{Ref: PeerRegion}, {Ref: AWS::NoValue}]",
            "eu-west-1, {Ref: AWS::NoValue}]",
            "Resources.Database.Properties.AutomaticBackupReplicationRegion.Fn::If.1",
            "must be in ${PeerRegion}",
            id="the database's backups elsewhere",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(CopiesInGeographyRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]


def test_a_secret_with_replicas_is_found(matches):
    secret = "Resources: {Secret: {Type: AWS::SecretsManager::Secret, Properties: {ReplicaRegions: [{Region: x}]}}}"
    assert len(matches(CopiesInGeographyRule(), secret)) == 1
