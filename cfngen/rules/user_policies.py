"""E9139: users have their rights through groups and roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

OWN = ("Policies", "ManagedPolicyArns")
OTHERS = (("AWS::IAM::Policy", "Users"), ("AWS::IAM::ManagedPolicy", "Users"))


class UserPoliciesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Item 1.15 of CIS AWS Foundations v3.0.0: what one person has, nobody finds again."""

    id = "E9139"
    shortdesc = "A user has no policies of its own"
    description = "No inline or attached policies of users, and no policy that names users."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each policy that is a user's own."""
        for key in OWN:
            for name, leaf in _values.properties(cfn, (key,), "AWS::IAM::User"):
                if leaf.value not in (ABSENT, []):
                    yield RuleMatch(leaf.path, f"{name}: {key} must be a group's, not a user's")
        for kind, key in OTHERS:
            for name, leaf in _values.properties(cfn, (key,), kind):
                if leaf.value not in (ABSENT, []):
                    yield RuleMatch(leaf.path, f"{name}: {key} must be empty; name groups or roles")
        for name, _ in _values.resources(cfn, "AWS::IAM::UserPolicy"):
            yield RuleMatch(["Resources", name], f"{name}: an inline policy of a user; give it to a group")
