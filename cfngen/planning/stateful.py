"""Which resources hold what cannot be made again: data, evidence, and the means to read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTEXT = "com.aws.cloudformation.Context"
"""Key of the metadata in which a resource says so itself: `mutable: must-never-change`."""

STATEFUL = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::CloudTrail::EventDataStore",
        "AWS::CloudTrail::Trail",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::EFS::FileSystem",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::GlobalCluster",
        "AWS::Route53::HostedZone",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    }
)
"""Types that hold it, whatever they say of themselves."""


def is_stateful(kind: str, metadata: Mapping[str, Any]) -> bool:
    """Whether the loss of a resource of a type, with this metadata, is a loss of data."""
    context = metadata.get(CONTEXT)
    return kind in STATEFUL or (isinstance(context, Mapping) and context.get("mutable") == "must-never-change")
