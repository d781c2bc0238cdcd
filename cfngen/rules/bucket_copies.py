"""E9155: what a bucket holds is copied whole, locked where it is evidence, and shared with our own pages only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, items, one_of, unmet

BUCKET = "AWS::S3::Bucket"
RULES = "ReplicationConfiguration.Rules"
ON = one_of("Enabled")

REPLICATION = (
    ("Status", ON),
    ("Priority", given),
    ("DeleteMarkerReplication.Status", ON),
    ("SourceSelectionCriteria.SseKmsEncryptedObjects.Status", ON),
    ("Destination.Bucket", given),
    ("Destination.EncryptionConfiguration.ReplicaKmsKeyID", given),
    ("Destination.Metrics.Status", ON),
    ("Destination.Metrics.EventThreshold.Minutes", given),
    ("Destination.ReplicationTime.Status", ON),
)
"""What a rule of replication must say, so that the copy has everything, encrypted, and lateness is noticed."""

TABLE = (
    Setting(
        BUCKET, "CorsConfiguration.CorsRules.*.AllowedOrigins", lambda value: value != ["*"], "must name our pages"
    ),
)


class BucketCopiesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without SseKmsEncryptedObjects replication skips whatever is encrypted with a key of ours: everything."""

    id = "E9155"
    shortdesc = "Replication copies everything, and the key and the log's destination are named"
    description = (
        "A bucket of patients' documents is replicated where there is a peer region; each rule of replication is on, "
        "encrypted, measured and takes encrypted objects, prefix by prefix all; CORS names origins, methods and "
        "headers without wildcards; a key is named where SSE-KMS is used; access logs name bucket and prefix."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each gap in a copy, and each page that could read what is ours."""
        yield from unmet(cfn, TABLE)
        for name, _ in _values.resources(cfn, BUCKET):
            yield from _replication(cfn, name)
            yield from _cors(cfn, name)
            yield from _named(cfn, name)
        yield from _kept_policies(cfn)


def _kept_policies(cfn: Template) -> Iterator[RuleMatch]:
    """Want the policy of a locked bucket to stay with the bucket when its stack goes."""
    locked = {
        name for name, leaf in _values.properties(cfn, ("ObjectLockEnabled",), BUCKET) if _values.is_true(leaf.value)
    }
    for name, resource in _values.resources(cfn, "AWS::S3::BucketPolicy"):
        if _values.ref(_values.mapping(resource.get("Properties")).get("Bucket")) in locked:
            for key in ("DeletionPolicy", "UpdateReplacePolicy"):
                if not str(resource.get(key)).startswith("Retain"):
                    yield RuleMatch(["Resources", name], f"{name}: {key} must be Retain, or RetainExceptOnCreate")


def _replication(cfn: Template, name: str) -> Iterator[RuleMatch]:
    configured = [
        leaf for bucket, leaf in _values.properties(cfn, ("ReplicationConfiguration",), BUCKET) if bucket == name
    ]
    there = [leaf for leaf in configured if given(leaf.value)]
    if not there and _is_documents(cfn, name):
        what = "ReplicationConfiguration must be given, at least where there is a peer region"
        yield RuleMatch(["Resources", name], f"{name}: {what}")
    for leaf in there:
        if not given(_values.mapping(leaf.value).get("Role")):
            yield RuleMatch(leaf.path, f"{name}: ReplicationConfiguration.Role must be given")
        rules = [each for each in _values.values_at(cfn, leaf.value, ("Rules", "*"), leaf.path) if given(each.value)]
        if not rules:
            yield RuleMatch(leaf.path, f"{name}: {RULES} must have a rule")
        for rule in rules:
            for key, accept in REPLICATION:
                for found in _values.values_at(cfn, rule.value, key.split("."), rule.path):
                    if not accept(found.value):
                        yield RuleMatch(found.path, f"{name}: {RULES}.{key} must be Enabled, or given")
            if _values.mapping(_values.mapping(rule.value).get("Filter")).get("Prefix") != "":
                yield RuleMatch(rule.path, f"{name}: {RULES}.Filter.Prefix must be empty: every object")


def _is_documents(cfn: Template, name: str) -> bool:
    """Whether people's pages read and write a bucket: it is shared with them by CORS, and announces its events."""
    given_ = _values.mapping(_values.section(cfn, "Resources")[name].get("Properties"))
    return "CorsConfiguration" in given_ or "NotificationConfiguration" in given_


def _cors(cfn: Template, name: str) -> Iterator[RuleMatch]:
    for bucket, leaf, rules in items(cfn, BUCKET, "CorsConfiguration.CorsRules"):
        for rule in map(_values.mapping, rules) if bucket == name else ():
            for key in ("AllowedOrigins", "AllowedMethods", "AllowedHeaders"):
                found = _values.as_list(rule.get(key))
                if not found or "*" in found:
                    yield RuleMatch(leaf.path, f"{name}: CorsConfiguration.CorsRules.{key} must be named one by one")


def _named(cfn: Template, name: str) -> Iterator[RuleMatch]:
    for bucket, leaf in _values.properties(cfn, ("LoggingConfiguration",), BUCKET):
        for key in ("DestinationBucketName", "LogFilePrefix") if bucket == name and given(leaf.value) else ():
            if not given(_values.mapping(leaf.value).get(key)):
                yield RuleMatch(leaf.path, f"{name}: LoggingConfiguration.{key} must be given")
    for keys in ("BucketEncryption.ServerSideEncryptionConfiguration", "OwnershipControls.Rules"):
        for bucket, leaf, rules in items(cfn, BUCKET, keys):
            if bucket == name and not rules:
                yield RuleMatch(leaf.path, f"{name}: {keys} must have a rule")
            for rule in map(_values.mapping, rules) if bucket == name else ():
                default = _values.mapping(rule.get("ServerSideEncryptionByDefault"))
                if default.get("SSEAlgorithm", "AES256") != "AES256" and not given(default.get("KMSMasterKeyID")):
                    yield RuleMatch(leaf.path, f"{name}: {keys} must name a key (KMSMasterKeyID)")
