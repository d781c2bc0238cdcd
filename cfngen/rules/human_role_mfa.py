"""E9136: people enter a role with MFA only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules._people import demands_mfa, entrances


class HumanRoleMfaRule(CloudFormationLintRule):  # type: ignore[misc]
    """A trust policy that names an account lets in everybody there whom its administrators allow."""

    id = "E9136"
    shortdesc = "A role that people may enter demands MFA"
    description = "A trust policy whose principal is an account or a user requires aws:MultiFactorAuthPresent."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way in without MFA."""
        for statement in entrances(cfn):
            if not demands_mfa(statement):
                what = "people may enter without MFA; require Bool aws:MultiFactorAuthPresent true"
                yield RuleMatch(statement.path, f"{statement.resource}: {what}")
