from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.intrinsics import NOTHING, Scope, prune, resolve
from cfngen.local.stacks.records import Resource

VPC = Resource("Vpc", "AWS::EC2::VPC", {}, frozenset(), "vpc-1", {"CidrBlock": "10.0.0.0/16"}, {"Nested.Id": "acl-1"})
CHILD = Resource("Child", "AWS::CloudFormation::Stack", {}, frozenset(), "arn:child", {}, {"Outputs.VpcId": "vpc-2"})
SCOPE = Scope(
    values={"Name": "shop", "Count": 2, "Subnets": ["a", "b"], "AWS::Region": "eu-west-1", "Block": "10.0.0.0/16"},
    mappings={"Images": {"eu-west-1": {"Linux": "ami-1", "Zones": ["x", "y"]}}},
    zones=lambda region: [f"{region}a", f"{region}b"],
    decided={"Yes": True, "No": False},
    resources={"Vpc": VPC, "Child": CHILD},
)

MEANINGS: dict[str, tuple[Any, Any]] = {
    "Ref of a parameter": ({"Ref": "Name"}, "shop"),
    "Ref of a list parameter": ({"Ref": "Subnets"}, ["a", "b"]),
    "Ref of a resource": ({"Ref": "Vpc"}, "vpc-1"),
    "Ref of a pseudo parameter": ({"Ref": "AWS::Region"}, "eu-west-1"),
    "GetAtt as a list": ({"Fn::GetAtt": ["Vpc", "Nested.Id"]}, "acl-1"),
    "GetAtt in parts": ({"Fn::GetAtt": ["Vpc", "Nested", "Id"]}, "acl-1"),
    "GetAtt dotted": ({"Fn::GetAtt": "Vpc.Nested.Id"}, "acl-1"),
    "GetAtt of a property": ({"Fn::GetAtt": "Vpc.CidrBlock"}, "10.0.0.0/16"),
    "GetAtt of a nested output": ({"Fn::GetAtt": ["Child", "Outputs.VpcId"]}, "vpc-2"),
    "Sub": (
        {"Fn::Sub": "${Name}-${Vpc}-${Vpc.Nested.Id}-${AWS::Region}-${!Name}"},
        "shop-vpc-1-acl-1-eu-west-1-${Name}",
    ),
    "Sub with variables": ({"Fn::Sub": ["${A}/${Name}", {"A": {"Ref": "Vpc"}}]}, "vpc-1/shop"),
    "Sub of a number": ({"Fn::Sub": "${Count}"}, "2"),
    "Join": ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 3, True]]}, "a-shop-3-true"),
    "Join of a list parameter": ({"Fn::Join": [",", {"Ref": "Subnets"}]}, "a,b"),
    "Join without NoValue": ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}]]}, "a"),
    "Select": ({"Fn::Select": [1, {"Ref": "Subnets"}]}, "b"),
    "Select by a computed index": ({"Fn::Select": [{"Fn::Join": ["", ["0"]]}, ["x", "y"]]}, "x"),
    "Split": ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
    "Select of a Split": ({"Fn::Select": ["0", {"Fn::Split": ["/", {"Ref": "Block"}]}]}, "10.0.0.0"),
    "If that holds": ({"Fn::If": ["Yes", {"Ref": "Name"}, "no"]}, "shop"),
    "If that does not": ({"Fn::If": ["No", {"Ref": "Nothing"}, "no"]}, "no"),
    "FindInMap": ({"Fn::FindInMap": ["Images", {"Ref": "AWS::Region"}, "Linux"]}, "ami-1"),
    "FindInMap of a list": ({"Fn::FindInMap": ["Images", "eu-west-1", "Zones"]}, ["x", "y"]),
    "Base64": ({"Fn::Base64": {"Fn::Sub": "${Name}"}}, "c2hvcA=="),
    "Cidr": ({"Fn::Cidr": [{"Ref": "Block"}, 3, 8]}, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]),
    "Cidr of texts": ({"Fn::Cidr": ["10.0.0.0/24", "2", "4"]}, ["10.0.0.0/28", "10.0.0.16/28"]),
    "Cidr without bits": ({"Fn::Cidr": ["10.0.0.0/16", 1]}, ["10.0.0.0/24"]),
    "GetAZs here": ({"Fn::GetAZs": ""}, ["eu-west-1a", "eu-west-1b"]),
    "GetAZs elsewhere": ({"Fn::GetAZs": "us-east-1"}, ["us-east-1a", "us-east-1b"]),
    "NoValue in a mapping": ({"A": {"Ref": "AWS::NoValue"}, "B": 1}, {"B": 1}),
    "NoValue from an If in a list": (["a", {"Fn::If": ["No", "b", {"Ref": "AWS::NoValue"}]}], ["a"]),
    "a policy's Condition": ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}},) * 2,
    "plain values": ({"A": [1, True, None, "x"]}, {"A": [1, True, None, "x"]}),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_a_function_means_what_it_means_on_aws(case: str):
    written, meant = MEANINGS[case]
    assert resolve(written, SCOPE) == meant


