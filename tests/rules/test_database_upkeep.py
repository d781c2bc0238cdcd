from __future__ import annotations

import pytest

from cfngen.rules.database_upkeep import DatabaseUpkeepRule

GOOD = """\
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      AutoMinorVersionUpgrade: true
      CopyTagsToSnapshot: true
      DeleteAutomatedBackups: false
      EnableCloudwatchLogsExports: [error]
"""


def test_a_kept_database_is_accepted(matches):
    assert matches(DatabaseUpkeepRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "AutoMinorVersionUpgrade: true",
            "AutoMinorVersionUpgrade: false",
            "Resources.Database.Properties.AutoMinorVersionUpgrade",
            "must be true",
            id="no patches",
        ),
        pytest.param(
            "      CopyTagsToSnapshot: true\n",
            "",
            "Resources.Database.Properties",
            "CopyTagsToSnapshot must be true",
            id="snapshots without tags",
        ),
        pytest.param(
            "DeleteAutomatedBackups: false",
            "DeleteAutomatedBackups: true",
            "Resources.Database.Properties.DeleteAutomatedBackups",
            "must be false",
            id="backups that go with it",
        ),
        pytest.param(
            "EnableCloudwatchLogsExports: [error]",
            "EnableCloudwatchLogsExports: []",
            "Resources.Database.Properties.EnableCloudwatchLogsExports",
            "engine's logs",
            id="no logs",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(DatabaseUpkeepRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
