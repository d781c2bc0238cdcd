from __future__ import annotations

import pytest

from cfngen.rules.database_credentials import DatabaseCredentialsRule

GOOD = """\
Resources:
  Database: {Type: AWS::RDS::DBInstance, Properties: {ManageMasterUserPassword: true}}
"""


def test_a_managed_password_is_accepted(matches):
    assert matches(DatabaseCredentialsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "ManageMasterUserPassword: true",
            "ManageMasterUserPassword: true, MasterUserPassword: !Ref Password",
            "Resources.Database.Properties.MasterUserPassword",
            "must not be given",
            id="a password of ours",
        ),
        pytest.param(
            "ManageMasterUserPassword: true",
            "ManageMasterUserPassword: false",
            "Resources.Database.Properties.ManageMasterUserPassword",
            "must be true",
            id="nobody manages it",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(DatabaseCredentialsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
