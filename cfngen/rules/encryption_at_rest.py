"""E9104: whatever stores data encrypts it, with a key of ours where AWS can use one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import principals, statements
from cfngen.rules._values import ABSENT, Leaf


def given(value: object) -> bool:
    """Whether a property has a value at all."""
    return value is not ABSENT and value not in (None, "")


def own_key(value: object) -> bool:
    """Whether a property names a key, and not the one that AWS shares among all users of a service."""
    return given(value) and not str(value).startswith("alias/aws/")


ON, KEY = "must be true", "must name a KMS key"
DEFAULT = "BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault"
BUCKET = f"{DEFAULT}.SSEAlgorithm"

TABLE: tuple[tuple[str, str, Callable[[Any], bool], str], ...] = (
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.BlockDeviceMappings.*.Ebs.Encrypted", _values.is_true, ON),
    ("AWS::AutoScaling::LaunchConfiguration", "BlockDeviceMappings.*.Ebs.Encrypted", _values.is_true, ON),
    ("AWS::EC2::Volume", "Encrypted", _values.is_true, ON),
    ("AWS::EFS::FileSystem", "Encrypted", _values.is_true, ON),
    ("AWS::Logs::LogGroup", "KmsKeyId", own_key, KEY),
    ("AWS::SNS::Topic", "KmsMasterKeyId", own_key, KEY),
    ("AWS::CloudTrail::Trail", "KMSKeyId", own_key, KEY),
    ("AWS::Backup::BackupVault", "EncryptionKeyArn", own_key, KEY),
    ("AWS::DynamoDB::Table", "SSESpecification.SSEEnabled", _values.is_true, ON),
)

DATABASES = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster")

BACKUP = "SourceDBInstanceAutomatedBackupsArn"
RESTORES = {"StorageEncrypted": (BACKUP,), "KmsKeyId": ("DBSnapshotIdentifier", "SnapshotIdentifier", BACKUP)}
"""What a restored database has a property from: of a snapshot it may still say that it is encrypted, and must.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
"""

DELIVERY = ("logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com")
"""Services that can write to a bucket only if it is encrypted with S3's own keys.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

SSE_S3_EXPLAINED = "S3DefaultEncryptionKMS"
"""A bucket that answers this judge's rule, with a reason, may be encrypted with S3's own keys."""


class EncryptionAtRestRule(CloudFormationLintRule):  # type: ignore[misc]
    """One row per property; a type that is not listed has no such property or no data."""

    id = "E9104"
    shortdesc = "What stores data encrypts it"
    description = (
        "Databases, volumes, buckets, log groups, topics, queues, trails, vaults and tables are encrypted at rest."
    )
    source_url = "https://docs.aws.amazon.com/prescriptive-guidance/latest/encryption-best-practices/welcome.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each property that leaves data in the clear."""
        for kind, keys, accept, message in TABLE:
            yield from _values.require(cfn, kind, keys.split("."), accept, message)
        for name, resource in _values.resources(cfn, *DATABASES):
            yield from _database(cfn, name, resource)
        delivered = _delivery_buckets(cfn)
        for name, resource in _values.resources(cfn, "AWS::S3::Bucket"):
            yield from _bucket(cfn, name, resource, delivered=name in delivered)
        for name, leaf in _values.properties(cfn, (), "AWS::SQS::Queue"):
            queue = leaf.value if isinstance(leaf.value, Mapping) else {}
            if not given(queue.get("KmsMasterKeyId", ABSENT)) and not _values.is_true(
                queue.get("SqsManagedSseEnabled")
            ):
                yield RuleMatch(leaf.path, f"{name}: KmsMasterKeyId or SqsManagedSseEnabled must be set")


def _database(cfn: Template, name: str, resource: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """Want encryption and a key, but for what a restored database has from its source, where RDS refuses another."""
    given = _values.mapping(resource.get("Properties"))
    path = ["Resources", name, "Properties"] if given else ["Resources", name]
    for key, accept, message in (("StorageEncrypted", _values.is_true, ON), ("KmsKeyId", own_key, KEY)):
        for leaf in _values.values_at(cfn, given, (key,), path):
            inherited = leaf.value is ABSENT and any(
                all(each.value is not ABSENT for each in source if each.together(leaf))
                for source in _sources(cfn, given, path, key)
            )
            if not accept(leaf.value) and not inherited:
                yield RuleMatch(leaf.path, f"{name}: {key} {message}")


def _sources(cfn: Template, given: Mapping[str, Any], path: list[str], inherited: str) -> list[list[Leaf]]:
    """Return the values of what a database may be restored from, as far as it has the inherited property from it."""
    return [list(_values.values_at(cfn, given, (key,), path)) for key in RESTORES[inherited]]


def _bucket(cfn: Template, name: str, resource: Mapping[str, Any], *, delivered: bool) -> Iterator[RuleMatch]:
    own = delivered or any(str(rule).endswith(SSE_S3_EXPLAINED) for rule in _explained(resource))
    accepted = {"aws:kms", "aws:kms:dsse"} | ({"AES256"} if own else set())
    path = ["Resources", name, "Properties"] if "Properties" in resource else ["Resources", name]
    for leaf in _values.values_at(cfn, resource.get("Properties", {}), BUCKET.split("."), path):
        if leaf.value not in accepted:
            yield RuleMatch(leaf.path, f"{name}: {BUCKET} must be {' or '.join(sorted(accepted))}")
    for leaf in _values.values_at(cfn, resource.get("Properties", {}), DEFAULT.split("."), path):
        default = _values.mapping(leaf.value)
        if str(default.get("SSEAlgorithm")).startswith("aws:kms") and not own_key(default.get("KMSMasterKeyID")):
            yield RuleMatch(leaf.path, f"{name}: {DEFAULT}.KMSMasterKeyID {KEY}")


def _explained(resource: Mapping[str, Any]) -> list[Any]:
    """Return the cdk-nag rules that the resource answers; E9124 sees to their reasons."""
    answered = _values.mapping(_values.mapping(resource.get("Metadata")).get("cdk_nag"))
    return [_values.mapping(item).get("id") for item in _values.as_list(answered.get("rules_to_suppress"))]


def _delivery_buckets(cfn: Template) -> frozenset[str]:
    """Return the buckets whose policy lets a load balancer or S3 deliver logs."""
    return frozenset(
        _values.ref(_values.section(cfn, "Resources")[statement.resource]["Properties"].get("Bucket"))
        for statement in statements(cfn)
        if statement.type == "AWS::S3::BucketPolicy"
        for principal in principals(cfn, statement)
        if _values.text_of(principal.value) in DELIVERY
    )
