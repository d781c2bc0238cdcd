from __future__ import annotations

import pytest

from cfngen.rules.encryption_at_rest import EncryptionAtRestRule

GOOD = """\
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {StorageEncrypted: true, KmsKeyId: !Ref Key}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        BlockDeviceMappings: [{DeviceName: /dev/sda1, Ebs: {Encrypted: true}}]
  Documents:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !Ref Key}
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
  LogsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: logging.s3.amazonaws.com}, Action: s3:PutObject}]
  Group: {Type: AWS::Logs::LogGroup, Properties: {KmsKeyId: !Ref Key}}
  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  Queue: {Type: AWS::SQS::Queue, Properties: {SqsManagedSseEnabled: true}}
"""


def test_what_is_encrypted_is_accepted(matches):
    assert matches(EncryptionAtRestRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "StorageEncrypted: true",
            "StorageEncrypted: false",
            "Resources.Database.Properties.StorageEncrypted",
            "StorageEncrypted must be true",
            id="an unencrypted database",
        ),
        pytest.param(
            "StorageEncrypted: true, KmsKeyId: !Ref Key",
            "StorageEncrypted: true",
            "Resources.Database.Properties",
            "KmsKeyId must name a KMS key",
            id="a database without a key of ours",
        ),
        pytest.param(
            "SSEAlgorithm: aws:kms, KMSMasterKeyID: !Ref Key",
            "SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/aws/s3",
            "Resources.Documents.Properties.BucketEncryption.ServerSideEncryptionConfiguration.0"
            ".ServerSideEncryptionByDefault",
            "KMSMasterKeyID must name a KMS key",
            id="a bucket under AWS's own key",
        ),
        pytest.param(
            "Ebs: {Encrypted: true}",
            "Ebs: {}",
            "Resources.Template.Properties.LaunchTemplateData.BlockDeviceMappings.0.Ebs",
            "Encrypted must be true",
            id="an unencrypted volume",
        ),
        pytest.param(
            "        BlockDeviceMappings: [{DeviceName: /dev/sda1, Ebs: {Encrypted: true}}]",
            "        ImageId: ami-1",
            "Resources.Template.Properties.LaunchTemplateData",
            "Encrypted must be true",
            id="a launch template without volumes",
        ),
        pytest.param(
            "SSEAlgorithm: aws:kms",
            "SSEAlgorithm: AES256",
            "Resources.Documents.Properties.BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm",
            "must be aws:kms",
            id="documents under S3's own key",
        ),
        pytest.param(
            "Group: {Type: AWS::Logs::LogGroup, Properties: {KmsKeyId: !Ref Key}}",
            "Group: {Type: AWS::Logs::LogGroup}",
            "Resources.Group",
            "KmsKeyId",
            id="a log group in the clear",
        ),
        pytest.param(
            "KmsMasterKeyId: !Ref Key",
            "KmsMasterKeyId: alias/aws/sns",
            "Resources.Topic.Properties.KmsMasterKeyId",
            "KMS key",
            id="a topic under the key that alarms cannot use",
        ),
        pytest.param(
            "SqsManagedSseEnabled: true",
            "SqsManagedSseEnabled: false",
            "Resources.Queue.Properties",
            "SqsManagedSseEnabled",
            id="a queue in the clear",
        ),
        pytest.param(
            "StorageEncrypted: true",
            "StorageEncrypted: !If [Production, true, false]",
            "Resources.Database.Properties.StorageEncrypted.Fn::If.2",
            "must be true",
            id="a database encrypted under a condition only",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(EncryptionAtRestRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]


def test_a_bucket_that_answers_the_judge_may_use_keys_of_s3(matches):
    text = """\
Resources:
  Templates:
    Type: AWS::S3::Bucket
    Metadata:
      cdk_nag: {rules_to_suppress: [{id: HIPAA.Security-S3DefaultEncryptionKMS, reason: no patient data in here}]}
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
"""
    assert matches(EncryptionAtRestRule(), text) == []
    assert matches(EncryptionAtRestRule(), text.replace("AES256", "none"))


RESTORED = """\
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: true
      DBSnapshotIdentifier: !If [IsRestored, !Ref Snapshot, !Ref AWS::NoValue]
      KmsKeyId: !If [IsRestored, !Ref AWS::NoValue, !Ref Key]
"""


def test_a_restored_database_keeps_the_key_of_its_snapshot(matches):
    assert matches(EncryptionAtRestRule(), RESTORED) == []


def test_only_a_restored_database_is_excused_from_a_key(matches):
    text = RESTORED.replace("KmsKeyId: !If [IsRestored", "KmsKeyId: !If [IsSmall")
    ((path, what),) = matches(EncryptionAtRestRule(), text)
    assert path == "Resources.Database.Properties.KmsKeyId.Fn::If.1"
    assert "KMS key" in what


FROM_BACKUP = """\
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      SourceDBInstanceAutomatedBackupsArn: !If [FromBackup, !Ref Backup, !Ref AWS::NoValue]
      StorageEncrypted: !If [FromBackup, !Ref AWS::NoValue, true]
      KmsKeyId: !If [FromBackup, !Ref AWS::NoValue, !Ref Key]
"""


def test_a_database_restored_from_a_replicated_backup_has_encryption_and_key_from_it(matches):
    assert matches(EncryptionAtRestRule(), FROM_BACKUP) == []
    for name in ("StorageEncrypted", "KmsKeyId"):
        text = FROM_BACKUP.replace(f"{name}: !If [FromBackup", f"{name}: !If [IsSmall")
        ((path, _),) = matches(EncryptionAtRestRule(), text)
        assert path == f"Resources.Database.Properties.{name}.Fn::If.1"


def test_of_a_snapshot_a_database_says_that_it_is_encrypted(matches):
    text = RESTORED.replace("StorageEncrypted: true", "StorageEncrypted: !If [IsRestored, !Ref AWS::NoValue, true]")
    ((path, _),) = matches(EncryptionAtRestRule(), text)
    assert path == "Resources.Database.Properties.StorageEncrypted.Fn::If.1"
