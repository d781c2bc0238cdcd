from __future__ import annotations

import pytest

from cfngen.rules.nested_parameters import NestedParametersRule

ROOT = """\
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./network.yaml}}
"""
CHILD = """\
Parameters: {VpcCidr: {Type: String}, ZoneCount: {Type: Number, Default: 2}}
Resources: {Vpc: {Type: AWS::EC2::VPC}}
"""


@pytest.fixture
def found(matches, tmp_path):
    (tmp_path / "network.yaml").write_text(CHILD)
    return lambda root: matches(NestedParametersRule(), root, str(tmp_path / "root.yaml"))


def test_a_nested_stack_without_parameters_misses_those_without_default(found):
    what = "Network gives no parameters, but network.yaml requires VpcCidr"
    assert found(ROOT) == [("Resources.Network.Properties", what)]


def test_empty_parameters_are_as_good_as_none(found):
    assert len(found(ROOT.replace("network.yaml}", "network.yaml, Parameters: {}}"))) == 1


def test_given_parameters_are_left_to_cfn_lint(found):
    assert found(ROOT.replace("network.yaml}", "network.yaml, Parameters: {VpcCidr: 10.0.0.0/16}}")) == []


@pytest.mark.parametrize("url", ["./missing.yaml", "https://example.com/network.yaml", "!Sub x"])
def test_a_child_that_is_no_file_here_is_passed_over(found, url):
    assert found(ROOT.replace("./network.yaml", url)) == []
