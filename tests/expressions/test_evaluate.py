from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cfngen.expressions.evaluate import Frame, evaluate, holds, resources
from cfngen.expressions.values import NO_VALUE, Reference, Text, Unknown, parameter_values

BODY = yaml.safe_load("""\
Parameters:
  VpcCidr: {Type: String}
  Zones: {Type: Number, Default: 2}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Unset: {Type: String}
Mappings:
  Sizes: {eu-west-1: {web: large}}
Conditions:
  Two: {"Fn::Equals": [{Ref: Zones}, "2"]}
  Three: {"Fn::Not": [{Condition: Two}]}
  Later: {"Fn::Equals": [{Ref: Unset}, ""]}
  Loop: {"Fn::Or": [{Condition: Loop}, {"Fn::Equals": [a, b]}]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: {Ref: VpcCidr}}}
  Third: {Type: AWS::EC2::Subnet, Condition: Three}
  Perhaps: {Type: AWS::EC2::Subnet, Condition: Later}
  Second: {Type: AWS::EC2::Subnet, Condition: Two, Properties: {VpcId: {Ref: Vpc}, Name: {Ref: "AWS::NoValue"}}}
  Odd: 7
""")
FRAME = Frame(
    "prod/network",
    BODY,
    parameter_values(BODY, {"VpcCidr": "10.0.0.0/16"}),
    {"AWS::Region": "eu-west-1", "AWS::AccountId": "333333333333"},
    {"Network": {"VpcId": Reference("prod/other", "Vpc")}},
)
VPC = Reference("prod/network", "Vpc")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("text", "text"),
        ({"Ref": "VpcCidr"}, "10.0.0.0/16"),
        ({"Ref": "Zones"}, "2"),
        ({"Ref": "Names"}, ["a", "b"]),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::NoValue"}, NO_VALUE),
        ({"Ref": "Vpc"}, VPC),
        ({"Ref": "AWS::StackName"}, Reference("prod/network", "AWS::StackName")),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "10.0.0.0/16"),
        ({"Fn::GetAtt": "Vpc.VpcId"}, Reference("prod/network", "Vpc", "VpcId")),
        ({"Fn::GetAtt": ["Network", "Outputs.VpcId"]}, Reference("prod/other", "Vpc")),
        ({"Fn::Sub": "arn:${AWS::Region}:${!Literal}:${Names}"}, None),
        ({"Fn::Sub": "${AWS::AccountId}-${!x}-${Vpc.CidrBlock}"}, "333333333333-${x}-10.0.0.0/16"),
        ({"Fn::Sub": ["${Of}/${Vpc}", {"Of": {"Ref": "Zones"}}]}, Text(("2/", VPC))),
        ({"Fn::Join": ["-", ["a", {"Ref": "Zones"}, {"Ref": "AWS::NoValue"}]]}, "a-2"),
        ({"Fn::Join": [",", {"Ref": "Names"}]}, "a,b"),
        ({"Fn::Split": ["/", {"Ref": "VpcCidr"}]}, ["10.0.0.0", "16"]),
        ({"Fn::Select": ["1", {"Ref": "Names"}]}, "b"),
        ({"Fn::Select": [1, {"Fn::Cidr": [{"Ref": "VpcCidr"}, 3, 8]}]}, "10.0.1.0/24"),
        ({"Fn::Cidr": ["10.0.0.0/24", 2, "4"]}, ["10.0.0.0/28", "10.0.0.16/28"]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "web"]}, "large"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "web", {"DefaultValue": "small"}]}, "small"),
        ({"Fn::If": ["Two", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Three", "yes", {"Ref": "AWS::NoValue"}]}, NO_VALUE),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": [{"Ref": "Vpc"}, {"Ref": "Vpc"}]}, True),
        ({"Fn::And": [{"Condition": "Two"}, {"Condition": "Three"}]}, False),
        ({"Fn::Or": [{"Condition": "Two"}, {"Condition": "Later"}]}, True),
        ({"Fn::And": [{"Condition": "Three"}, {"Condition": "Later"}]}, False),
        ({"Fn::Base64": {"Fn::Sub": "in ${AWS::Region}"}}, "in eu-west-1"),
        ({"Fn::Length": {"Ref": "Names"}}, 2),
        ({"Fn::ToJsonString": {"a": {"Ref": "Zones"}}}, '{"a": "2"}'),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": {"c": {"Ref": "Zones"}}}, {"b": {"c": "2"}}),
    ],
)
def test_an_expression_has_its_value(expression, value):
    found = evaluate(expression, FRAME)
    if value is None:
        assert found == Text(("arn:eu-west-1:${Literal}:", Unknown("a list or mapping within a text")))
    else:
        assert found == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ({"Ref": "Unset"}, "Unset has no value"),
        ({"Ref": "Nobody"}, "nothing is called Nobody"),
        ({"Ref": ["x"]}, "something else"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "nothing is called Nobody"),
        ({"Fn::GetAtt": ["Network", "Outputs.Nope"]}, "Network gives no Nope"),
        ({"Fn::Select": [5, {"Ref": "Names"}]}, "item 5 of 2"),
        ({"Fn::Cidr": [{"Ref": "VpcCidr"}, 300, 8]}, "no 300 ranges"),
        ({"Fn::Cidr": ["nonsense", 1, 8]}, "nonsense"),
        ({"Fn::Cidr": [{"Ref": "Unset"}, 1, 8]}, "not known"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "web"]}, "Sizes/us-east-1/web"),
        ({"Fn::If": ["Later", "a", "b"]}, "the condition Later is not known"),
        ({"Fn::If": ["Nope", "a", "b"]}, "no condition Nope"),
        ({"Fn::If": ["Loop", "a", "b"]}, "the condition Loop is not known"),
        ({"Fn::Equals": [{"Ref": "Vpc"}, "x"]}, "not known yet"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue"),
        ({"Fn::Join": [",", {"Ref": "Unset"}]}, "Unset has no value"),
    ],
)
def test_what_cannot_be_known_is_unknown_with_the_reason(expression, why):
    found = evaluate(expression, FRAME)
    assert isinstance(found, Unknown)
    assert why in found.why


