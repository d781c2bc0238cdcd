"""E9113: a database survives a zone, a mistake and a deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SWITCHES = {"AWS::RDS::DBInstance": ("MultiAZ", "DeletionProtection"), "AWS::RDS::DBCluster": ("DeletionProtection",)}
DAYS = 7


class DatabaseContinuityRule(CloudFormationLintRule):  # type: ignore[misc]
    """A switch may be left to a parameter that is on by default, so that a small environment can do without."""

    id = "E9113"
    shortdesc = "A database has a standby, backups and deletion protection"
    description = "MultiAZ and DeletionProtection are on (or on by default), backups are kept for a week at least."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each safeguard that a database lacks."""
        for name, resource in _values.resources(cfn, "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
            given = _values.mapping(resource.get("Properties"))
            path = ["Resources", name, "Properties"] if given else ["Resources", name]
            for switch in SWITCHES[resource["Type"]]:
                if not _values.chosen(cfn, given.get(switch)):
                    where = [*path, switch] if switch in given else path
                    yield RuleMatch(where, f"{name}: {switch} must be true, or a parameter that is true by default")
            for leaf in _values.values_at(cfn, given, ("BackupRetentionPeriod",), path):
                if not _values.at_least(cfn, DAYS)(leaf.value):
                    what = f"BackupRetentionPeriod must be {DAYS} days at least, or a parameter with that MinValue"
                    yield RuleMatch(leaf.path, f"{name}: {what}")
