"""E9115: nobody knows a database's master password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT


class DatabaseCredentialsRule(CloudFormationLintRule):  # type: ignore[misc]
    """RDS makes the secret, keeps it in Secrets Manager and rotates it."""

    id = "E9115"
    shortdesc = "RDS manages the master password"
    description = "ManageMasterUserPassword is true, and MasterUserPassword is nowhere."
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "secrets"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each database whose password somebody has to know."""
        for kind in ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
            yield from _values.require(cfn, kind, ("ManageMasterUserPassword",), _values.is_true, "must be true")
            for name, leaf in _values.properties(cfn, ("MasterUserPassword",), kind):
                if leaf.value is not ABSENT:
                    yield RuleMatch(leaf.path, f"{name}: MasterUserPassword must not be given")
