"""E9121: nobody may hand out, or become, any role there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import grants, listed, statements

ACTIONS = ("iam:PassRole", "sts:AssumeRole")


class PassRoleRule(CloudFormationLintRule):  # type: ignore[misc]
    """Who may pass every role to a service has the rights of the strongest role."""

    id = "E9121"
    shortdesc = "iam:PassRole and sts:AssumeRole name the roles"
    description = "No Allow of iam:PassRole or sts:AssumeRole on every role."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement that covers every role."""
        for statement in statements(cfn):
            if not statement.allows or statement.has_principal:
                continue
            actions = [leaf.value for leaf in listed(cfn, statement, "Action")]
            held = [wanted for wanted in ACTIONS if any(grants(action, wanted) for action in actions)]
            for leaf in listed(cfn, statement, "Resource") if held else ():
                if _is_every_role(_values.text_of(leaf.value)):
                    yield RuleMatch(leaf.path, f"{statement.resource}: {' and '.join(held)} must name the roles")


def _is_every_role(resource: str) -> bool:
    return resource == "*" or resource.endswith((":role/*", ":*"))
