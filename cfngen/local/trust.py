"""Trust policies: whether a role lets a caller assume it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, for the operators
and keys that trust policies use. A condition that is not understood is not met, so that nothing is let in by accident.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

ASSUME_ROLE = "sts:AssumeRole"


def trusts(policy: Mapping[str, Any], principals: Iterable[str], context: Mapping[str, str] | None = None) -> bool:
    """Return whether a trust policy allows `sts:AssumeRole` to a caller that answers to any of `principals`.

    `principals` are the caller's ARNs, its account id and that account's root ARN. `context` holds the request's
    condition keys in lower case, such as `sts:externalid`; a key that is missing is absent from the request.
    """
    known, callers = dict(context or {}), frozenset(principals)
    effects = {s.get("Effect") for s in _list(policy.get("Statement")) if _applies(s, callers, known)}
    return "Allow" in effects and "Deny" not in effects


def account_principals(account: str) -> tuple[str, ...]:
    """Return the principals that stand for everybody in an account."""
    return (account, f"arn:aws:iam::{account}:root")


def execution_role_problem(clients: Callable[..., Any], role_name: str, admin_role_arn: str) -> str:
    """Return why a stack set operation cannot act in the account of `clients`, in AWS's words, or ''.

    The execution role must exist there and trust the administration role or that role's account.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    """
    admin_account, admin_role = admin_role_arn.split(":")[4], admin_role_arn.rsplit("/", 1)[-1]
    try:
        role = clients("iam").get_role(RoleName=role_name)["Role"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        role = {"AssumeRolePolicyDocument": {}}
    if trusts(policy_of(role["AssumeRolePolicyDocument"]), (admin_role_arn, *account_principals(admin_account))):
        return ""
    account = clients("sts").get_caller_identity()["Account"]
    return f"Account {account} should have '{role_name}' role with trust relationship to Role '{admin_role}'."


def policy_of(document: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a policy document as a mapping, whether it comes as JSON text or parsed."""
    parsed: Mapping[str, Any] = json.loads(document) if isinstance(document, str) else document
    return parsed


def _applies(statement: Mapping[str, Any], principals: frozenset[str], context: Mapping[str, str]) -> bool:
    return (
        any(_like(ASSUME_ROLE.lower(), action.lower()) for action in _list(statement.get("Action")))
        and _names(statement.get("Principal"), principals)
        and all(
            _holds(operator, key.lower(), [_text(value) for value in _list(wanted)], context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _names(principal: Any, principals: frozenset[str]) -> bool:
    named = _list(principal.get("AWS")) if isinstance(principal, dict) else _list(principal)
    return "*" in named or not principals.isdisjoint(named)


def _holds(operator: str, key: str, wanted: list[str], context: Mapping[str, str]) -> bool:
    name = operator.removesuffix("IfExists")
    if key not in context:
        return name != operator or name.startswith(("StringNot", "ArnNot"))
    actual, positive = context[key], name.replace("Not", "")
    if positive in ("StringEquals", "Bool"):
        matches = actual in wanted
    elif positive in ("StringLike", "ArnEquals", "ArnLike"):
        matches = any(_like(actual, pattern) for pattern in wanted)
    else:
        return False
    return matches == (name == positive)


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
