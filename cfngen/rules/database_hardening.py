"""E9158: what belongs to a database is as well kept as the database: its secret, its metrics, its copies, its TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, at_least, given, unmet
from cfngen.rules._values import ABSENT, Leaf

DATABASE, GROUP = "AWS::RDS::DBInstance", "AWS::RDS::DBParameterGroup"
COPIES = (
    "AutomaticBackupReplicationRegion",
    "AutomaticBackupReplicationRetentionPeriod",
    "AutomaticBackupReplicationKmsKeyId",
)
DAYS = 7

TABLE = (
    Setting(DATABASE, "MasterUserSecret.KmsKeyId", given, "must name a KMS key"),
    Setting(DATABASE, "PerformanceInsightsKMSKeyId", given, "must name a KMS key: queries show what they ask for"),
    Setting(
        DATABASE,
        COPIES[1],
        lambda value: value is ABSENT or at_least(DAYS)(value),
        f"must be {DAYS} days at least",
        by_default=True,
    ),
)

FLOORS: tuple[dict[str, tuple[str, ...]], ...] = (
    {"rds.tls10": ("disabled",), "rds.tls11": ("disabled",)},
    {"ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"), "log_connections": ("1",)},
    {"tls_version": ("TLSv1.2", "TLSv1.3", "TLSv1.2,TLSv1.3")},
)
"""What keeps older protocols out: of SQL Server; of PostgreSQL, which says in its log who connected; of MySQL.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Ciphers.html
"""


class DatabaseHardeningRule(CloudFormationLintRule):  # type: ignore[misc]
    """A secret under AWS's own key can be read by whoever may read secrets at all."""

    id = "E9158"
    shortdesc = "A database's secret, metrics and copies have a key of ours, its connections TLS 1.2"
    description = (
        "Keys for the master secret, Performance Insights and replicated backups; backups are replicated, for a week "
        "at least, where there is another region; users may sign in with IAM where the engine knows it; the parameter "
        "group keeps TLS before 1.2 out."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.Security.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "encryption", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each thing that is less well kept than the database."""
        yield from unmet(cfn, TABLE)
        for name, resource in _values.resources(cfn, DATABASE):
            properties = _values.mapping(resource.get("Properties"))
            path: list[str | int] = ["Resources", name, "Properties"]
            for key in COPIES:
                if all(leaf.value is ABSENT for leaf in _values.values_at(cfn, properties, (key,), path)):
                    yield RuleMatch(path, f"{name}: {key} must be given, at least where there is another region")
            signing = [
                leaf.value for leaf in _values.values_at(cfn, properties, ("EnableIAMDatabaseAuthentication",), path)
            ]
            if not any(map(_values.is_true, signing)):
                what = "EnableIAMDatabaseAuthentication must be true, at least for engines that know it"
                yield RuleMatch(path, f"{name}: {what}")
        for name, leaf in _values.properties(cfn, ("Parameters",), GROUP):
            if not any(_has(leaf, floor) for floor in FLOORS):
                floors = "; or ".join(", ".join(f"{key} {of[0]}" for key, of in floor.items()) for floor in FLOORS)
                yield RuleMatch(leaf.path, f"{name}: Parameters must keep to TLS 1.2 and later: {floors}")


def _has(group: Leaf, floor: dict[str, tuple[str, ...]]) -> bool:
    found = _values.mapping(group.value)
    return all(str(found.get(key)) in accepted for key, accepted in floor.items())
