from __future__ import annotations

import pytest

from cfngen.rules.log_retention import LogRetentionRule

GOOD = """\
Resources:
  Fixed: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 3653}}
  Chosen: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref LogRetentionDays}}
"""


def test_long_retention_is_accepted(matches):
    assert matches(LogRetentionRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "RetentionInDays: 3653",
            "RetentionInDays: 30",
            "Resources.Fixed.Properties.RetentionInDays",
            "3653",
            id="logs of a month",
        ),
        pytest.param(
            ", Properties: {RetentionInDays: !Ref LogRetentionDays}", "", "Resources.Chosen", "3653", id="logs for ever"
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(LogRetentionRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
