"""Stack sets: created, described, changed and deleted as AWS would."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import ADMIN, TEMPLATE, ZONE_A, World

URL = "https://templates.s3.us-east-1.amazonaws.com/root.yaml"
ROLE = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}}}}"
NAMED = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {RoleName: x, AssumeRolePolicyDocument: {}}}}"
NESTED = "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x}}}"


def test_a_stack_set_tells_what_it_was_made_from_defaults_filled_in(world: World) -> None:
    created = world.create(Description="Ours", Tags=[{"Key": "k", "Value": "v"}], ManagedExecution={"Active": True})
    told = world.client.describe_stack_set(StackSetName="app")["StackSet"]
    assert told["StackSetId"] == created == "app:00000000-0000-0000-0000-000000000001"
    assert told["StackSetARN"] == f"arn:aws:cloudformation:us-east-1:{ADMIN}:stackset/{created}"
    assert told["TemplateBody"] == TEMPLATE
    assert {each["ParameterKey"]: each["ParameterValue"] for each in told["Parameters"]} == {
        "Size": "small",
        "Zone": "a",
    }
    assert (told["Description"], told["Tags"]) == ("Ours", [{"Key": "k", "Value": "v"}])
    assert (told["Status"], told["PermissionModel"], told["ManagedExecution"]) == (
        "ACTIVE",
        "SELF_MANAGED",
        {"Active": True},
    )
    assert told["AdministrationRoleARN"] == f"arn:aws:iam::{ADMIN}:role/AWSCloudFormationStackSetAdministrationRole"
    assert told["ExecutionRoleName"] == "AWSCloudFormationStackSetExecutionRole"


def test_a_stack_set_is_found_by_its_id_too(world: World) -> None:
    assert world.client.describe_stack_set(StackSetName=world.create())["StackSet"]["StackSetName"] == "app"


def test_a_stack_set_belongs_to_one_region_of_its_account(world: World) -> None:
    world.create()
    with pytest.raises(ClientError, match=r"\(StackSetNotFoundException\).*StackSet app not found"):
        world.other_region.describe_stack_set(StackSetName="app")


def test_a_name_is_used_once(world: World) -> None:
    world.create()
    with pytest.raises(ClientError, match="NameAlreadyExistsException"):
        world.create()


def test_the_same_request_again_is_answered_the_same(world: World) -> None:
    assert world.create(ClientRequestToken="mine") == world.create(ClientRequestToken="mine")
    assert len(world.client.list_stack_sets()["Summaries"]) == 1


@pytest.mark.parametrize("name", ["1app", "my_app", "ä", "a" * 129])
def test_a_name_must_be_letters_digits_and_hyphens(world: World, name: str) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        world.create(name)


def test_the_value_of_a_noecho_parameter_is_never_told(world: World) -> None:
    hidden = TEMPLATE.replace("Zone: {Type: String}", "Zone: {Type: String, NoEcho: true}")
    world.create(TemplateBody=hidden)
    told = world.client.describe_stack_set(StackSetName="app")["StackSet"]["Parameters"]
    assert {"ParameterKey": "Zone", "ParameterValue": "****"} in told


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"TemplateURL": URL, "TemplateBody": TEMPLATE}, "ValidationError", "Either Template URL or Template Body"),
        ({"TemplateURL": URL}, "ValidationError", "S3 error: The specified key does not exist."),
        ({"TemplateBody": "[1]"}, "ValidationError", "Template format error: unsupported structure."),
        ({"TemplateBody": "Resources: {}"}, "ValidationError", "At least one Resources member must be defined."),
        ({"TemplateBody": "Resources: {A: {}}"}, "ValidationError", "must contain a Type member"),
        ({"TemplateBody": "a: b: c"}, "ValidationError", "YAML not well-formed"),
        ({"TemplateBody": "#" * 51_201}, "ValidationError", "Member must have length less than or equal to 51200"),
        ({"Parameters": []}, "ValidationError", r"Parameters: \[Zone\] must have values"),
        (
            {"Parameters": [*ZONE_A, {"ParameterKey": "Zoo", "ParameterValue": "a"}]},
            "ValidationError",
            r"Parameters: \[Zoo\] do not exist in the template",
        ),
        (
            {"Parameters": [{"ParameterKey": "Zone", "UsePreviousValue": True}]},
            "ValidationError",
            "Cannot specify usePreviousValue as true for a parameter key not in the previous template",
        ),
        (
            {"TemplateBody": ROLE, "Parameters": []},
            "InsufficientCapabilitiesException",
            r"Requires capabilities : \[CAPABILITY_IAM\]",
        ),
        (
            {"TemplateBody": NAMED, "Parameters": [], "Capabilities": ["CAPABILITY_IAM"]},
            "InsufficientCapabilitiesException",
            r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]",
        ),
        (
            {"TemplateBody": NESTED, "Parameters": [], "PermissionModel": "SERVICE_MANAGED"},
            "ValidationError",
            "can't deploy nested stacks",
        ),
        ({"PermissionModel": "SERVICE_MANAGED"}, "InvalidOperationException", "specify PermissionModel SELF_MANAGED"),
        ({"CallAs": "DELEGATED_ADMIN"}, "ValidationError", "DELEGATED_ADMIN"),
        ({"AutoDeployment": {"Enabled": True}}, "ValidationError", "AutoDeployment is valid only for service-managed"),
    ],
)
def test_a_stack_set_that_cannot_be_is_refused_in_awss_words(
    world: World, given: dict[str, object], code: str, message: str
) -> None:
    with pytest.raises(ClientError, match=rf"\({code}\).*{message}"):
        world.create(**given)
    assert world.client.list_stack_sets()["Summaries"] == []


def test_a_template_is_fetched_from_s3_and_its_body_told(world: World) -> None:
    world.objects[URL] = TEMPLATE + "#" * 60_000
    world.create(TemplateURL=URL, Parameters=ZONE_A)
    assert world.client.describe_stack_set(StackSetName="app")["StackSet"]["TemplateBody"] == world.objects[URL]


def test_a_template_in_s3_may_not_exceed_a_megabyte(world: World) -> None:
    world.objects[URL] = TEMPLATE + "#" * 1_000_000
    with pytest.raises(ClientError, match="Template may not exceed 1000000 bytes in size"):
        world.create(TemplateURL=URL, Parameters=ZONE_A)


def test_the_line_ends_of_a_template_survive(world: World) -> None:
    body = TEMPLATE.replace("\n", "\r\n")
    world.create(TemplateBody=body)
    assert world.client.describe_stack_set(StackSetName="app")["StackSet"]["TemplateBody"] == body


def test_stack_sets_are_listed_in_pages(world: World) -> None:
    names = [f"s{number}" for number in range(5)]
    for name in names:
        world.create(name)
    pages = list(world.client.get_paginator("list_stack_sets").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["StackSetName"] for each in page["Summaries"]] for page in pages] == [
        names[:2],
        names[2:4],
        names[4:],
    ]


def test_a_deleted_stack_set_is_gone_but_still_listed_as_deleted(world: World) -> None:
    world.create()
    world.client.delete_stack_set(StackSetName="app")
    with pytest.raises(ClientError, match="StackSetNotFoundException"):
        world.client.describe_stack_set(StackSetName="app")
    assert [each["Status"] for each in world.client.list_stack_sets(Status="DELETED")["Summaries"]] == ["DELETED"]
    world.create()


def test_deleting_a_stack_set_that_is_not_there_does_nothing(world: World) -> None:
    world.client.delete_stack_set(StackSetName="app")
    assert world.client.list_stack_sets()["Summaries"] == []


def test_a_stack_set_with_instances_cannot_be_deleted(world: World) -> None:
    world.create()
    world.fill()
    with pytest.raises(ClientError, match="StackSetNotEmptyException"):
        world.client.delete_stack_set(StackSetName="app")


def test_a_customized_administration_role_must_be_named_in_every_update(world: World) -> None:
    role = f"arn:aws:iam::{ADMIN}:role/Ours"
    world.create(AdministrationRoleARN=role)
    with pytest.raises(ClientError, match="AdministrationRoleARN must be specified"):
        world.client.update_stack_set(StackSetName="app", UsePreviousTemplate=True, Parameters=ZONE_A)


def test_an_update_keeps_the_execution_role_and_the_tags_that_it_does_not_name(world: World) -> None:
    world.create(ExecutionRoleName="Ours", Tags=[{"Key": "k", "Value": "v"}])
    world.wait(
        world.client.update_stack_set(StackSetName="app", UsePreviousTemplate=True, Parameters=ZONE_A)["OperationId"]
    )
    told = world.client.describe_stack_set(StackSetName="app")["StackSet"]
    assert (told["ExecutionRoleName"], told["Tags"]) == ("Ours", [{"Key": "k", "Value": "v"}])


def test_a_parameter_that_an_update_leaves_out_goes_back_to_its_default(world: World) -> None:
    world.create(Parameters=[*ZONE_A, {"ParameterKey": "Size", "ParameterValue": "big"}])
    keep = [{"ParameterKey": "Zone", "UsePreviousValue": True}]
    world.wait(
        world.client.update_stack_set(StackSetName="app", UsePreviousTemplate=True, Parameters=keep)["OperationId"]
    )
    told = world.client.describe_stack_set(StackSetName="app")["StackSet"]["Parameters"]
    assert {each["ParameterKey"]: each["ParameterValue"] for each in told} == {"Size": "small", "Zone": "a"}
