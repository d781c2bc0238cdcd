"""E9164: whoever another identity provider vouches for is named: for whom, from where, and on which branch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, condition_keys, statements

COGNITO = "cognito-identity.amazonaws.com"
"""Its claims are E9146's affair."""

ENVIRONMENT = ":environment:"
"""Part of a subject of GitHub's that names an environment, which any branch may ask for."""


class FederatedTrustRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without a subject every repository of GitHub may enter; without a branch, every pull request of ours."""

    id = "E9164"
    shortdesc = "A role for another provider's identities names audience and subject"
    description = (
        "A trust policy with a Federated principal has conditions on aud and sub, without a wildcard in the first "
        "part of the subject; where the subject is an environment, on ref too."
    )
    source_url = "https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each claim that is not asked for."""
        for statement in statements(cfn):
            federated = _values.mapping(statement.body.get("Principal")).get("Federated")
            if not statement.is_trust or not statement.allows or federated in (None, COGNITO):
                continue
            subjects = list(_claims(statement, ":sub"))
            wanted = [":aud", ":sub", *([":ref"] if any(ENVIRONMENT in each for each in subjects) else [])]
            for claim in wanted:
                if not any(key.endswith(claim) for key in condition_keys(statement)):
                    what = f"Condition must name the provider's claim {claim.removeprefix(':')}"
                    yield RuleMatch(statement.path, f"{statement.resource}: {what}")
            for subject in subjects:
                if "*" in ":".join(subject.split(":")[:2]):
                    what = f"Condition must name the repository in sub, not {subject}"
                    yield RuleMatch(statement.path, f"{statement.resource}: {what}")


def _claims(statement: Statement, claim: str) -> Iterator[str]:
    block: Any = _values.mapping(statement.body.get("Condition"))
    for operator in block.values():
        for key, value in _values.mapping(operator).items():
            if str(key).lower().endswith(claim):
                yield from (_values.text_of(each) for each in _values.as_list(value))
