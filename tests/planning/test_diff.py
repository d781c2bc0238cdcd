"""Semantic differences: what counts, what does not, and that both directions tell the same."""

from __future__ import annotations

import json
import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cfngen.artifacts import render
from cfngen.expressions.values import Reference, Text, Unknown
from cfngen.planning.changes import Difference
from cfngen.planning.diff import diff, diff_bundles, leaves, path_text, same, written

NAMES = st.sampled_from(["Vpc", "Name", "Tags", "Key", "Value", "Size", "Ref", "Items"])
LITERALS = st.one_of(st.booleans(), st.integers(-5, 5), st.sampled_from(["", "a", "b", "true", "2", "${Vpc}"]))
FUNCTIONS = st.one_of(
    st.sampled_from(["Vpc", "Size"]).map(lambda name: {"Ref": name}),
    st.sampled_from(["Vpc.Arn", "Vpc.Name"]).map(lambda name: {"Fn::GetAtt": name}),
    st.sampled_from(["${Vpc}", "plain"]).map(lambda text: {"Fn::Sub": text}),
)
VALUES = st.recursive(
    LITERALS | FUNCTIONS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES.filter(lambda n: n != "Ref"), inner, max_size=3),
    max_leaves=8,
)
RESOURCES = st.dictionaries(
    st.sampled_from(["A", "B", "C"]),
    st.fixed_dictionaries(
        {"Type": st.sampled_from(["AWS::S3::Bucket", "AWS::EC2::VPC"])},
        optional={
            "Properties": st.dictionaries(NAMES.filter(lambda n: n != "Ref"), VALUES, max_size=3),
            "Metadata": st.dictionaries(NAMES, LITERALS, max_size=2),
            "DependsOn": st.lists(st.sampled_from(["A", "B"]), min_size=1, unique=True),
        },
    ),
    min_size=1,
)
BODIES = st.fixed_dictionaries(
    {"Resources": RESOURCES},
    optional={
        "Description": st.text(max_size=5),
        "Conditions": st.dictionaries(NAMES, FUNCTIONS, max_size=2),
        "Outputs": st.dictionaries(NAMES, st.fixed_dictionaries({"Value": VALUES}), max_size=2),
        "Parameters": st.dictionaries(
            NAMES, st.fixed_dictionaries({"Type": st.just("String")}, optional={"Default": LITERALS}), max_size=2
        ),
    },
)


