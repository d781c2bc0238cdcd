from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.stacks.parameters import SsmParameter

from .client import Api, created, pair
from .cloud import VPC_AND_SUBNET, Cloud, text, topics


@pytest.fixture
def api() -> Api:
    return Api(Cloud())


def test_a_create_returns_at_once_and_is_seen_in_progress(api: Api):
    stack_id = api("CreateStack", StackName="shop", TemplateBody=text(VPC_AND_SUBNET))["StackId"]
    assert api.stack()["StackStatus"] == "CREATE_IN_PROGRESS"
    api.wait()
    found = api.stack(stack_id)
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert found["Outputs"][0] | {"Description": "", "ExportName": ""} == {
        "OutputKey": "VpcId",
        "OutputValue": "vpc-0",
        "Description": "",
        "ExportName": "",
    }


def test_an_update_returns_at_once_and_keeps_what_is_not_given(api: Api):
    created(api, Tags=[{"Key": "a", "Value": "b"}], Parameters=[pair("Zone", "b")])
    keep = [pair("Cidr", "10.9.0.0/16"), {"ParameterKey": "Zone", "UsePreviousValue": True}]
    api("UpdateStack", StackName="shop", UsePreviousTemplate=True, Parameters=keep)
    assert api.stack()["StackStatus"] == "UPDATE_IN_PROGRESS"
    api.wait()
    found = api.stack()
    assert found["StackStatus"] == "UPDATE_COMPLETE"
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]
    assert {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]} == {
        "Cidr": "10.9.0.0/16",
        "Zone": "b",
    }


def test_tags_go_when_an_empty_list_is_given(api: Api):
    created(api, topics("A"), Tags=[{"Key": "a", "Value": "b"}])
    api("UpdateStack", StackName="shop", UsePreviousTemplate=True, Tags=[])
    api.wait()
    assert api.stack()["Tags"] == []
    assert api.cloud.things["topic-0"] == {}


def test_an_update_of_nothing_is_refused(api: Api):
    created(api)
    refusal = api.refused("UpdateStack", StackName="shop", TemplateBody=text(VPC_AND_SUBNET))
    assert refusal == ("ValidationError", "No updates are to be performed.")


def test_a_deleted_stack_is_found_by_its_id_only(api: Api):
    stack_id = created(api)["StackId"]
    api("DeleteStack", StackName="shop")
    assert api.stack()["StackStatus"] == "DELETE_IN_PROGRESS"
    api.wait()
    assert api.stack(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert api("DescribeStacks")["Stacks"] == []
    assert api.refused("DescribeStacks", StackName="shop") == (
        "ValidationError",
        "Stack with id shop does not exist",
    )
    assert api("DeleteStack", StackName="shop") == {}


def test_stacks_are_listed_newest_first_and_by_status(api: Api):
    created(api)
    api("CreateStack", StackName="other", TemplateBody=text(topics("A")))
    names = [each["StackName"] for each in api("ListStacks")["StackSummaries"]]
    assert names == ["other", "shop"]
    done = api("ListStacks", StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert [each["StackName"] for each in done] == ["shop"]


def test_events_tell_newest_first_what_happened(api: Api):
    created(api)
    events = api("DescribeStackEvents", StackName="shop")["StackEvents"]
    assert [each["LogicalResourceId"] for each in events] == ["shop", "Subnet", "Subnet", "Vpc", "Vpc", "shop"]
    assert events[0]["ResourceStatus"] == "CREATE_COMPLETE"
    assert events[0]["PhysicalResourceId"] == events[0]["StackId"]
    assert len({each["EventId"] for each in events}) == len(events)


def test_resources_are_described_listed_and_found_by_their_physical_id(api: Api):
    created(api)
    rows = api("DescribeStackResources", StackName="shop")["StackResources"]
    assert {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in rows} == {
        "Vpc": "vpc-0",
        "Subnet": "subnet-1",
    }
    assert len(api("DescribeStackResources", PhysicalResourceId="vpc-0")["StackResources"]) == 2
    assert len(api("ListStackResources", StackName="shop")["StackResourceSummaries"]) == 2
    detail = api("DescribeStackResource", StackName="shop", LogicalResourceId="Vpc")["StackResourceDetail"]
    assert (detail["PhysicalResourceId"], detail["ResourceStatus"]) == ("vpc-0", "CREATE_COMPLETE")
    assert api.refused("DescribeStackResource", StackName="shop", LogicalResourceId="X")[1] == (
        "Resource X does not exist for stack shop"
    )
    assert api.refused("DescribeStackResources", PhysicalResourceId="vpc-9")[1] == "Stack for vpc-9 does not exist"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("DescribeStackEvents", "Stack [gone] does not exist"),
        ("UpdateStack", "Stack [gone] does not exist"),
        ("ListStackResources", "Stack with id gone does not exist"),
        ("GetTemplate", "Stack with id gone does not exist"),
    ],
)
def test_a_stack_that_is_not_there_is_named(api: Api, action: str, message: str):
    assert api.refused(action, StackName="gone") == ("ValidationError", message)


