from __future__ import annotations

import pytest

from cfngen.rules.database_private import DatabasePrivateRule

GOOD = """\
Resources:
  Database: {Type: AWS::RDS::DBInstance, Properties: {PubliclyAccessible: false}}
"""


def test_a_private_database_is_accepted(matches):
    assert matches(DatabasePrivateRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "PubliclyAccessible: false",
            "PubliclyAccessible: true",
            "Resources.Database.Properties.PubliclyAccessible",
            "must be false",
            id="a public database",
        ),
        pytest.param(
            "PubliclyAccessible: false",
            "Engine: postgres",
            "Resources.Database.Properties",
            "must be false",
            id="a database that does not say",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(DatabasePrivateRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
