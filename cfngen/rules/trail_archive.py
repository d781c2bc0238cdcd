"""E9133: the audit trail's archive is locked, kept for six years, and written by that trail alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import condition_keys, grants, listed, principals, statements

SIX_YEARS = 2192
SERVICE = "cloudtrail.amazonaws.com"
KEPT = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention")
RETENTION = "ObjectLockConfiguration.Rule.DefaultRetention"


class TrailArchiveRule(CloudFormationLintRule):  # type: ignore[misc]
    """45 CFR 164.316(b)(2)(i) wants six years; without a lock whoever is audited can delete the evidence."""

    id = "E9133"
    shortdesc = "An audit trail's bucket is locked for six years, and that trail's alone"
    description = (
        "The bucket of a trail in the same template has Object Lock with a default retention, no earlier expiry, "
        "admits CloudTrail with aws:SourceArn only, and denies deletion."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way in which the archive is open."""
        trails = _values.properties(cfn, ("S3BucketName",), "AWS::CloudTrail::Trail")
        archives = {_values.ref(leaf.value) for _, leaf in trails}
        for name, resource in _values.resources(cfn, "AWS::S3::Bucket"):
            if name in archives:
                yield from _archive(cfn, name, resource.get("Properties") or {})
        for statement in statements(cfn):
            if statement.type != "AWS::S3::BucketPolicy" or not statement.allows:
                continue
            named = {_values.text_of(leaf.value) for leaf in principals(cfn, statement)}
            if SERVICE in named and "aws:sourcearn" not in condition_keys(statement):
                what = "CloudTrail is admitted for anybody's trail; name the trail in aws:SourceArn"
                yield RuleMatch(statement.path, f"{statement.resource}: {what}")
        yield from _deletable(cfn, archives)


def _deletable(cfn: Template, archives: set[str]) -> Iterator[RuleMatch]:
    """Yield a match for each archive whose policy lets those who may delete do so."""
    for name, leaf in _values.properties(cfn, ("Bucket",), "AWS::S3::BucketPolicy"):
        if _values.ref(leaf.value) not in archives:
            continue
        denials = [each for each in statements(cfn) if each.resource == name and not each.allows]
        secure = [each for each in denials if "aws:securetransport" not in condition_keys(each)]
        for action in KEPT:
            if not any(grants(found.value, action) for each in secure for found in listed(cfn, each, "Action")):
                yield RuleMatch(["Resources", name], f"{name}: {action} must be denied")


def _archive(cfn: Template, name: str, given: dict[str, Any]) -> Iterator[RuleMatch]:
    path = ["Resources", name, "Properties"]
    long_enough = _values.at_least(cfn, SIX_YEARS)
    for leaf in _values.values_at(cfn, given, ("ObjectLockEnabled",), path):
        if not _values.is_true(leaf.value):
            yield RuleMatch(leaf.path, f"{name}: ObjectLockEnabled must be true")
    for leaf in _values.values_at(cfn, given, RETENTION.split("."), path):
        lock = _values.mapping(leaf.value)
        if not lock.get("Mode") or not (long_enough(lock.get("Days")) or (_values.number(lock.get("Years")) or 0) >= 6):
            yield RuleMatch(leaf.path, f"{name}: {RETENTION} must lock for {SIX_YEARS} days at least")
    for leaf in _values.values_at(cfn, given, ("LifecycleConfiguration", "Rules", "*", "ExpirationInDays"), path):
        if leaf.value is not _values.ABSENT and not long_enough(leaf.value):
            yield RuleMatch(leaf.path, f"{name}: ExpirationInDays must be {SIX_YEARS} at least")
