"""E9191: a powerful action that cannot name its resource is narrowed by a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, condition_keys, grants, listed, statements

DELEGATED = ("iam:CreateRole", "iam:CreateUser", "iam:PutRolePolicy", "iam:AttachRolePolicy")
"""Actions of administrators: whom they make has the permissions boundary. StackSets makes roles without."""

NARROWED: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("iam:PassRole",), ("iam:passedtoservice", "iam:associatedresourcearn"), "the service it is passed to"),
    (("kms:CreateGrant",), ("kms:grantisforawsresource", "kms:granteeprincipal"), "AWS's resources"),
    (
        ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"),
        ("kms:viaservice", "kms:resourcealiases", "kms:encryptioncontext:"),
        "the service, the key's alias or the context",
    ),
    (("iam:CreateServiceLinkedRole",), ("iam:awsservicename",), "the service"),
    (("cloudwatch:PutMetricData",), ("cloudwatch:namespace",), "the namespace"),
    (DELEGATED, ("iam:permissionsboundary",), "principals within the permissions boundary"),
    (("sts:AssumeRole",), ("aws:resourceaccount", "aws:resourceorgid"), "the accounts"),
    (("ssm:StartSession", "ssm:SendCommand"), ("aws:resourcetag/", "ssm:resourcetag/"), "tags of the instances"),
    (("ssm:StartSession",), ("ssm:sessiondocumentaccesscheck",), "the documents that it is allowed"),
)
"""Actions, conditions of which one is needed where the resource has a wildcard, and what they limit it to."""

ALWAYS = frozenset({"iam:PassRole", "kms:CreateGrant", *DELEGATED})
"""Actions that need their condition even on one named resource."""

GRANT = "kms:grantisforawsresource"

BY_NAME = ("iam:CreateServiceLinkedRole", "cloudwatch:PutMetricData")
"""Actions that matter where a policy names them: people who may do the like of them all are bounded otherwise."""

NEVER_WILD = "role/delegated/"
"""Path of the roles that administrators make: who passes one passes no more than the boundary allows."""


class NarrowedActionsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A wildcard in the resource of such an action is a wildcard in what its owner may become."""

    id = "E9191"
    shortdesc = "Powerful actions on many resources have a condition"
    description = "Where the resource has a wildcard, and for roles, grants and principals always: " + "; ".join(
        f"{', '.join(actions)} by {what}" for actions, _, what in NARROWED
    )
    source_url = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement that lacks such a condition."""
        for statement in statements(cfn):
            if statement.allows and not statement.has_principal and not _gives_nothing(cfn, statement):
                yield from _statement(cfn, statement)
            if statement.allows and statement.type == "AWS::KMS::Key" and GRANT not in condition_keys(statement):
                for leaf in listed(cfn, statement, "Action"):
                    if leaf.value == "kms:CreateGrant":
                        what = f"Condition must limit {leaf.value} to AWS's resources ({GRANT})"
                        yield RuleMatch(statement.path, f"{statement.resource}: {what}")


def _statement(cfn: Template, statement: Statement) -> Iterator[RuleMatch]:
    actions = [leaf.value for leaf in listed(cfn, statement, "Action")]
    resources = [_values.text_of(leaf.value) for leaf in listed(cfn, statement, "Resource")]
    wild = any("*" in resource for resource in resources)
    keys = condition_keys(statement)
    for wanted, needed, what in NARROWED:
        held = [each for each in wanted if any(_holds(action, each) for action in actions)]
        if not held or not (wild or held[0] in ALWAYS) or all(_is_exempt(held, resource) for resource in resources):
            continue
        if not any(key.startswith(one) for key in keys for one in needed):
            message = f"Condition must limit {', '.join(held)} to {what} ({' or '.join(needed)})"
            yield RuleMatch(statement.path, f"{statement.resource}: {message}")


def _gives_nothing(cfn: Template, statement: Statement) -> bool:
    """Whether a policy is of an endpoint, or a permissions boundary, which its name says."""
    given = _values.mapping(_values.section(cfn, "Resources")[statement.resource].get("Properties"))
    named = _values.text_of(given.get("ManagedPolicyName"))
    return statement.type == "AWS::EC2::VPCEndpoint" or named.endswith("-boundary")


def _holds(action: object, wanted: str) -> bool:
    return action == wanted if wanted in BY_NAME else grants(action, wanted)


def _is_exempt(held: list[str], resource: str) -> bool:
    """Whether a resource is narrow enough: a delegated role's to pass, the one document of sessions."""
    if NEVER_WILD in resource:
        return held[0] not in DELEGATED
    document = held == ["ssm:StartSession"] and ":document/" in resource and not resource.endswith("*")
    return document or (held[0] in DELEGATED and "/delegated/" not in resource)
