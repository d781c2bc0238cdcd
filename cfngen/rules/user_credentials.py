"""E9138: no template holds, or makes, anybody's password or access key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT


class UserCredentialsRule(CloudFormationLintRule):  # type: ignore[misc]
    """An access key that a stack makes is readable by whoever may describe the stack."""

    id = "E9138"
    shortdesc = "No access keys and passwords of users in templates"
    description = "No AWS::IAM::AccessKey, and no LoginProfile of a user."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "secrets"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each access key and each password."""
        for name, _ in _values.resources(cfn, "AWS::IAM::AccessKey"):
            yield RuleMatch(["Resources", name], f"{name}: people make their own access keys, where they need any")
        for name, leaf in _values.properties(cfn, ("LoginProfile",), "AWS::IAM::User"):
            if leaf.value is not ABSENT:
                yield RuleMatch(
                    leaf.path, f"{name}: LoginProfile holds a password; an administrator sets the first one"
                )
