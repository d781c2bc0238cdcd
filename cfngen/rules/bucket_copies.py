"""E9155: what people uploaded is copied whole, and evidence keeps its fence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Accept, given, one_of
from cfngen.rules._values import Leaf

BUCKET, POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
ON = one_of("Enabled")

COPY: tuple[tuple[str, Accept, str], ...] = (
    ("Role", given, "must be given"),
    ("Rules", given, "must be given"),
    ("Rules.*.Status", ON, "must be Enabled"),
    ("Rules.*.Priority", given, "must be given"),
    ("Rules.*.Filter.Prefix", one_of(""), "must be empty"),
    ("Rules.*.DeleteMarkerReplication.Status", ON, "must be Enabled"),
    ("Rules.*.SourceSelectionCriteria.SseKmsEncryptedObjects.Status", ON, "must be Enabled"),
    ("Rules.*.Destination.Bucket", given, "must be given"),
    ("Rules.*.Destination.EncryptionConfiguration.ReplicaKmsKeyID", given, "must be given"),
    ("Rules.*.Destination.Metrics.Status", ON, "must be Enabled"),
    ("Rules.*.Destination.Metrics.EventThreshold.Minutes", given, "must be given"),
    ("Rules.*.Destination.ReplicationTime.Status", ON, "must be Enabled"),
)
"""What replication must say, so that the copy has everything, encrypted, and lateness is noticed."""


class BucketCopiesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without SseKmsEncryptedObjects replication skips whatever is encrypted with a key of ours: everything."""

    id = "E9155"
    shortdesc = "Replication copies everything, and the policy of a locked bucket stays"
    description = (
        "A bucket that pages read and write (CorsConfiguration) is replicated where there is a peer region; each rule "
        "of replication is on, measured, takes every prefix and what is encrypted, and encrypts the copy; the policy "
        "of a bucket with Object Lock is retained as the bucket is."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each gap in a copy, and each policy that goes before its bucket."""
        for name, resource in _values.resources(cfn, BUCKET):
            bucket = Leaf(["Resources", name, "Properties"], _values.mapping(resource.get("Properties")))
            keys = ("ReplicationConfiguration",)
            copies = [leaf for leaf in _values.values_at(cfn, bucket.value, keys, bucket.path) if given(leaf.value)]
            if not copies and "CorsConfiguration" in bucket.value:
                what = "ReplicationConfiguration must be given, at least where there is a peer region"
                yield RuleMatch(bucket.path, f"{name}: {what}")
            for copy in copies:
                yield from _copy(cfn, name, copy)
        yield from _kept_policies(cfn)


def _copy(cfn: Template, name: str, copy: Leaf) -> Iterator[RuleMatch]:
    for keys, accept, message in COPY:
        for leaf in _values.values_at(cfn, copy.value, keys.split("."), copy.path):
            if not accept(leaf.value):
                what = f"ReplicationConfiguration.{keys.replace('.*', '')} {message}"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _kept_policies(cfn: Template) -> Iterator[RuleMatch]:
    """Want the policy of a locked bucket to stay with the bucket when its stack goes."""
    locked = {
        name for name, leaf in _values.properties(cfn, ("ObjectLockEnabled",), BUCKET) if _values.is_true(leaf.value)
    }
    for name, resource in _values.resources(cfn, POLICY):
        if _values.ref(_values.mapping(resource.get("Properties")).get("Bucket")) in locked:
            for key in ("DeletionPolicy", "UpdateReplacePolicy"):
                if not str(resource.get(key)).startswith("Retain"):
                    yield RuleMatch(["Resources", name], f"{name}: {key} must be Retain, or RetainExceptOnCreate")
