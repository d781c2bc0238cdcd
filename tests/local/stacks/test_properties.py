from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.stacks.properties import conform
from cfngen.schemas import ResourceSchema, resource_schema


def schema(name: str) -> ResourceSchema:
    found = resource_schema(name)
    assert found is not None
    return found


def problems(name: str, properties: dict[str, Any]) -> list[str]:
    return conform(schema(name), properties)[1]


def test_texts_become_the_numbers_and_booleans_that_the_schema_asks_for():
    found, wrong = conform(
        schema("AWS::EC2::SecurityGroup"),
        {
            "GroupDescription": "x",
            "SecurityGroupIngress": [{"IpProtocol": 6, "FromPort": "443", "ToPort": 443.0, "CidrIp": "0.0.0.0/0"}],
        },
    )
    assert wrong == []
    assert found["SecurityGroupIngress"][0] == {
        "IpProtocol": "6",
        "FromPort": 443,
        "ToPort": 443,
        "CidrIp": "0.0.0.0/0",
    }
    assert conform(schema("AWS::EC2::VPC"), {"EnableDnsSupport": "true"})[0] == {"EnableDnsSupport": True}


def test_values_of_the_right_type_stay():
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Condition": {"Bool": {"a": "true"}}}]}
    given = {"AssumeRolePolicyDocument": policy, "MaxSessionDuration": 3600}
    assert conform(schema("AWS::IAM::Role"), given) == (given, [])


CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a misspelt property": (
        "AWS::SNS::Topic",
        {"TopicNam": "x"},
        "#: extraneous key [TopicNam] is not permitted",
    ),
    "a property that is only read": ("AWS::EC2::VPC", {"VpcId": "x"}, "#: extraneous key [VpcId] is not permitted"),
    "a missing property": ("AWS::EC2::Subnet", {"CidrBlock": "x"}, "#: required key [VpcId] not found"),
    "a misspelt property within": (
        "AWS::SNS::Topic",
        {"Tags": [{"Key": "a", "Value": "b", "Valu": "c"}]},
        "#/Tags/0: extraneous key [Valu] is not permitted",
    ),
    "a missing property within": (
        "AWS::SNS::Topic",
        {"Tags": [{"Key": "a"}]},
        "#/Tags/0: required key [Value] not found",
    ),
    "a text for a number": (
        "AWS::Logs::LogGroup",
        {"RetentionInDays": "long"},
        "#/RetentionInDays: expected type: Integer, found: String",
    ),
    "a text for a list": (
        "AWS::SNS::Topic",
        {"Tags": "a"},
        "#/Tags: expected type: JSONArray, found: String",
    ),
    "a value that is none of the known": (
        "AWS::EC2::VPC",
        {"InstanceTenancy": "shared"},
        "#/InstanceTenancy: shared is not a valid enum value",
    ),
    "a number too small": (
        "AWS::CloudFormation::Stack",
        {"TemplateURL": "x", "TimeoutInMinutes": 0},
        "#/TimeoutInMinutes: 0 is not greater or equal to 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_as_the_validator_of_aws_does(case: str):
    name, properties, message = CASES[case]
    assert problems(name, properties) == [message]


def test_all_mistakes_are_named():
    assert len(problems("AWS::EC2::Subnet", {"A": 1, "B": 2})) == 3


def test_a_dynamic_reference_stands_for_any_scalar():
    assert problems("AWS::Logs::LogGroup", {"RetentionInDays": "{{resolve:ssm:/days}}"}) == []


def test_any_parameter_of_a_nested_stack_is_taken():
    given = {"TemplateURL": "https://b.s3.amazonaws.com/k", "Parameters": {"A": "x", "B": ["y", "z"], "C": 3}}
    assert conform(schema("AWS::CloudFormation::Stack"), given) == (given, [])