REFUSALS: dict[str, tuple[Any, str]] = {
    "Ref of nothing": ({"Ref": "Nothing"}, "Unresolved resource dependencies [Nothing]"),
    "GetAtt of nothing": ({"Fn::GetAtt": "Nothing.Arn"}, "references undefined resource Nothing"),
    "GetAtt of what does not exist": ({"Fn::GetAtt": "Vpc.Arn"}, "Attribute 'Arn' does not exist"),
    "GetAtt of a missing output": ({"Fn::GetAtt": "Child.Outputs.X"}, "Output 'X' not found in stack 'arn:child'"),
    "Select beyond the end": (
        {"Fn::Select": [5, {"Ref": "Subnets"}]},
        "Template error: Fn::Select  cannot select nonexistent value at index 5",
    ),
    "Select of a text": ({"Fn::Select": [0, "abc"]}, "Fn::Select requires"),
    "Join of a text": ({"Fn::Join": [",", "abc"]}, "every Fn::Join object requires two parameters"),
    "Join of a list within": ({"Fn::Join": [",", [["a"]]]}, "must be a string"),
    "Split of a list": ({"Fn::Split": [",", ["a"]]}, "every Fn::Split object requires two parameters"),
    "Sub of a list": ({"Fn::Sub": "${Subnets}"}, "must be a string"),
    "Sub of a mapping": ({"Fn::Sub": {"a": "b"}}, "One or more Fn::Sub intrinsic functions"),
    "If of an unknown condition": ({"Fn::If": ["Maybe", 1, 2]}, "unresolved condition dependency Maybe"),
    "If of two": ({"Fn::If": ["Yes", 1]}, "Fn::If requires"),
    "a map that is not there": ({"Fn::FindInMap": ["Nope", "a", "b"]}, "Mapping named 'Nope' is not present"),
    "a key that is not there": (
        {"Fn::FindInMap": ["Images", "us-east-1", "Linux"]},
        "Template error: Unable to get mapping for Images::us-east-1::Linux",
    ),
    "Cidr of too small a block": ({"Fn::Cidr": ["10.0.0.0/24", 3, 8]}, "Fn::Cidr"),
    "Cidr of no block": ({"Fn::Cidr": ["ten", 3, 8]}, "Fn::Cidr"),
    "ImportValue": ({"Fn::ImportValue": "x"}, "Fn::ImportValue is not available on the local AWS"),
    "Transform": ({"Fn::Transform": {"Name": "x"}}, "Fn::Transform is not available on the local AWS"),
    "ForEach": ({"Fn::ForEach::Loop": ["x"]}, "Fn::ForEach::Loop is not available on the local AWS"),
    "Length": ({"Fn::Length": [1]}, "Fn::Length is not available on the local AWS"),
    "ToJsonString": ({"Fn::ToJsonString": {}}, "Fn::ToJsonString is not available on the local AWS"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_a_function_cannot_do_is_refused(case: str):
    written, message = REFUSALS[case]
    with pytest.raises(ApiError) as caught:
        resolve(written, SCOPE)
    assert caught.value.code == "ValidationError"
    assert message in caught.value.message


def test_a_value_that_is_nothing_at_all_is_told_from_none():
    assert resolve({"Ref": "AWS::NoValue"}, SCOPE) is NOTHING
    assert repr(NOTHING) == "AWS::NoValue"


def test_pruning_chooses_branches_and_leaves_other_functions():
    written = {
        "A": {"Fn::If": ["Yes", {"Ref": "Vpc"}, {"Ref": "Gone"}]},
        "B": [{"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}],
    }
    assert prune(written, SCOPE.decided) == {"A": {"Ref": "Vpc"}, "B": []}


def test_zones_are_asked_with_the_region_of_a_parameter():
    scope = replace(SCOPE, values={**SCOPE.values, "Where": "ap-northeast-1"})
    assert resolve({"Fn::GetAZs": {"Ref": "Where"}}, scope)[0] == "ap-northeast-1a"
