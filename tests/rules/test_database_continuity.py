from __future__ import annotations

import pytest

from cfngen.rules.database_continuity import DatabaseContinuityRule

GOOD = """\
Parameters:
  MultiAz: {Type: String, Default: "true", AllowedValues: ["true", "false"]}
  BackupDays: {Type: Number, Default: 35, MinValue: 7}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {MultiAZ: !Ref MultiAz, DeletionProtection: true, BackupRetentionPeriod: !Ref BackupDays}
"""


def test_a_safe_database_is_accepted(matches):
    assert matches(DatabaseContinuityRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "MultiAZ: !Ref MultiAz",
            "MultiAZ: false",
            "Resources.Database.Properties.MultiAZ",
            "MultiAZ must be true",
            id="no standby",
        ),
        pytest.param(
            'Default: "true"',
            'Default: "false"',
            "Resources.Database.Properties.MultiAZ",
            "MultiAZ must be true",
            id="no standby by default",
        ),
        pytest.param(
            "DeletionProtection: true, ",
            "",
            "Resources.Database.Properties",
            "DeletionProtection must be true",
            id="no protection",
        ),
        pytest.param(
            "BackupRetentionPeriod: !Ref BackupDays",
            "BackupRetentionPeriod: 1",
            "Resources.Database.Properties.BackupRetentionPeriod",
            "7 days at least",
            id="backups of a day",
        ),
        pytest.param(
            "MinValue: 7",
            "MinValue: 0",
            "Resources.Database.Properties.BackupRetentionPeriod",
            "7 days at least",
            id="backups that a parameter may turn off",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(DatabaseContinuityRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]


def test_a_standby_under_a_condition_is_accepted(matches):
    assert matches(DatabaseContinuityRule(), GOOD.replace("!Ref MultiAz", "!If [Small, false, true]")) == []
