"""E9124: whatever is suppressed is suppressed with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SHORTEST = 15

LISTS = (
    ("checkov", "skip", "comment"),
    ("cdk_nag", "rules_to_suppress", "reason"),
    ("cfn_nag", "rules_to_suppress", "reason"),
)
"""Tool, its list in the metadata, and where an item of that list keeps its reason."""

NAMES = (("cfn-lint", "config", "ignore_checks"), ("guard", "", "SuppressedRules"))
"""Tools whose lists are of bare names: their reasons are in `reasons`, by name, beside the list."""


class SuppressionReasonsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Who suppresses a finding owes the auditor a sentence."""

    id = "E9124"
    shortdesc = "A suppressed finding has a reason"
    description = (
        "Each suppression of checkov, cdk-nag, cfn-guard and cfn-lint stands at a resource and has "
        "a reason of 15 characters."
    )
    source_url = "https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html"
    tags: ClassVar[list[str]] = ["cfngen", "evidence"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each suppression without a reason."""
        if "cfn-lint" in _values.section(cfn, "Metadata"):
            what = "cfn-lint is not configured by a whole template: suppress at the resource, with a reason"
            yield RuleMatch(["Metadata", "cfn-lint"], what)
        for name, resource in _values.resources(cfn):
            for tool, rule, reason in _suppressions(_values.mapping(resource.get("Metadata"))):
                if not isinstance(reason, str) or len(reason.strip()) < SHORTEST:
                    what = f"{name}: {tool} {rule} is suppressed without a reason of {SHORTEST} characters at least"
                    yield RuleMatch(["Resources", name, "Metadata", tool], what)


def _suppressions(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield tool, rule and reason of each suppression of a resource."""
    for tool, key, reason in LISTS:
        for item in _values.as_list(_values.mapping(metadata.get(tool)).get(key)):
            found = item if isinstance(item, Mapping) else {"id": item}
            yield tool, str(found.get("id")), found.get(reason)
    for tool, inner, key in NAMES:
        block = _values.mapping(metadata.get(tool))
        for rule in _values.as_list((_values.mapping(block.get(inner)) if inner else block).get(key)):
            yield tool, str(rule), _values.mapping(block.get("reasons")).get(rule)
