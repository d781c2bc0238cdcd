"""E9107: what is overwritten or deleted in a bucket can be brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values


class BucketVersionsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Versions are also what replication, Object Lock and AWS Backup build on."""

    id = "E9107"
    shortdesc = "A bucket keeps versions"
    description = "VersioningConfiguration.Status is Enabled."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
    tags: ClassVar[list[str]] = ["cfngen", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each bucket without versions."""
        keys = ("VersioningConfiguration", "Status")
        yield from _values.require(cfn, "AWS::S3::Bucket", keys, lambda value: value == "Enabled", "must be Enabled")
