from __future__ import annotations

import pytest

from cfngen.rules.database_hardening import DatabaseHardeningRule

from .weakening import weakened

GOOD = """\
Parameters: {Days: {Type: Number, Default: 14, MinValue: 0}}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserSecret: {KmsKeyId: !Ref Key}
      PerformanceInsightsKMSKeyId: !Ref Key
      EnableIAMDatabaseAuthentication: !If [IsPostgres, true, !Ref AWS::NoValue]
      AutomaticBackupReplicationRegion: !If [HasPeer, !Ref PeerRegion, !Ref AWS::NoValue]
      AutomaticBackupReplicationKmsKeyId: !If [HasPeer, !Ref PeerKey, !Ref AWS::NoValue]
      AutomaticBackupReplicationRetentionPeriod: !If [HasPeer, !Ref Days, !Ref AWS::NoValue]
  Group:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      Parameters: !If
        - IsPostgres
        - {ssl_min_protocol_version: TLSv1.2, log_connections: "1"}
        - {rds.tls10: disabled, rds.tls11: disabled}
"""


def test_a_database_that_is_kept_well_is_accepted(matches):
    assert matches(DatabaseHardeningRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{KmsKeyId: !Ref Key}", "{}", "MasterUserSecret.KmsKeyId must name a KMS key"),
        ("PerformanceInsightsKMSKeyId: !Ref Key", "", "PerformanceInsightsKMSKeyId must name"),
        ("!If [IsPostgres, true, !Ref AWS::NoValue]", "false", "EnableIAMDatabaseAuthentication must be true"),
        ("!If [HasPeer, !Ref PeerRegion, !Ref AWS::NoValue]", "!Ref AWS::NoValue", "ReplicationRegion must be given"),
        ("!If [HasPeer, !Ref PeerKey, !Ref AWS::NoValue]", "!Ref AWS::NoValue", "ReplicationKmsKeyId must be given"),
        ("!If [HasPeer, !Ref Days,", "!If [HasPeer, 3,", "RetentionPeriod must be 7 days at least"),
        ("Default: 14", "Default: 1", "RetentionPeriod must be 7 days at least"),
        ("rds.tls11: disabled", "rds.tls11: enabled", "must keep to TLS 1.2 and later"),
        ("ssl_min_protocol_version: TLSv1.2", "ssl_min_protocol_version: TLSv1", "must keep to TLS 1.2"),
        (', log_connections: "1"', "", "log_connections 1"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(DatabaseHardeningRule(), weakened(GOOD, old, new))
    assert message in what