def test_zones_are_references_that_can_be_told_apart():
    zones = evaluate({"Fn::GetAZs": ""}, FRAME)
    assert len(set(zones)) == 3
    assert evaluate({"Fn::GetAZs": {"Ref": "AWS::Region"}}, FRAME) == zones
    assert evaluate({"Fn::GetAZs": "us-east-1"}, FRAME) != zones


def test_resources_are_those_whose_condition_may_hold():
    found = resources(FRAME)
    assert {name: each.certain for name, each in found.items()} == {"Vpc": True, "Perhaps": False, "Second": True}
    assert found["Second"].properties == {"VpcId": VPC}
    assert found["Vpc"].reference == VPC


def test_a_condition_is_true_false_or_unknown():
    assert holds("Two", FRAME) is True
    assert holds("Three", FRAME) is False
    assert isinstance(holds("Later", FRAME), Unknown)


def test_a_list_parameter_keeps_references_apart():
    body = {"Parameters": {"Ids": {"Type": "List<AWS::EC2::Subnet::Id>"}}}
    assert parameter_values(body, {"Ids": Text((VPC, ",", VPC))}) == {"Ids": [VPC, VPC]}


NAMES = ["Ref", "Condition", "Vpc", "Two", "Names", "Sizes", "AWS::NoValue", ",", "10.0.0.0/16", "1", "Vpc.CidrBlock"]
FUNCTIONS = ["And", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "Join", "Length", "Not", "Select", "Sub"]
LEAVES = st.sampled_from([*NAMES, 0, -1, 3, 2.5, True, None])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["Ref", "Condition", *(f"Fn::{each}" for each in FUNCTIONS)]), inner, max_size=2
        ),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_no_expression_makes_it_fail(expression):
    first = evaluate(expression, FRAME)
    assert first == evaluate(expression, FRAME)
