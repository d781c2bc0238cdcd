"""E9131: a database gets its patches, keeps its backups and writes its logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

TABLE: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("AutoMinorVersionUpgrade", _values.is_true, "must be true"),
    ("CopyTagsToSnapshot", _values.is_true, "must be true"),
    ("DeleteAutomatedBackups", _values.is_false, "must be false"),
    ("EnableCloudwatchLogsExports", lambda value: value is not ABSENT and value != [], "must name the engine's logs"),
)


class DatabaseUpkeepRule(CloudFormationLintRule):  # type: ignore[misc]
    """A snapshot without tags is one that no rule finds."""

    id = "E9131"
    shortdesc = "A database is patched, logged and its backups outlive it"
    description = "Minor versions are applied, tags are copied to snapshots, automated backups stay, logs are exported."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each neglect."""
        for key, accept, message in TABLE:
            yield from _values.require(cfn, "AWS::RDS::DBInstance", (key,), accept, message)
