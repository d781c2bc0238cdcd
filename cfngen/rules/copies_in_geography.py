"""E9160: a copy of patient data goes to the geography's other region, and never further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

PEER = "${PeerRegion}"
ACCOUNT = "${AWS::AccountId}"

COPIES: tuple[tuple[str, str], ...] = (
    ("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.*.CopyActions.*.DestinationBackupVaultArn"),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Rules.*.Destination.Bucket"),
    (
        "AWS::S3::Bucket",
        "ReplicationConfiguration.Rules.*.Destination.EncryptionConfiguration.ReplicaKmsKeyID",
    ),
    ("AWS::RDS::DBInstance", "AutomaticBackupReplicationRegion"),
    ("AWS::RDS::DBInstance", "AutomaticBackupReplicationKmsKeyId"),
)
"""Properties that name a place in another region."""

ELSEWHERE = (
    ("AWS::S3::Bucket", "ReplicationConfiguration.Rules.*.Destination.Account"),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Rules.*.Destination.AccessControlTranslation"),
    ("AWS::RDS::DBInstance", "SourceRegion"),
    ("AWS::SecretsManager::Secret", "ReplicaRegions"),
    ("AWS::DynamoDB::GlobalTable", "Replicas"),
    ("AWS::RDS::GlobalCluster", "SourceDBClusterIdentifier"),
    ("AWS::Cognito::UserPoolReplica", "RegionName"),
)
"""Properties that take data to another account, or to regions that no parameter ties to the geography."""


class CopiesInGeographyRule(CloudFormationLintRule):  # type: ignore[misc]
    """What is not there cannot be copied: no copy at all is for other rules to find."""

    id = "E9160"
    shortdesc = "Copies of data stay in the geography and in the account"
    description = (
        "Copies of backups, replicas of buckets and replicated database backups name PeerRegion and no other region, "
        "and this account."
    )
    source_url = "https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity", "residency"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each copy to another place."""
        for kind, keys in COPIES:
            for name, leaf in _values.properties(cfn, keys.split("."), kind):
                if leaf.value is not ABSENT and not _stays(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: {keys} must be in {PEER}, and in this account")
        for kind, keys in ELSEWHERE:
            for name, leaf in _values.properties(cfn, keys.split("."), kind):
                if leaf.value is not ABSENT:
                    yield RuleMatch(leaf.path, f"{name}: {keys} takes data out of the geography or the account")


def _stays(value: Any) -> bool:
    """Whether a place is the peer region, or an ARN or a bucket's name with it and, where it has one, this account."""
    text = _values.text_of(value)
    if text == PEER:
        return True
    return PEER in text and ACCOUNT in text
