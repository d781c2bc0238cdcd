"""E9141: a permissions boundary keeps people out of audit, patient data's keys and the boundary itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, grants, listed, statements

DENIED = {
    "*": "cloudtrail:StopLogging cloudtrail:DeleteTrail cloudtrail:UpdateTrail cloudtrail:PutEventSelectors "
    "iam:DeleteRolePermissionsBoundary iam:DeleteUserPermissionsBoundary",
    "Archive": "s3:DeleteObject s3:DeleteObjectVersion s3:PutBucketPolicy s3:BypassGovernanceRetention s3:GetObject",
    "LogGroup": "logs:DeleteLogGroup logs:DeleteMetricFilter",
    ":alarm:": "cloudwatch:DeleteAlarms cloudwatch:DisableAlarmActions",
    "Topic": "sns:DeleteTopic sns:Unsubscribe",
    "data-key": "kms:Decrypt kms:CreateGrant kms:PutKeyPolicy kms:ScheduleKeyDeletion",
    "alias/": "kms:DeleteAlias kms:UpdateAlias",
    "-docs-": "s3:GetObject s3:PutObject",
    "-cfn-": "s3:PutObject",
    "-boundary": "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion iam:DeletePolicy",
    "/delegated/": "iam:UpdateAssumeRolePolicy iam:CreateAccessKey iam:AttachUserPolicy iam:PutRolePolicy",
    "stackset/": "cloudformation:UpdateStackSet cloudformation:UpdateStack",
}
"""What must be denied, by a word of what it must be denied on (or, for /delegated/, on all else)."""

UNLESS_BOUNDED = (
    "iam:CreateRole iam:CreateUser iam:PutRolePermissionsBoundary iam:PutUserPermissionsBoundary "
    "iam:AttachRolePolicy iam:AttachUserPolicy iam:PutRolePolicy iam:PutUserPolicy"
)
"""What must be denied for principals that have another boundary, or none."""


class BoundaryDenialsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A policy whose name ends in -boundary is one: it gives nothing, so its denials are all that it is for."""

    id = "E9141"
    shortdesc = "A permissions boundary denies what must stay out of reach"
    description = (
        "The boundary denies changes of trail, archive, alarms, keys and itself, access to documents, and principals "
        "without it."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each action that a boundary leaves open."""
        for name, leaf in _values.properties(cfn, ("ManagedPolicyName",), "AWS::IAM::ManagedPolicy"):
            if not _values.text_of(leaf.value).endswith("-boundary"):
                continue
            denials = [each for each in statements(cfn) if each.resource == name and not each.allows]
            for word, actions in DENIED.items():
                there = [each for each in denials if _is_there(cfn, each, word)]
                yield from _open(cfn, name, there, actions, f"must be denied ({word})")
            bound = [each for each in denials if _is_about_itself(each)]
            yield from _open(cfn, name, bound, UNLESS_BOUNDED, "must be denied without this boundary")


def _open(cfn: Template, name: str, denials: list[Statement], actions: str, message: str) -> Iterator[RuleMatch]:
    for action in actions.split():
        if not any(_denies(cfn, each, action) for each in denials):
            yield RuleMatch(["Resources", name], f"{name}: {action} {message}")


def _is_there(cfn: Template, statement: Statement, word: str) -> bool:
    everywhere = "*" in [leaf.value for leaf in listed(cfn, statement, "Resource")]
    return everywhere if word == "*" else word in str(statement.body)


def _denies(cfn: Template, statement: Statement, action: str) -> bool:
    return any(grants(leaf.value, action) for leaf in listed(cfn, statement, "Action"))


def _is_about_itself(statement: Statement) -> bool:
    condition = _values.mapping(_values.mapping(statement.body.get("Condition")).get("StringNotEquals"))
    return "iam:PermissionsBoundary" in condition
