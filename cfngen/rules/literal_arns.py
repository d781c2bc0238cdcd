"""E9125: an ARN fits every partition, region and account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

PARTS = ("partition", "region", "account")
PSEUDO = {"partition": "AWS::Partition", "region": "AWS::Region", "account": "AWS::AccountId"}

ARN = re.compile(
    r"arn:(?:(aws[a-z-]*)|[^:\s]*(?:::\w+\})?):[a-z0-9-]+:(?:([a-z]{2}(?:-[a-z]+)+-\d)|[^:\s]*(?:::\w+\})?):(?:(\d{12}))?"
)
"""`${AWS::Partition}` has colons of its own."""


class LiteralArnsRule(CloudFormationLintRule):  # type: ignore[misc]
    """One set of templates serves every account and region."""

    id = "E9125"
    shortdesc = "An ARN hard-codes no partition, region or account"
    description = "Partition, region and account of an ARN are pseudo parameters or parameters."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html"
    )
    tags: ClassVar[list[str]] = ["cfngen", "portability"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each literal part of an ARN that AWS knows better."""
        for section in ("Resources", "Outputs", "Conditions"):
            for leaf in _values.walk(_values.section(cfn, section), [section]):
                if isinstance(leaf.value, str) and "Metadata" not in leaf.path:
                    for found in ARN.finditer(leaf.value):
                        for part, literal in zip(PARTS, found.groups(), strict=True):
                            if literal:
                                what = f"{found.group()} hard-codes the {part} {literal}; use ${{{PSEUDO[part]}}}"
                                yield RuleMatch(leaf.path, what)
