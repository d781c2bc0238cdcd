"""E9105: no bucket can become public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SWITCHES = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


class BucketPublicAccessRule(CloudFormationLintRule):  # type: ignore[misc]
    """All four switches: two refuse, two ignore what slipped through before."""

    id = "E9105"
    shortdesc = "A bucket blocks public access in all four ways"
    description = "PublicAccessBlockConfiguration has all four switches on."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    tags: ClassVar[list[str]] = ["cfngen", "public"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each switch that is not on."""
        for switch in SWITCHES:
            keys = ("PublicAccessBlockConfiguration", switch)
            yield from _values.require(cfn, "AWS::S3::Bucket", keys, _values.is_true, "must be true")
