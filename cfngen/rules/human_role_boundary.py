"""E9137: a role that people enter is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._people import entrances
from cfngen.rules._values import ABSENT


class HumanRoleBoundaryRule(CloudFormationLintRule):  # type: ignore[misc]
    """Whoever may make principals must not be able to make one that can do more than they can."""

    id = "E9137"
    shortdesc = "A role that people may enter has a permissions boundary"
    description = "PermissionsBoundary is given for each role whose trust policy names an account or a user."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each such role that has none."""
        entered = {statement.resource for statement in entrances(cfn)}
        for name, leaf in _values.properties(cfn, ("PermissionsBoundary",), "AWS::IAM::Role"):
            if name in entered and leaf.value in (ABSENT, ""):
                yield RuleMatch(leaf.path, f"{name}: PermissionsBoundary must be given")
