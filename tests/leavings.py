"""What a destruction leaves in an account and region: as it says itself, and as each service says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

LISTS = {
    "AWS::Backup::BackupVault": ("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName"),
    "AWS::Cognito::UserPool": ("cognito-idp", "list_user_pools", "UserPools", "Id"),
    "AWS::KMS::Key": ("kms", "list_keys", "Keys", "KeyId"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "AWS::RDS::DBInstance": ("rds", "describe_db_snapshots", "DBSnapshots", "DBInstanceIdentifier"),
    "AWS::S3::Bucket": ("s3", "list_buckets", "Buckets", "Name"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "list_secrets", "SecretList", "ARN"),
}
"""How each service is asked for what is left in an account and region."""


MORE = {"cognito-idp": {"MaxResults": 60}, "rds": {"SnapshotType": "manual"}}


Found = set[tuple[str, str]]
"""Types and names."""


def left(member: Callable[[str, str, str], Any], account: str, region: str) -> Found:
    """Ask each service; `member` makes a client of a service, region and account."""
    found = set()
    for kind, (service, operation, rows, name) in LISTS.items():
        client = member(service, region, account)
        there = [row[name] for row in getattr(client, operation)(**MORE.get(service, {}))[rows]]
        found |= {(kind, each) for each in there if _is_ours(client, kind, each, region)}
    return found


def _is_ours(client: Any, kind: str, name: str, region: str) -> bool:
    """Whether a key is no key of AWS's, and a bucket is of this region: both are listed with others."""
    if kind == "AWS::KMS::Key":
        return bool(client.describe_key(KeyId=name)["KeyMetadata"]["KeyManager"] == "CUSTOMER")
    if kind == "AWS::S3::Bucket":
        return bool((client.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1") == region)
    return True


def listed_by(said: str) -> dict[tuple[str, str], Found]:
    """Read what `cfngen destroy` lists, by account and region."""
    listed: dict[tuple[str, str], Found] = {}
    for line in said.splitlines():
        if place := re.match(r"  (\d{12})/([a-z0-9-]+) \(", line):
            here = listed.setdefault((place[1], place[2]), set())
        elif found := re.match(r"    \w+/[\w.]+ (AWS::\S+) (?:a last snapshot of )?(\S+)$", line):
            here.add((found[1], found[2]))
    return listed
