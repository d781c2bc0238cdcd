"""The roles of self-managed stack sets: whether CloudFormation may act in an account through them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .clients import Clients
from .settings import Settings
from .trust import execution_role_problem, policy_of


def role_problem(
    pool: Callable[[str, str], Clients],
    settings: Settings,
    account: str,
    region: str,
    execution_role: str,
    administration_role_arn: str,
) -> str:
    """Return why a stack set cannot act in an account and region, in AWS's words, or ''.

    The administration role must exist and trust CloudFormation, the execution role must exist in the account
    and trust the administration role.
    """
    admin_account, role = administration_role_arn.split(":")[4], administration_role_arn.rpartition("/")[2]
    if not _trusts_cloudformation(pool(admin_account, region), role):
        return f"Account {admin_account} should have '{role}' role with trust relationship to CloudFormation service."
    if account not in settings.every_account:
        return f"Account {account} should have '{execution_role}' role with trust relationship to Role '{role}'."
    return execution_role_problem(pool(account, region), execution_role, administration_role_arn)


def _trusts_cloudformation(clients: Clients, role: str) -> bool:
    try:
        found = clients("iam").get_role(RoleName=role)["Role"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        return False
    statements = policy_of(found["AssumeRolePolicyDocument"]).get("Statement", ())
    services = {service for statement in statements for service in _services(statement)}
    return any(service.split(".")[0] == "cloudformation" for service in services)


def _services(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    if statement.get("Effect") != "Allow" or not isinstance(principal, dict):
        return []
    named = principal.get("Service", [])
    return [named] if isinstance(named, str) else list(named)
