from __future__ import annotations

import pytest

from cfngen.rules.nested_defaults import NestedDefaultsRule

ROOT = """\
Parameters: {Days: {Type: Number, Default: 35, MinValue: 7}}
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./data.yaml, Parameters: {Days: !Ref Days}}
"""
CHILD = """\
Parameters: {Days: {Type: Number, Default: 35, MinValue: 7}}
Resources: {Topic: {Type: AWS::SNS::Topic}}
"""


@pytest.fixture
def found(matches, tmp_path):
    (tmp_path / "data.yaml").write_text(CHILD)
    return lambda root: matches(NestedDefaultsRule(), root, str(tmp_path / "root.yaml"))


def test_the_same_declaration_is_accepted(found):
    assert found(ROOT) == []


def test_a_value_that_the_root_makes_is_its_own(found):
    assert found(ROOT.replace("!Ref Days", "1").replace("Default: 35", "Default: 3")) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("Default: 35", "Default: 1", "Days: Default must be 35, as data.yaml has it"),
        ("MinValue: 7", "MinValue: 0", "Days: MinValue must be 7, as data.yaml has it"),
        (", MinValue: 7", "", "Days: MinValue must be 7, as data.yaml has it"),
    ],
)
def test_a_declaration_that_differs_is_found(found, old, new, what):
    assert found(ROOT.replace(old, new)) == [("Parameters.Days", what)]
