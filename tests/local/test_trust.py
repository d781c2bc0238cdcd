"""Trust policies, and the execution role that a stack set needs in an account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfngen.local.clients import clients
from cfngen.local.services import services_app
from cfngen.local.settings import Settings
from cfngen.local.trust import account_principals, execution_role_problem, trusts

ADMIN, TARGET = "610000000001", "610000000002"
ADMIN_ROLE = f"arn:aws:iam::{ADMIN}:role/service/AdministrationRole"


def policy(principal: Any, *, effect: str = "Allow", action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": action, "Principal": principal, **more}]}


@pytest.mark.parametrize(
    ("principal", "trusted"),
    [
        ({"AWS": ADMIN_ROLE}, True),
        ({"AWS": ["arn:aws:iam::1:role/x", ADMIN_ROLE]}, True),
        ({"AWS": f"arn:aws:iam::{ADMIN}:root"}, True),
        ({"AWS": ADMIN}, True),
        ("*", True),
        ({"AWS": f"arn:aws:iam::{TARGET}:root"}, False),
        ({"Service": "cloudformation.amazonaws.com"}, False),
        ({"AWS": ADMIN_ROLE + "X"}, False),
    ],
)
def test_a_principal_is_an_arn_an_account_or_everybody(principal: Any, *, trusted: bool) -> None:
    assert trusts(policy(principal), (ADMIN_ROLE, *account_principals(ADMIN))) is trusted


def test_a_deny_wins() -> None:
    both = policy("*")["Statement"] + policy({"AWS": ADMIN}, effect="Deny")["Statement"]
    assert not trusts({"Statement": both}, [ADMIN])


def test_only_actions_that_match_count() -> None:
    assert trusts(policy("*", action=["sts:TagSession", "sts:Assume*"]), [ADMIN])
    assert not trusts(policy("*", action="sts:AssumeRoleWithSAML"), [ADMIN])


@pytest.mark.parametrize(
    ("condition", "context", "trusted"),
    [
        ({"StringEquals": {"sts:ExternalId": "secret"}}, {"sts:externalid": "secret"}, True),
        ({"StringEquals": {"sts:ExternalId": "secret"}}, {"sts:externalid": "other"}, False),
        ({"StringEquals": {"sts:ExternalId": "secret"}}, {}, False),
        ({"StringEqualsIfExists": {"sts:ExternalId": "secret"}}, {}, True),
        ({"StringNotEquals": {"sts:ExternalId": "secret"}}, {"sts:externalid": "secret"}, False),
        ({"StringNotEquals": {"sts:ExternalId": "secret"}}, {}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": True}}, {"aws:multifactorauthpresent": "true"}, True),
        (
            {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/A*"}},
            {"aws:principalarn": "arn:aws:iam::1:role/Ab"},
            True,
        ),
        ({"StringLike": {"sts:RoleSessionName": ["a?", "b[1]"]}}, {"sts:rolesessionname": "b[1]"}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01"}}, {"aws:currenttime": "2020-01-01"}, False),
    ],
)
def test_conditions_are_held_to(condition: Any, context: dict[str, str], *, trusted: bool) -> None:
    assert trusts(policy("*", Condition=condition), [ADMIN], context) is trusted


def test_an_execution_role_must_exist_and_trust_the_administration_role() -> None:
    target = clients(services_app(Settings(ADMIN, (TARGET,))), TARGET, "us-east-1")
    problem = f"Account {TARGET} should have 'Execution' role with trust relationship to Role 'AdministrationRole'."
    assert execution_role_problem(target, "Execution", ADMIN_ROLE) == problem
    nobody = json.dumps({"Version": "2012-10-17", **policy({"Service": "ec2.amazonaws.com"})})
    target("iam").create_role(RoleName="Execution", AssumeRolePolicyDocument=nobody)
    assert execution_role_problem(target, "Execution", ADMIN_ROLE) == problem
    admin = json.dumps({"Version": "2012-10-17", **policy({"AWS": ADMIN_ROLE})})
    target("iam").update_assume_role_policy(RoleName="Execution", PolicyDocument=admin)
    assert execution_role_problem(target, "Execution", ADMIN_ROLE) == ""
