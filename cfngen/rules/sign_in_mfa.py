"""E9180: who signs in without MFA can add it, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._people import demands_mfa, without_mfa
from cfngen.rules._policies import Statement, grants, listed, statements

GUARDED = ("sts:AssumeRole", "iam:DeactivateMFADevice", "iam:ChangePassword", "iam:CreateAccessKey")
"""What a stolen password alone must not be good for."""

OPEN = frozenset(
    {
        *("iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetMFADevice"),
        *("iam:GetUser", "iam:ListMFADevices", "iam:ListVirtualMFADevices"),
        "sts:GetSessionToken",
    }
)
"""What adding MFA takes, and signing in with it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
"""


class SignInMfaRule(CloudFormationLintRule):  # type: ignore[misc]
    """A group is for people: its policies reach whoever knows a password, so they must ask for more."""

    id = "E9180"
    shortdesc = "A group's members can do nothing without MFA but add it"
    description = (
        "A group has a policy that denies everything but managing MFA without it, and what its policies allow of "
        "roles and credentials demands it."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each group and each statement that is content with a password."""
        mine: dict[str, list[Statement]] = {}
        for statement in statements(cfn):
            mine.setdefault(statement.resource, []).append(statement)
        policies: dict[str, None] = {}
        for name, resource in _values.resources(cfn, "AWS::IAM::Group"):
            arns = _values.as_list(_values.mapping(resource.get("Properties")).get("ManagedPolicyArns"))
            attached = [_values.ref(arn) for arn in arns]
            if not any(_denies_the_rest(cfn, each) for policy in attached for each in mine.get(policy, ())):
                yield RuleMatch(
                    ["Resources", name], f"{name}: no policy denies everything but {', '.join(sorted(OPEN))}"
                )
            policies |= dict.fromkeys(attached)
        for policy in policies:
            for statement in mine.get(policy, ()):
                yield from _guarded(cfn, statement)


def _denies_the_rest(cfn: Template, statement: Statement) -> bool:
    others = {leaf.value for leaf in listed(cfn, statement, "NotAction")}
    return not statement.allows and bool(others) and others <= OPEN and without_mfa(statement)


def _guarded(cfn: Template, statement: Statement) -> Iterator[RuleMatch]:
    actions = [leaf.value for leaf in listed(cfn, statement, "Action")]
    held = [each for each in GUARDED if any(grants(action, each) for action in actions)]
    if statement.allows and held and not demands_mfa(statement):
        yield RuleMatch(statement.path, f"{statement.resource}: {' and '.join(held)} must demand MFA")
