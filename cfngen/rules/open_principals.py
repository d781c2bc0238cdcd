"""E9122: no policy opens a resource to everyone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, condition_keys, principals, statements

NARROWING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "kms:calleraccount",
    }
)
"""Condition keys that say whose request it is. Those of a source are a service's, which can be named.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""


class OpenPrincipalsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A trust policy must name who may assume the role, whatever its condition says."""

    id = "E9122"
    shortdesc = "A policy names who is allowed"
    description = (
        "No Allow with Principal * unless a condition limits it to an account, organization, "
        "network or source; none in a trust policy."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "public"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement that allows everyone."""
        for statement in statements(cfn):
            if not statement.allows:
                continue
            if "NotPrincipal" in statement.body:
                what = f"{statement.resource}: Allow with NotPrincipal allows everyone else"
                yield RuleMatch([*statement.path, "NotPrincipal"], what)
            for leaf in principals(cfn, statement):
                if leaf.value == "*" and (statement.is_trust or not _is_narrowed(statement)):
                    what = "Principal * must be named, or limited by a condition such as aws:PrincipalOrgID"
                    yield RuleMatch(leaf.path, f"{statement.resource}: {what}")


def _is_narrowed(statement: Statement) -> bool:
    """Whether a condition says whose request it is; an ARN with a wildcard for its account does not."""
    if not condition_keys(statement) & NARROWING:
        return False
    for operator in _values.mapping(statement.body.get("Condition")).values():
        for key, value in _values.mapping(operator).items():
            texts = [_values.text_of(each) for each in _values.as_list(value)]
            if key.lower() == "aws:principalarn" and any("::*:" in text for text in texts):
                return False
    return True
