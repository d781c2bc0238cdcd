"""The roles of self-managed stack sets: what is missing is said in AWS's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.roles import role_problem
from cfngen.local.settings import Settings

ADMIN, MEMBER = "111111111111", "222222222222"
ADMINISTRATION = f"arn:aws:iam::{ADMIN}:role/ours/Administration"
SERVICE = {"Service": "cloudformation.amazonaws.com"}


class Account:
    """The IAM and STS of one account, with the trust policies of its roles."""

    def __init__(self, account: str, roles: dict[str, Any]) -> None:
        self.account, self.roles = account, roles

    def get_role(self, RoleName: str) -> dict[str, Any]:  # noqa: N803, boto3's spelling
        if RoleName not in self.roles:
            raise ClientError({"Error": {"Code": "NoSuchEntity", "Message": ""}}, "GetRole")
        statement = {"Effect": "Allow", "Principal": self.roles[RoleName], "Action": "sts:AssumeRole"}
        return {"Role": {"AssumeRolePolicyDocument": {"Statement": [statement]}}}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": self.account}


def problem(roles: dict[str, dict[str, Any]], account: str = MEMBER) -> str:
    def pool(where: str, region: str) -> Callable[[str], Account]:
        return lambda service: Account(where, roles.get(where, {}))

    return role_problem(pool, Settings(ADMIN, (MEMBER,)), account, "eu-west-1", "Execution", ADMINISTRATION)


NO_ADMINISTRATION = (
    f"Account {ADMIN} should have 'Administration' role with trust relationship to CloudFormation service."
)
NO_EXECUTION = f"Account {MEMBER} should have 'Execution' role with trust relationship to Role 'Administration'."


@pytest.mark.parametrize(
    ("administration", "execution", "expected"),
    [
        (SERVICE, {"AWS": ADMINISTRATION}, ""),
        (SERVICE, {"AWS": ADMIN}, ""),
        ({"Service": ["ec2.amazonaws.com", "cloudformation.ap-east-1.amazonaws.com"]}, {"AWS": ADMIN}, ""),
        ({"Service": "ec2.amazonaws.com"}, {"AWS": ADMIN}, NO_ADMINISTRATION),
        ({"AWS": "*"}, {"AWS": ADMIN}, NO_ADMINISTRATION),
        ("*", {"AWS": ADMIN}, NO_ADMINISTRATION),
        (SERVICE, {"AWS": "999999999999"}, NO_EXECUTION),
        (SERVICE, SERVICE, NO_EXECUTION),
    ],
)
def test_both_roles_must_trust_whom_they_serve(administration: Any, execution: Any, expected: str) -> None:
    assert problem({ADMIN: {"Administration": administration}, MEMBER: {"Execution": execution}}) == expected


def test_a_role_that_is_not_there_is_named() -> None:
    assert problem({MEMBER: {"Execution": {"AWS": ADMIN}}}) == NO_ADMINISTRATION
    assert problem({ADMIN: {"Administration": SERVICE}}) == NO_EXECUTION


def test_an_account_outside_this_world_has_no_role() -> None:
    roles = {ADMIN: {"Administration": SERVICE}, "999999999999": {"Execution": {"AWS": ADMIN}}}
    assert problem(roles, "999999999999") == NO_EXECUTION.replace(MEMBER, "999999999999")
