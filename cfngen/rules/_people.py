"""People as a rule sees them: which trust policies let them in, and which conditions ask them for MFA."""

from __future__ import annotations

from collections.abc import Iterator

from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, principals, statements

MFA = "aws:multifactorauthpresent"

NOT_PEOPLE = {"Service", "Federated", "CanonicalUser"}
"""Kinds of principals whose sign-in is not IAM's: MFA and its condition keys are not theirs."""


def entrances(cfn: Template) -> Iterator[Statement]:
    """Yield each statement of a trust policy that lets people in: a whole account, users, or nobody knows whom."""
    for statement in statements(cfn):
        if statement.is_trust and statement.allows and any(map(_is_people, _aws_principals(cfn, statement))):
            yield statement


def demands_mfa(statement: Statement) -> bool:
    """Whether a statement holds with MFA only."""
    return any(all(map(_values.is_true, values)) for values in _mfa(statement, "Bool"))


def without_mfa(statement: Statement) -> bool:
    """Whether a statement holds for everything without MFA: an absent key counts as none, and no other is asked."""
    alone = list(_values.mapping(statement.body.get("Condition"))) == ["BoolIfExists"]
    return alone and any(all(map(_values.is_false, values)) for values in _mfa(statement, "BoolIfExists"))


def _mfa(statement: Statement, operator: str) -> list[list[object]]:
    block = _values.mapping(_values.mapping(statement.body.get("Condition")).get(operator))
    return [_values.as_list(value) for key, value in block.items() if str(key).lower() == MFA]


def _aws_principals(cfn: Template, statement: Statement) -> Iterator[object]:
    for leaf in principals(cfn, statement):
        if not NOT_PEOPLE & set(map(str, leaf.path[len(statement.path) :])):
            yield leaf.value


def _is_people(principal: object) -> bool:
    """Whether a principal may be a person: everything but a role that is spelled out."""
    return ":role/" not in _values.text_of(principal) and ":assumed-role/" not in _values.text_of(principal)