def test_a_template_comes_from_s3_too_and_is_given_back_as_it_was(api: Api):
    url = "https://t.s3.eu-west-1.amazonaws.com/a.yaml"
    api.cloud.templates[url] = text(topics("A"))
    api("CreateStack", StackName="shop", TemplateURL=url)
    api.wait()
    assert api("GetTemplate", StackName="shop")["TemplateBody"] == text(topics("A"))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Either Template URL or Template Body must be specified."),
        ({"TemplateBody": "x" * 51_201}, "Member must have length less than or equal to 51200"),
        ({"TemplateBody": "Resources: {}"}, "At least one Resources member must be defined."),
        ({"TemplateURL": "https://t.s3.amazonaws.com/gone"}, "S3 error: The specified key does not exist."),
        ({"TemplateBody": text(VPC_AND_SUBNET), "Parameters": [pair("X", "1")]}, "Parameters: [X] do not exist"),
    ],
)
def test_what_is_wrong_is_said_before_there_is_a_stack(api: Api, params: dict[str, Any], message: str):
    code, said = api.refused("CreateStack", StackName="shop", **params)
    assert code == "ValidationError"
    assert message in said
    assert api("ListStacks")["StackSummaries"] == []


@pytest.mark.parametrize("name", ["1shop", "my_shop", "", "x" * 129])
def test_a_name_that_is_none_is_refused(api: Api, name: str):
    assert (
        "at 'stackName' failed to satisfy constraint"
        in api.refused("CreateStack", StackName=name, TemplateBody=text(topics("A")))[1]
    )


def test_a_missing_acknowledgement_is_refused(api: Api):
    role = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}
    refusal = api.refused("CreateStack", StackName="shop", TemplateBody=text(role))
    assert refusal == ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
    assert created(api, role, Capabilities=["CAPABILITY_NAMED_IAM"])["StackStatus"] == "CREATE_COMPLETE"


def test_a_hidden_parameter_is_shown_as_stars_and_a_looked_up_one_with_its_value(api: Api):
    api.cloud.parameters["/name"] = SsmParameter("String", "one")
    template = {
        "Parameters": {
            "Secret": {"Type": "String", "NoEcho": True},
            "Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
        },
        **topics("A"),
    }
    found = created(api, template, Parameters=[pair("Secret", "x")])["Parameters"]
    assert found[0]["ParameterValue"] == "****"
    assert (found[1]["ParameterValue"], found[1]["ResolvedValue"]) == ("/name", "one")


def test_a_template_is_summarized_and_validated(api: Api):
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A role.",
        "Parameters": {"Size": {"Type": "Number", "Default": 2, "AllowedValues": [1, 2], "Description": "How big."}},
        "Resources": {"R": {"Type": "AWS::IAM::Role"}, "T": {"Type": "AWS::SNS::Topic"}},
    }
    summary = api("GetTemplateSummary", TemplateBody=text(template))
    assert summary["ResourceTypes"] == ["AWS::IAM::Role", "AWS::SNS::Topic"]
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]
    assert summary["CapabilitiesReason"] == "The following resource(s) require capabilities: [AWS::IAM::Role]"
    assert summary["Parameters"][0]["DefaultValue"] == "2"
    assert summary["Parameters"][0]["ParameterConstraints"] == {"AllowedValues": ["1", "2"]}
    valid = api("ValidateTemplate", TemplateBody=text(template))
    assert (valid["Description"], valid["Parameters"][0]["ParameterKey"]) == ("A role.", "Size")
    assert "Unrecognized resource types" in api.refused("ValidateTemplate", TemplateBody="Resources: {A: {Type: X}}")[1]
    created(api, topics("A"))
    assert api("GetTemplateSummary", StackName="shop")["ResourceTypes"] == ["AWS::SNS::Topic"]


def test_termination_protection_is_switched(api: Api):
    created(api, topics("A"), EnableTerminationProtection=True)
    assert "TerminationProtection is enabled" in api.refused("DeleteStack", StackName="shop")[1]
    api("UpdateTerminationProtection", StackName="shop", EnableTerminationProtection=False)
    api("DeleteStack", StackName="shop")
    api.wait()
    assert api.cloud.things == {}


def test_rollback_can_be_switched_off(api: Api):
    api.cloud.refuse = {"create A"}
    assert created(api, topics("A"), DisableRollback=True)["StackStatus"] == "CREATE_FAILED"
    assert (
        "not both"
        in api.refused(
            "CreateStack", StackName="b", TemplateBody=text(topics("A")), DisableRollback=True, OnFailure="DELETE"
        )[1]
    )


def test_a_delete_during_a_create_waits_for_it(api: Api):
    api("CreateStack", StackName="shop", TemplateBody=text(topics("A")))
    api("DeleteStack", StackName="shop")
    api.wait()
    assert api.cloud.calls == ["create A", "delete A"]
    assert api("DescribeStacks")["Stacks"] == []
