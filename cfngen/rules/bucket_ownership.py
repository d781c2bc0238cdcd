"""E9128: a bucket's owner owns what is in it, and ACLs have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

BUCKET, OWNER = "AWS::S3::Bucket", "BucketOwnerEnforced"


class BucketOwnershipRule(CloudFormationLintRule):  # type: ignore[misc]
    """ACLs grant access that no policy shows."""

    id = "E9128"
    shortdesc = "A bucket has no ACLs"
    description = "OwnershipControls is BucketOwnerEnforced, and AccessControl is not used."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each bucket that ACLs may open."""
        keys = ("OwnershipControls", "Rules", "*", "ObjectOwnership")
        yield from _values.require(cfn, BUCKET, keys, lambda value: value == OWNER, f"must be {OWNER}")
        for name, leaf in _values.properties(cfn, ("AccessControl",), BUCKET):
            if leaf.value not in (ABSENT, "Private"):
                yield RuleMatch(leaf.path, f"{name}: AccessControl must not be used; write a bucket policy")
