from __future__ import annotations

import pytest

from cfngen.rules.database_tls import DatabaseTlsRule

GOOD = """\
Resources:
  Database: {Type: AWS::RDS::DBInstance, Properties: {DBParameterGroupName: !Ref Settings}}
  Settings: {Type: AWS::RDS::DBParameterGroup, Properties: {Family: postgres17, Parameters: {rds.force_ssl: "1"}}}
"""


def test_forced_tls_is_accepted(matches):
    assert matches(DatabaseTlsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            'rds.force_ssl: "1"',
            'rds.force_ssl: "0"',
            "Resources.Settings.Properties.Parameters",
            "must force TLS",
            id="TLS is optional",
        ),
        pytest.param(
            ', Parameters: {rds.force_ssl: "1"}',
            "",
            "Resources.Settings.Properties",
            "must force TLS",
            id="a group without the switch",
        ),
        pytest.param(
            "DBParameterGroupName: !Ref Settings",
            "Engine: sqlserver-se",
            "Resources.Database.Properties",
            "DBParameterGroupName",
            id="the default group",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(DatabaseTlsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
