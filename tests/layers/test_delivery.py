from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from troposphere import Template

from cfngen.deployment import plain_stacks
from cfngen.environment.config import Delivery, load_environment
from cfngen.layers import delivery

HOME = Path(__file__).parent.parent.parent
CLAIM = "token.actions.githubusercontent.com"


@pytest.fixture(scope="module")
def template():
    template = Template()
    delivery.build(template)
    return template.to_dict()


@pytest.fixture(scope="module")
def resources(template):
    return template["Resources"]


def trust(resources, role):
    (statement,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return statement


def statements(resources, policy):
    return resources[policy]["Properties"]["PolicyDocument"]["Statement"]


def actions(resources, policy):
    return [action for statement in statements(resources, policy) for action in statement["Action"]]


@pytest.mark.parametrize("role", ["PlanRole", "DeployRole"])
def test_a_role_trusts_tokens_that_github_signed_for_sts_and_nobody_else(resources, role):
    statement = trust(resources, role)
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert list(statement["Principal"]) == ["Federated"]
    assert list(statement["Condition"]) == ["StringEquals"]
    assert statement["Condition"]["StringEquals"][f"{CLAIM}:aud"] == "sts.amazonaws.com"


def test_pull_requests_and_the_branch_of_one_repository_may_plan(resources):
    subjects = trust(resources, "PlanRole")["Condition"]["StringEquals"][f"{CLAIM}:sub"]
    assert [each["Fn::Sub"] for each in subjects] == [
        "repo:${Repository}:pull_request",
        "repo:${Repository}:ref:refs/heads/${Branch}",
    ]


def test_only_an_approved_job_of_the_environment_on_the_branch_may_deploy(resources):
    claims = trust(resources, "DeployRole")["Condition"]["StringEquals"]
    assert claims[f"{CLAIM}:sub"] == {"Fn::Sub": "repo:${Repository}:environment:${Environment}"}
    assert claims[f"{CLAIM}:ref"] == {"Fn::Sub": "refs/heads/${Branch}"}


def test_no_wildcard_can_be_smuggled_into_the_repository_or_branch(template):
    for name in ("Repository", "Branch"):
        assert "*" not in template["Parameters"][name]["AllowedPattern"].replace("]*", "")
        assert "?" not in template["Parameters"][name]["AllowedPattern"].replace(")?", "")


def test_the_plan_role_looks_and_changes_nothing(resources):
    verbs = {action.partition(":")[2] for action in actions(resources, "PlanPolicy")} - {"AssumeRole"}
    assert [verb for verb in verbs if not verb.startswith(("Describe", "Get", "List"))] == []


@pytest.mark.parametrize("policy", ["PlanPolicy", "DeployPolicy"])
def test_the_only_roles_entered_are_readers_of_the_targets(resources, policy):
    (entering,) = [each for each in statements(resources, policy) if "sts:AssumeRole" in each["Action"]]
    assert [arn["Fn::Sub"] for arn in entering["Resource"]] == [
        "arn:${AWS::Partition}:iam::*:role/${Project}-${Environment}-reader"
    ]
    assert entering["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "TargetAccounts"}}}


def test_deploying_hands_over_the_administration_role_to_cloudformation_alone(resources):
    (passing,) = [each for each in statements(resources, "DeployPolicy") if "iam:PassRole" in each["Action"]]
    assert [arn["Fn::Sub"].rpartition("/")[2] for arn in passing["Resource"]] == [
        "${Project}-${Environment}-stackset-administration"
    ]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}


@pytest.mark.parametrize(
    "action",
    ["iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "cloudformation:CreateStack",
     "cloudformation:UpdateStack", "cloudformation:DeleteStackSet", "s3:PutBucketPolicy", "s3:DeleteObjectVersion",
     "secretsmanager:GetSecretValue"],
)  # fmt: skip
def test_a_deployment_can_neither_change_the_bootstrap_nor_delete_a_stack_set(resources, action):
    assert [each for each in actions(resources, "DeployPolicy") if fnmatchcase(action, each)] == []


def test_stack_sets_and_objects_are_those_of_the_environment(resources):
    free = [each["Sid"] for each in statements(resources, "DeployPolicy") if each["Resource"] == ["*"]]
    assert free == ["Regions", "MakesStackSets"]
    (makes,) = [each for each in statements(resources, "DeployPolicy") if each["Sid"] == "MakesStackSets"]
    assert makes["Action"] == ["cloudformation:CreateStackSet"]
    named = [arn["Fn::Sub"] for each in statements(resources, "DeployPolicy") for arn in each["Resource"] if arn != "*"]
    assert [arn for arn in named if "${Project}-${Environment}-" not in arn] == [
        "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:type/resource/*"
    ] * 2


def test_the_identity_provider_is_made_once_per_account(template):
    assert template["Resources"]["GitHub"]["Condition"] == "MakesIdentityProvider"
    assert template["Resources"]["GitHub"]["Properties"]["ClientIdList"] == ["sts.amazonaws.com"]


PROD = replace(load_environment(HOME / "params", "prod"), delivery=None)


def stacks(environment):
    return {stack.layer: stack for stack in plain_stacks(environment, HOME / "templates_out")}


def test_without_a_repository_nothing_is_made_for_one():
    assert "delivery" not in stacks(PROD)


def test_with_a_repository_the_admin_account_gets_the_roles():
    made = stacks(replace(PROD, delivery=Delivery(repository="acme/infra", managed=False)))["delivery"]
    assert made.place.account == PROD.admin.account
    assert made.parameters == {
        "Project": "medapp",
        "Environment": "prod",
        "TargetAccounts": ",".join(PROD.accounts),
        "Repository": "acme/infra",
        "Branch": "main",
        "IdentityProvider": "there",
    }
