"""E9211: a bucket shares with our own pages only, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import given, items

BUCKET, RULES = "AWS::S3::Bucket", "CorsConfiguration.CorsRules"
NAMED = ("AllowedOrigins", "AllowedMethods", "AllowedHeaders")


class BucketSharingRule(CloudFormationLintRule):  # type: ignore[misc]
    """With a wildcard any page that a doctor has open reads, with the doctor's session, what ours would."""

    id = "E9211"
    shortdesc = "A bucket's CORS rules name origins, methods and headers"
    description = "CorsRules have AllowedOrigins, AllowedMethods and AllowedHeaders, and no wildcard among them."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "public"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each rule that lets more pages in than ours."""
        for name, leaf, rules in items(cfn, BUCKET, RULES):
            for rule in map(_values.mapping, rules):
                for key in NAMED:
                    found = [_values.text_of(each) for each in _values.as_list(rule.get(key))]
                    if not given(rule.get(key)) or "*" in found:
                        yield RuleMatch(leaf.path, f"{name}: {RULES}.{key} must be named one by one")
