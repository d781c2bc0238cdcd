"""E9193: an action of which AWS asks on no resource is allowed on all, or it is not allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, ClassVar

import cfnlint.data.AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, listed, statements


class ResourcelessActionsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Such a statement looks narrow and allows nothing: who relies on it is denied, on AWS and nowhere before."""

    id = "E9193"
    shortdesc = "What AWS asks on no resource is allowed on all"
    description = (
        "Where all that an Action stands for has no type of resource in AWS's list, the Resource of an Allow is `*`: "
        "an ARN never fits."
    )
    source_url = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each action that its statement's resources never fit."""
        for statement in statements(cfn):
            if not statement.allows or statement.has_principal or "Resource" not in statement.body:
                continue
            if not _is_everywhere(cfn, statement):
                for leaf in listed(cfn, statement, "Action"):
                    if _has_no_resource(_values.text_of(leaf.value)):
                        what = f"AWS asks for {leaf.value} on no resource: only Resource * allows it"
                        yield RuleMatch(leaf.path, f"{statement.resource}: {what}")


def _is_everywhere(cfn: Template, statement: Statement) -> bool:
    return any(leaf.value == "*" for leaf in listed(cfn, statement, "Resource"))


@cache
def _has_no_resource(pattern: str) -> bool:
    """Whether AWS lists what a pattern stands for, and for all of it no type of resource."""
    service, _, name = pattern.lower().partition(":")
    actions: Mapping[str, Any] = _services().get(service, {}).get("Actions", {})
    found = [said for action, said in actions.items() if fnmatchcase(action, name)]
    return bool(found) and not any(said.get("Resources") for said in found)


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    listed: Mapping[str, Mapping[str, Any]] = load_resource(cfnlint.data.AdditionalSpecs, "Policies.json")
    return listed
