"""E9209: another account's access to what is ours is for somebody in particular, and for little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, condition_keys, listed, principals, statements

SECRET, KEY = "AWS::SecretsManager::ResourcePolicy", "AWS::KMS::Key"

WHO = ("aws:principalarn", "aws:principaltag/", "aws:principalorg", "aws:sourcevpc", "kms:grantisforawsresource")
"""Beginnings of condition keys that say who in the other account it is, or through which network."""

READING = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
USING = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey",
    "kms:GenerateDataKey*",
    "kms:Encrypt",
    "kms:ReEncrypt*",
)
ALLOWED = {SECRET: READING, KEY: (*USING, "kms:CreateGrant")}
"""What another account may do with a secret, or with a key."""

OWN = "${AWS::AccountId}"


class ForeignPrincipalsRule(CloudFormationLintRule):  # type: ignore[misc]
    """An account as principal is everyone in it whom its own administrators let."""

    id = "E9209"
    shortdesc = "Another account reads a secret or uses a key as a named role only"
    description = (
        "In the policy of a secret or key, an Allow to another account has a condition on who it is, allows reading "
        "or use and no more, and a key's use is limited to a service (kms:ViaService)."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "secrets"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement that gives another account more than one role needs."""
        for statement in statements(cfn):
            if statement.allows and statement.type in ALLOWED and _is_foreign(cfn, statement):
                yield from _statement(cfn, statement)


def _statement(cfn: Template, statement: Statement) -> Iterator[RuleMatch]:
    where, keys = statement.resource, condition_keys(statement)
    for leaf in listed(cfn, statement, "Action"):
        if leaf.value not in ALLOWED[statement.type]:
            what = f"Action for another account must be one of {', '.join(ALLOWED[statement.type])}, not {leaf.value}"
            yield RuleMatch(leaf.path, f"{where}: {what}")
    if not any(key.startswith(WHO) for key in keys):
        what = "Condition must say who in the other account (aws:PrincipalArn, aws:PrincipalOrgID)"
        yield RuleMatch(statement.path, f"{where}: {what}")
    if statement.type == KEY and "kms:viaservice" not in keys:
        yield RuleMatch(
            statement.path, f"{where}: Condition must limit another account's use to a service: kms:ViaService"
        )


def _is_foreign(cfn: Template, statement: Statement) -> bool:
    """Whether a principal is another account or what is in it: neither this account's nor of this template."""
    ours = _values.section(cfn, "Resources")
    return any(
        "AWS" in leaf.path[len(statement.path) :]
        and OWN not in _values.text_of(leaf.value)
        and leaf.value != "*"
        and _values.ref(leaf.value) != "AWS::AccountId"
        and _values.owner(leaf.value) not in ours
        for leaf in principals(cfn, statement)
    )
