from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.checks import checked

from .cloud import REGION, text

TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}


def refused(template: Any) -> str:
    with pytest.raises(ApiError) as caught:
        checked(text(template), REGION)
    assert caught.value.code == "ValidationError"
    return caught.value.message


def with_topic(**more: Any) -> dict[str, Any]:
    return {"Resources": {"Topic": {**TOPIC, **more}}}


CASES = {
    "a misspelt section": (
        {"Resources": {"A": TOPIC}, "outputs": {}},
        "Invalid template property or properties [outputs]",
    ),
    "no resources": (
        {"Description": "x"},
        "Template format error: At least one Resources member must be defined.",
    ),
    "a resource without a type": (
        {"Resources": {"A": {"Properties": {}}}},
        "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
    ),
    "a logical id with a dash": (
        {"Resources": {"My-Topic": TOPIC}},
        "Template format error: Resource name My-Topic is non alphanumeric.",
    ),
    "a misspelt attribute": (with_topic(Dependson="B"), "Invalid template resource property 'Dependson'"),
    "an unknown type": (
        {"Resources": {"A": {"Type": "AWS::SNS::Tropic"}, "B": TOPIC}},
        "Template format error: Unrecognized resource types: [AWS::SNS::Tropic]",
    ),
    "an unknown policy": (
        with_topic(DeletionPolicy="Keep"),
        "Template format error: Unrecognized DeletionPolicy Keep for resource Topic",
    ),
    "a Ref of nothing": (
        with_topic(Properties={"TopicName": {"Ref": "Nme"}}),
        "Template format error: Unresolved resource dependencies [Nme] in the Resources block of the template",
    ),
    "a Sub of nothing": (
        with_topic(Properties={"TopicName": {"Fn::Sub": "${Nme}-x"}}),
        "Template format error: Unresolved resource dependencies [Nme] in the Resources block of the template",
    ),
    "an output of nothing": (
        {**with_topic(), "Outputs": {"A": {"Value": {"Ref": "B"}}}},
        "Template format error: Unresolved resource dependencies [B] in the Outputs block of the template",
    ),
    "a DependsOn of nothing": (
        with_topic(DependsOn=["Other"]),
        "Template format error: Unresolved resource dependencies [Other] in the Resources block of the template",
    ),
    "a GetAtt of nothing": (
        with_topic(Properties={"TopicName": {"Fn::GetAtt": ["Other", "Arn"]}}),
        "Template error: instance of Fn::GetAtt references undefined resource Other",
    ),
    "a GetAtt of an unknown attribute": (
        {**with_topic(), "Outputs": {"A": {"Value": {"Fn::GetAtt": "Topic.Url"}}}},
        "Template error: resource Topic does not support attribute type Url in Fn::GetAtt",
    ),
    "an undeclared condition of a resource": (
        with_topic(Condition="IsProd"),
        "Template format error: Unresolved condition dependency IsProd in the Resources block of the template",
    ),
    "an undeclared condition of an If": (
        with_topic(Properties={"TopicName": {"Fn::If": ["IsProd", "a", "b"]}}),
        "Template format error: Unresolved condition dependency IsProd in the Resources block of the template",
    ),
    "a condition of a resource's value": (
        {**with_topic(), "Conditions": {"C": {"Fn::Equals": [{"Ref": "Topic"}, "x"]}}},
        "Template format error: Unresolved resource dependencies [Topic] in the Conditions block of the template",
    ),
    "a parameter without a type": (
        {**with_topic(), "Parameters": {"P": {"Default": "x"}}},
        "Template format error: [/Parameters/P] Every Parameters object must contain a Type member.",
    ),
    "a parameter of an unknown type": (
        {**with_topic(), "Parameters": {"P": {"Type": "Text"}}},
        "Template format error: Unrecognized parameter type: Text",
    ),
    "an output without a value": (
        {**with_topic(), "Outputs": {"A": {"Description": "x"}}},
        "Template format error: [/Outputs/A] Every Outputs member must contain a Value object",
    ),
    "a transform": (
        {**with_topic(), "Transform": "AWS::Serverless-2016-10-31"},
        "Transform AWS::Serverless-2016-10-31 is not available on the local AWS",
    ),
    "a cycle": (
        {"Resources": {"A": {**TOPIC, "DependsOn": "B"}, "B": {**TOPIC, "Properties": {"TopicName": {"Ref": "A"}}}}},
        "Circular dependency between resources: [A, B]",
    ),
    "too many resources": (
        {"Resources": {f"T{number}": TOPIC for number in range(501)}},
        "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_a_template_is_said_in_aws_words(case: str):
    template, message = CASES[case]
    assert refused(template) == message


def test_a_type_is_unknown_where_its_region_does_not_offer_it():
    template = text({"Resources": {"A": {"Type": "AWS::Route53RecoveryReadiness::Cell"}}})
    assert checked(template, "us-west-2").resources
    with pytest.raises(ApiError, match="Unrecognized resource types"):
        checked(template, "eu-west-1")


def test_policies_of_machines_and_custom_types_are_valid():
    template = {
        "Resources": {
            "A": {
                **TOPIC,
                "CreationPolicy": {"ResourceSignal": {"Count": 1}},
                "UpdatePolicy": {},
                "Metadata": {"a": 1},
            },
            "B": {"Type": "Custom::Thing"},
        }
    }
    assert checked(text(template), REGION).resources.keys() == {"A", "B"}


def test_attributes_in_either_form_and_in_depth_are_valid():
    template = """
Resources:
  Database: {Type: AWS::RDS::DBInstance}
Outputs:
  A: {Value: !GetAtt Database.Endpoint.Address}
  B: {Value: !GetAtt [Database, Endpoint.Port]}
  C: {Value: !Sub "${Database.MasterUserSecret.SecretArn} ${!Literal} ${AWS::Region}"}
"""
    assert checked(template, REGION).section("Outputs").keys() == {"A", "B", "C"}
