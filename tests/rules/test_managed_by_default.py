from __future__ import annotations

import pytest

from cfngen.rules.managed_by_default import ManagedByDefaultRule

GOOD = """\
Parameters:
  ManageConfig: {Type: String, Default: 'true', AllowedValues: ['true', 'false']}
  ReplicateToStandby: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}
Conditions:
  ManagesConfig: {'Fn::Equals': [{Ref: ManageConfig}, 'true']}
  Replicates: {'Fn::Equals': [{Ref: ReplicateToStandby}, 'true']}
Resources:
  Topic: {Type: AWS::SNS::Topic}
"""


def test_a_switch_that_is_on_by_default_and_other_parameters_are_accepted(matches):
    assert matches(ManagedByDefaultRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param("Default: 'true'", "Default: 'false'", "Parameters.ManageConfig", "must be true", id="off"),
        pytest.param("Default: 'true', ", "", "Parameters.ManageConfig", "must be true", id="no default"),
        pytest.param(
            "Default: 'true', AllowedValues: ['true', 'false']",
            "Default: 'true'",
            "Parameters.ManageConfig",
            "true and false",
            id="anything goes",
        ),
        pytest.param(
            "[{Ref: ManageConfig}, 'true']",
            "[{Ref: ManageConfig}, 'false']",
            "Conditions.ManagesConfig",
            "compared with true",
            id="turned",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(ManagedByDefaultRule(), GOOD.replace(old, new, 1))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
