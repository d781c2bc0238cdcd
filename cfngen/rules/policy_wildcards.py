"""E9120: no identity may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, listed, principals, statements

IDENTITIES = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
TOO_MUCH = frozenset({"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"})


class PolicyWildcardsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A key policy's kms:* on its own key is how an account keeps control of it, so it is let through."""

    id = "E9120"
    shortdesc = "A policy names what it allows"
    description = "No Allow of all actions, of all but some, or of a whole service; no administrator policy attached."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement, or attached policy, that allows too much."""
        for statement in statements(cfn):
            if statement.allows and statement.type != "AWS::EC2::VPCEndpoint":
                yield from _statement(cfn, statement)
        for name, leaf in _values.properties(cfn, ("ManagedPolicyArns", "*"), *IDENTITIES):
            policy = _values.text_of(leaf.value).rpartition("/")[2]
            if policy in TOO_MUCH:
                yield RuleMatch(leaf.path, f"{name}: {policy} allows too much; name the actions instead")


def _statement(cfn: Template, statement: Statement) -> Iterator[RuleMatch]:
    for key in ("NotAction", "NotResource"):
        if key in statement.body:
            what = f"{statement.resource}: Allow with {key} allows whatever AWS adds; name what is allowed"
            yield RuleMatch([*statement.path, key], what)
    everywhere = "*" in [leaf.value for leaf in listed(cfn, statement, "Resource")]
    for leaf in listed(cfn, statement, "Action"):
        service, _, action = str(leaf.value).partition(":")
        if service == "*" or (action == "*" and not (everywhere and _is_own_key(cfn, statement, service))):
            where = " on every resource" if everywhere else ""
            what = f"{statement.resource}: Allow of {leaf.value}{where}; name the actions"
            yield RuleMatch(leaf.path, what)


def _is_own_key(cfn: Template, statement: Statement, service: str) -> bool:
    """Whether `*` means the key that the policy belongs to, which is handed to the account alone."""
    named = [_values.text_of(leaf.value) for leaf in principals(cfn, statement)]
    handed = all(each.endswith(":root") or each == "${AWS::AccountId}" for each in named)
    return service == "kms" and statement.type == "AWS::KMS::Key" and handed