def shuffled(value, seed):
    """The same value with its keys in another order."""
    if isinstance(value, list):
        return [shuffled(each, seed) for each in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.Random(seed).shuffle(keys)
    return {key: shuffled(value[key], seed) for key in keys}


@given(BODIES, st.integers())
def test_a_template_does_not_differ_from_itself_whatever_the_order_of_its_keys(body, seed):
    assert diff(body, shuffled(body, seed)) == ()


@given(BODIES)
def test_a_template_does_not_differ_from_itself_in_another_format(body):
    assert diff(body, yaml.safe_load(render(body))) == ()
    assert diff(body, json.loads(json.dumps(body, indent=3))) == ()


@given(BODIES, BODIES)
def test_the_way_back_tells_the_same_the_other_way_round(old, new):
    there = {(each.section, each.name, each.path, each.before, each.after) for each in diff(old, new)}
    back = {(each.section, each.name, each.path, each.after, each.before) for each in diff(new, old)}
    assert there == back


@given(VALUES, VALUES)
def test_values_differ_exactly_where_they_are_not_the_same(old, new):
    assert same(old, new) == (not list(leaves(old, new)))


def resource(**properties):
    return {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": properties}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"Description": "a"}, {"Description": "b"}),
        ({"Metadata": {"a": 1}}, {}),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, {}),
        ({"Parameters": {"A": {"Type": "String", "Description": "a"}}}, {"Parameters": {"A": {"Type": "String"}}}),
        (resource(EnableDnsSupport="true"), resource(EnableDnsSupport=True)),
        (resource(Port=2), resource(Port="2")),
        (resource(A={"Fn::GetAtt": "B.C.D"}), resource(A={"Fn::GetAtt": ["B", "C.D"]})),
        (resource(A={"Fn::Sub": "plain"}), resource(A="plain")),
        (
            {"Resources": {"A": {"Type": "T", "DependsOn": "B", "Metadata": {"why": "a"}}}},
            {"Resources": {"A": {"Type": "T", "DependsOn": ["B"], "Metadata": {"why": "b"}}}},
        ),
        (
            {"Resources": {"A": {"Type": "T", "DependsOn": ["B", "C"]}}},
            {"Resources": {"A": {"Type": "T", "DependsOn": ["C", "B"]}}},
        ),
        (
            {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./n.yaml"}}}},
            {
                "Resources": {
                    "N": {
                        "Type": "AWS::CloudFormation::Stack",
                        "Properties": {"TemplateURL": "https://b.s3.amazonaws.com/x/9f/n.yaml"},
                    }
                }
            },
        ),
    ],
)
def test_what_only_looks_different_is_no_difference(old, new):
    assert diff(old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "differences"),
    [
        (
            resource(CidrBlock="10.0.0.0/16"),
            resource(CidrBlock={"Ref": "VpcCidr"}),
            [("Resources", "Vpc.Properties.CidrBlock", "10.0.0.0/16", "!Ref VpcCidr")],
        ),
        (resource(), {"Resources": {}}, [("Resources", "Vpc", "{Type: AWS::EC2::VPC, Properties: {}}", None)]),
        (
            resource(Tags=[{"Key": "Name", "Value": "a"}, {"Key": "Team", "Value": "x"}]),
            resource(Tags=[{"Key": "Team", "Value": "x"}, {"Key": "Name", "Value": "b"}]),
            [
                ("Resources", "Vpc.Properties.Tags[Name].Value", "a", "b"),
                ("Resources", "Vpc.Properties.Tags", "[[Name], [Team]]", "[[Team], [Name]]"),
            ],
        ),
        (
            resource(Rules=[{"Port": 1}, {"Port": 2}, {"Port": 3}]),
            resource(Rules=[{"Port": 1}, {"Port": 3}]),
            [("Resources", "Vpc.Properties.Rules[1]", "{Port: 2}", None)],
        ),
        (
            resource(Ids=["a", "b"]),
            resource(Ids=["b", "c"]),
            [("Resources", "Vpc.Properties.Ids[]", "a", "c")],
        ),
        (
            resource(Ids=["a", "b"]),
            resource(Ids=["b", "c", "d"]),
            [
                ("Resources", "Vpc.Properties.Ids[]", "a", None),
                ("Resources", "Vpc.Properties.Ids[]", None, "c"),
                ("Resources", "Vpc.Properties.Ids[]", None, "d"),
            ],
        ),
        (
            {"Parameters": {"A": {"Type": "String", "Default": "1"}}},
            {"Parameters": {"A": {"Type": "String", "Default": "2"}}},
            [("Parameters", "A.Default", "1", "2")],
        ),
        (
            {"Conditions": {"Two": {"Fn::Equals": [{"Ref": "Zones"}, "2"]}}},
            {"Conditions": {"Two": {"Fn::Equals": [{"Ref": "Zones"}, "3"]}}},
            [("Conditions", "Two", "!Equals [!Ref Zones, 2]", "!Equals [!Ref Zones, 3]")],
        ),
        (
            {"Mappings": {"M": {"a": {"x": "1"}}}},
            {"Mappings": {"M": {"a": {"x": "1", "y": "2"}}}},
            [("Mappings", "M.a.y", None, "2")],
        ),
        (
            {"Outputs": {"O": {"Value": {"Fn::GetAtt": ["Vpc", "Arn"]}}}},
            {"Outputs": {}},
            [("Outputs", "O", "{Value: !GetAtt Vpc.Arn}", None)],
        ),
    ],
)
def test_a_difference_says_where_it_is_and_what_was_and_what_will_be(old, new, differences):
    assert [(each.section, each.place, each.before, each.after) for each in diff(old, new)] == differences


def test_the_templates_of_a_bundle_are_compared_one_by_one():
    old = {"root": resource(A=1), "network": resource(A=1), "gone": resource(), "secret": None}
    new = {"root": resource(A=1), "network": resource(A=2), "new": resource(), "secret": resource()}
    found = {each.name: (each.known, [one.place for one in each.differences]) for each in diff_bundles(old, new)}
    assert found == {
        "network": (True, ["Vpc.Properties.A"]),
        "new": (True, ["Vpc"]),
        "gone": (True, ["Vpc"]),
        "secret": (False, []),
    }


def test_the_order_of_a_list_counts_unless_somebody_knows_better():
    assert [leaf.path for leaf in leaves({"A": [1, 2]}, {"A": [2, 1]})] == [("A",)]
    assert list(leaves({"A": [1, 2]}, {"A": [2, 1]}, unordered=lambda path: path == ("A",))) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ({"Fn::If": ["A", 1, {"Ref": "AWS::NoValue"}]}, "!If [A, 1, !Ref AWS::NoValue]"),
        (Reference("foundation/network", "Vpc"), "${network.Vpc}"),
        (Text(("arn:", Reference("foundation/data", "Db", "Endpoint.Address"))), "arn:${data.Db.Endpoint.Address}"),
        (Unknown("not read"), "(not read)"),
        ({"a": [1, "b"]}, "{a: [1, b]}"),
    ],
)
def test_a_value_is_written_as_a_person_reads_it(value, text):
    assert written(value) == text


def test_a_path_is_written_with_dots_and_brackets():
    assert path_text(("Tags", "[Name]", "Value")) == "Tags[Name].Value"
    assert Difference("Mappings", "M", "[0].x", None, None).place == "M[0].x"
