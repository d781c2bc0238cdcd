from __future__ import annotations

import pytest
from cfnlint.decode import decode_str
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

TEXT = """\
Parameters:
  Size: {Type: String, AllowedValues: [small, large]}
  Free: {Type: String, Default: x}
Mappings: {Sizes: {us-east-1: {web: s, app: m}, eu-west-1: {web: l, app: xl}}}
Conditions: {C: !Equals [a, b]}
Resources: {Odd: 7, Topic: {Type: AWS::SNS::Topic}}
"""


@pytest.fixture
def cfn():
    body, errors = decode_str(TEXT)
    assert not errors
    return Template("t.yaml", body, ["us-east-1"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, [5]),
        ({"Ref": "AWS::NoValue"}, [ABSENT]),
        ({"Ref": "Size"}, ["small", "large"]),
        ({"Ref": "Free"}, [{"Ref": "Free"}]),
        ({"Fn::If": ["C", 1, {"Fn::If": ["C", 2, 3]}]}, [1, 2, 3]),
        ({"Fn::If": "broken"}, [{"Fn::If": "broken"}]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "web"]}, ["s", "l"]),
        ({"Fn::FindInMap": ["Sizes", "eu-west-1", "app"]}, ["xl"]),
        ({"Fn::FindInMap": ["Nope", "a", "b"]}, [{"Fn::FindInMap": ["Nope", "a", "b"]}]),
        ({"Ref": ["odd"]}, [{"Ref": ["odd"]}]),
    ],
)
def test_every_value_that_an_expression_can_have_is_seen(cfn, value, expected):
    assert [leaf.value for leaf in _values.leaves(cfn, value)] == expected


def test_a_path_goes_through_conditions_and_lists(cfn):
    value = {"Rules": {"Fn::If": ["C", [{"On": True}, {}], {"Ref": "AWS::NoValue"}]}}
    found = [(leaf.path, leaf.value) for leaf in _values.values_at(cfn, value, ("Rules", "*", "On"), ["Top"])]
    assert found == [
        (["Top", "Rules", "Fn::If", 1, 0, "On"], True),
        (["Top", "Rules", "Fn::If", 1, 1], ABSENT),
        (["Top", "Rules", "Fn::If", 2], ABSENT),
    ]


def test_an_empty_list_lacks_the_item_that_is_asked_for(cfn):
    found = [(leaf.path, leaf.value) for leaf in _values.values_at(cfn, {"Rules": []}, ("Rules", "*", "On"))]
    assert found == [(["Rules"], ABSENT)]


def test_a_resource_that_is_no_mapping_is_passed_over(cfn):
    assert [name for name, _ in _values.resources(cfn)] == ["Topic"]


def test_text_of_a_join_keeps_references_visible():
    value = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::", {"Fn::GetAtt": ["A", "B"]}]]}
    assert _values.text_of(value) == "arn:${AWS::Partition}:iam::"


def test_values_of_opposite_branches_are_never_there_together(cfn):
    yes, no = _values.leaves(cfn, {"Fn::If": ["C", 1, 2]})
    other, _ = _values.leaves(cfn, {"Fn::If": ["D", 1, 2]})
    assert not yes.together(no)
    assert yes.together(yes)
    assert yes.together(other)
