"""E9114: a database refuses connections without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import Leaf

GROUPS = {
    "AWS::RDS::DBInstance": "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBCluster": "AWS::RDS::DBClusterParameterGroup",
}
NAMES = {"AWS::RDS::DBInstance": "DBParameterGroupName", "AWS::RDS::DBCluster": "DBClusterParameterGroupName"}
FORCES = {"rds.force_ssl": ("1",), "require_secure_transport": ("1", "ON")}
"""Parameter by engine: SQL Server and PostgreSQL, MySQL and MariaDB."""


class DatabaseTlsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Each engine has its own switch in the parameter group; the default group has it off."""

    id = "E9114"
    shortdesc = "A database refuses connections without TLS"
    description = (
        "The database has a parameter group of the same template, which sets rds.force_ssl or require_secure_transport."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each database, or parameter group, that accepts plain connections."""
        for kind, group in GROUPS.items():
            closed = {name for name, _ in _values.resources(cfn, group)}
            for name, leaf in _values.properties(cfn, (NAMES[kind],), kind):
                if _values.ref(leaf.value) not in closed:
                    yield RuleMatch(leaf.path, f"{name}: {NAMES[kind]} must refer to a parameter group that forces TLS")
            for name, leaf in _values.properties(cfn, ("Parameters",), group):
                if not _forces_tls(cfn, leaf):
                    yield RuleMatch(leaf.path, f"{name}: Parameters must force TLS ({' or '.join(FORCES)})")


def _forces_tls(cfn: Template, group: Leaf) -> bool:
    for parameter, accepted in FORCES.items():
        found = [leaf.value for leaf in _values.values_at(cfn, group.value, (parameter,), group.path)]
        if found and all(str(value).upper() in accepted for value in found):
            return True
    return False
