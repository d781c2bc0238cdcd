"""Stack instances: created, overridden, updated, listed and deleted as AWS would."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNTS, REGIONS, TEMPLATE, ZONE_A, World

US, EU, APAC = ACCOUNTS
WIDER = TEMPLATE.replace("Zone: {Type: String}", "Zone: {Type: String}\n  Extra: {Type: String, Default: none}")


def parameters(**values: str) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def where(*accounts: str, region: str = "eu-west-1") -> dict[str, Any]:
    return {"StackSetName": "app", "Accounts": list(accounts), "Regions": [region]}


def update(world: World, **more: Any) -> str:
    given = {"StackSetName": "app", "Parameters": ZONE_A}
    given |= {} if "TemplateBody" in more else {"UsePreviousTemplate": True}
    preferences = {"FailureTolerancePercentage": 100, "MaxConcurrentPercentage": 100}
    return str(world.client.update_stack_set(**{**given, "OperationPreferences": preferences, **more})["OperationId"])


def test_instances_are_made_in_every_account_and_region(world: World) -> None:
    world.create(Tags=[{"Key": "k", "Value": "v"}])
    assert world.fill() == "SUCCEEDED"
    assert world.instances() == {(a, r): ("CURRENT", "SUCCEEDED") for a in ACCOUNTS for r in REGIONS}
    made = world.backend.stacks.values()
    assert {(each.account, each.region) for each in made} == {(a, r) for a in ACCOUNTS for r in REGIONS}
    assert all((each.template, each.tags) == (TEMPLATE, {"k": "v"}) for each in made)
    assert all(each.parameters == {"Size": "small", "Zone": "a"} for each in made)


def test_a_stack_is_named_after_its_stack_set_and_a_uuid(world: World) -> None:
    world.create("a" * 128)
    operation = world.client.create_stack_instances(StackSetName="a" * 128, Accounts=[US], Regions=["eu-west-1"])
    world.wait(operation["OperationId"], "a" * 128)
    (stack_id,) = world.backend.stacks
    name = stack_id.split("/")[1]
    assert name.startswith("StackSet-aaa")
    assert re.fullmatch("-00000000-0000-0000-0000-[0-9]{12}", name[-37:])
    assert len(name) == 128


def test_overrides_apply_to_the_chosen_instances_only(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",), ParameterOverrides=parameters(Size="big"))
    world.fill((EU,), ("eu-west-1",))
    assert world.values(US, "eu-west-1") == {"Size": "big", "Zone": "a"}
    assert world.values(EU, "eu-west-1") == {"Size": "small", "Zone": "a"}


def test_overrides_are_described_but_not_listed(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",), ParameterOverrides=parameters(Size="big"))
    assert world.overrides(US, "eu-west-1") == {"Size": "big"}
    (row,) = world.client.list_stack_instances(StackSetName="app")["Summaries"]
    assert "ParameterOverrides" not in row
    assert row["LastOperationId"] == world.instance(US, "eu-west-1")["LastOperationId"]


def test_overrides_outlive_an_update_of_the_stack_set(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",), ParameterOverrides=parameters(Size="big"))
    assert world.wait(update(world, Parameters=parameters(Size="medium", Zone="b"))) == "SUCCEEDED"
    assert world.values(US, "eu-west-1") == {"Size": "big", "Zone": "b"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ParameterOverrides": parameters(Zone="z")}, {"Zone": "z"}),
        ({"ParameterOverrides": []}, {}),
        ({"ParameterOverrides": [{"ParameterKey": "Size", "UsePreviousValue": True}]}, {"Size": "big"}),
        ({}, {"Size": "big", "Zone": "y"}),
    ],
    ids=["a list replaces", "an empty list clears", "the previous value is kept by name", "no list leaves all"],
)
@pytest.mark.parametrize("action", ["update_stack_instances", "create_stack_instances"])
def test_how_a_list_of_overrides_changes_an_instance(
    world: World, action: str, change: dict[str, Any], expected: dict[str, str]
) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",), ParameterOverrides=parameters(Size="big", Zone="y"))
    act = {"update_stack_instances": world.client.update_stack_instances}.get(
        action, world.client.create_stack_instances
    )
    assert world.wait(act(**where(US), **change)["OperationId"]) == "SUCCEEDED"
    assert world.overrides(US, "eu-west-1") == expected
    assert world.values(US, "eu-west-1") == {"Size": "small", "Zone": "a"} | expected


@pytest.mark.parametrize("action", ["update_stack_instances", "create_stack_instances"])
def test_an_override_of_an_undeclared_parameter_is_refused(world: World, action: str) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    act = {"update_stack_instances": world.client.update_stack_instances}.get(
        action, world.client.create_stack_instances
    )
    with pytest.raises(ClientError, match=r"Parameters: \[Nothing\] do not exist in the template"):
        act(**where(US), ParameterOverrides=parameters(Nothing="x"))


def test_a_new_parameter_is_not_overridden_before_the_instance_has_it(world: World) -> None:
    world.create()
    world.fill((US, EU), ("eu-west-1",))
    world.gate.failing[EU, "eu-west-1"] = "no"
    world.wait(update(world, TemplateBody=WIDER))
    with pytest.raises(ClientError, match=rf"{EU} and region eu-west-1 has not been updated .*\[Extra\]"):
        world.client.update_stack_instances(**where(US, EU), ParameterOverrides=parameters(Extra="x"))
    operation = world.client.update_stack_instances(**where(US), ParameterOverrides=parameters(Extra="x"))
    assert world.wait(operation["OperationId"]) == "SUCCEEDED"
    assert world.values(US, "eu-west-1")["Extra"] == "x"


def test_an_override_of_a_parameter_that_is_gone_has_no_effect(world: World) -> None:
    world.create(TemplateBody=WIDER)
    world.fill((US,), ("eu-west-1",), ParameterOverrides=parameters(Extra="x"))
    assert world.wait(update(world, TemplateBody=TEMPLATE)) == "SUCCEEDED"
    assert world.values(US, "eu-west-1") == {"Size": "small", "Zone": "a"}


def test_an_instance_that_is_not_there_cannot_be_updated_or_described(world: World) -> None:
    world.create()
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        world.client.update_stack_instances(**where(US))
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        world.instance(US, "eu-west-1")
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        world.client.update_stack_set(**where(US), UsePreviousTemplate=True, Parameters=ZONE_A)


def test_a_change_of_template_makes_every_instance_outdated_before_it_reaches_some(world: World) -> None:
    world.create()
    world.fill()
    world.wait(update(world, TemplateBody=WIDER, Accounts=[US], Regions=["eu-west-1"]))
    current = {place for place, (status, _) in world.instances().items() if status == "CURRENT"}
    assert current == {(US, "eu-west-1")}
    assert world.instances()[EU, "eu-west-1"] == ("OUTDATED", "PENDING")
    assert world.wait(update(world)) == "SUCCEEDED"
    assert {status for status, _ in world.instances().values()} == {"CURRENT"}
    assert {each.template for each in world.backend.stacks.values()} == {WIDER}


def test_an_update_without_changes_leaves_the_other_instances_as_they_are(world: World) -> None:
    world.create()
    world.fill()
    world.wait(update(world, Accounts=[US], Regions=["eu-west-1"]))
    assert {status for status, _ in world.instances().values()} == {"CURRENT"}
    assert [call.account for call in world.backend.calls if call.verb == "update"] == [US]


def test_the_new_template_is_kept_though_the_update_fails(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    world.gate.failing[US, "eu-west-1"] = "no"
    assert world.wait(update(world, TemplateBody=WIDER, OperationPreferences={})) == "FAILED"
    assert world.client.describe_stack_set(StackSetName="app")["StackSet"]["TemplateBody"] == WIDER
    assert world.instances() == {(US, "eu-west-1"): ("OUTDATED", "FAILED")}


def test_repeating_with_a_new_operation_id_retries_what_is_outdated(world: World) -> None:
    world.create()
    world.gate.failing[EU, "eu-west-1"] = "ResourceLogicalId:Topic, ResourceStatusReason:no"
    world.fill((US, EU), ("eu-west-1",))
    assert world.instance(EU, "eu-west-1")["StatusReason"] == "ResourceLogicalId:Topic, ResourceStatusReason:no"
    assert world.instances()[EU, "eu-west-1"] == ("OUTDATED", "FAILED")
    world.gate.failing.clear()
    world.fill((US, EU), ("eu-west-1",))
    assert set(world.instances().values()) == {("CURRENT", "SUCCEEDED")}
    assert len(world.backend.stacks) == 2


def test_what_a_failed_creation_left_behind_is_removed_before_the_next_try(world: World) -> None:
    world.create()
    world.gate.failing[US, "eu-west-1"] = "no"
    world.gate.left_behind = "arn:left"
    world.fill((US,), ("eu-west-1",))
    assert world.instance(US, "eu-west-1")["StackId"] == "arn:left"
    world.fill((US,), ("eu-west-1",))
    assert world.instance(US, "eu-west-1")["StackId"] == "arn:left"
    world.gate.failing.clear()
    world.fill((US,), ("eu-west-1",))
    assert [call.verb for call in world.backend.calls] == ["create", "delete", "delete", "create"]
    assert world.instance(US, "eu-west-1")["StackId"] in world.backend.stacks


def test_nothing_to_update_is_a_success(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    world.gate.failing[US, "eu-west-1"] = "No updates are to be performed."
    operation = update(world)
    assert world.wait(operation) == "SUCCEEDED"
    assert world.results(operation) == {(US, "eu-west-1"): ("SUCCEEDED", "No updates are to be performed.")}


def test_a_missing_execution_role_fails_the_instance_with_awss_reason(world: World) -> None:
    reason = f"Account {EU} should have 'Ours' role with trust relationship to Role 'Admin'."
    world.roles[EU] = reason
    world.create()
    operation = world.client.create_stack_instances(**where(US, EU), OperationPreferences={"FailureToleranceCount": 1})
    assert world.wait(operation["OperationId"]) == "SUCCEEDED"
    assert world.results(operation["OperationId"])[EU, "eu-west-1"] == ("FAILED", reason)
    assert [call.account for call in world.backend.calls] == [US]


def test_deleting_instances_deletes_their_stacks(world: World) -> None:
    world.create()
    world.fill()
    operation = world.client.delete_stack_instances(**where(US), RetainStacks=False)
    assert world.wait(operation["OperationId"]) == "SUCCEEDED"
    assert (US, "eu-west-1") not in world.instances()
    assert len(world.backend.stacks) == 5
    assert world.results(operation["OperationId"]) == {(US, "eu-west-1"): ("SUCCEEDED", None)}


def test_a_retained_stack_stays_and_needs_no_role(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    world.roles[US] = "the account is closed"
    world.wait(world.client.delete_stack_instances(**where(US), RetainStacks=True)["OperationId"])
    assert world.instances() == {}
    assert len(world.backend.stacks) == 1


def test_deleting_instances_that_are_not_there_does_nothing(world: World) -> None:
    world.create()
    operation = world.client.delete_stack_instances(**where(US), RetainStacks=False)["OperationId"]
    assert world.wait(operation) == "SUCCEEDED"
    assert world.results(operation) == {}


def test_a_failed_deletion_leaves_an_inoperable_instance_that_updates_pass_by(world: World) -> None:
    world.create()
    world.fill((US, EU), ("eu-west-1",))
    world.gate.failing[US, "eu-west-1"] = "the bucket is not empty"
    world.wait(world.client.delete_stack_instances(**where(US), RetainStacks=False)["OperationId"])
    assert world.instances()[US, "eu-west-1"] == ("INOPERABLE", "INOPERABLE")
    operation = update(world, TemplateBody=WIDER)
    world.wait(operation)
    assert set(world.results(operation)) == {(EU, "eu-west-1")}
    refused = world.client.update_stack_instances(**where(US))["OperationId"]
    assert world.wait(refused) == "FAILED"
    assert world.instances()[US, "eu-west-1"] == ("INOPERABLE", "INOPERABLE")
    world.gate.failing.clear()
    world.wait(world.client.delete_stack_instances(**where(US), RetainStacks=True)["OperationId"])
    assert set(world.instances()) == {(EU, "eu-west-1")}


def test_instances_are_filtered_by_status_operation_account_and_region(world: World) -> None:
    world.create()
    world.gate.failing[EU, "us-east-1"] = "no"
    world.fill()
    last = world.instance(EU, "us-east-1")["LastOperationId"]

    def listed(**how: Any) -> set[tuple[str, str]]:
        rows = world.client.list_stack_instances(StackSetName="app", **how)["Summaries"]
        return {(row["Account"], row["Region"]) for row in rows}

    assert listed(Filters=[{"Name": "DETAILED_STATUS", "Values": "FAILED"}]) == {(EU, "us-east-1")}
    assert len(listed(Filters=[{"Name": "LAST_OPERATION_ID", "Values": last}])) == 6
    assert listed(Filters=[{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]) == set()
    assert listed(StackInstanceAccount=US) == {(US, region) for region in REGIONS}
    assert listed(StackInstanceAccount=US, StackInstanceRegion="us-east-1") == {(US, "us-east-1")}


def test_instances_are_listed_in_pages_that_survive_a_deletion_between_them(world: World) -> None:
    world.create()
    world.fill()
    first = world.client.list_stack_instances(StackSetName="app", MaxResults=2)
    world.wait(world.client.delete_stack_instances(**where(US), RetainStacks=False)["OperationId"])
    rest = world.client.list_stack_instances(StackSetName="app", MaxResults=100, NextToken=first["NextToken"])
    assert [row["Account"] for row in rest["Summaries"]] == [EU, EU, APAC, APAC]
    assert "NextToken" not in rest


def test_a_broken_token_is_refused(world: World) -> None:
    world.create()
    with pytest.raises(ClientError, match="Invalid NextToken"):
        world.client.list_stack_instances(StackSetName="app", NextToken="é")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Accounts": []}, "at least one value for either Accounts or DeploymentTargets"),
        ({"Regions": []}, "at least one value for Regions"),
        ({"Accounts": ["22222222222"]}, "Member must satisfy regular expression pattern"),
        ({"DeploymentTargets": {"OrganizationalUnitIds": ["ou-abcd-abcdefgh"]}}, "valid only for service-managed"),
        (
            {"OperationPreferences": {"MaxConcurrentCount": 1, "MaxConcurrentPercentage": 1}},
            "either MaxConcurrentCount or MaxConcurrentPercentage, but not both",
        ),
        ({"ParameterOverrides": [{"ParameterKey": "Size"}]}, "Specify either a value or usePreviousValue"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(world: World, given: dict[str, Any], message: str) -> None:
    world.create()
    with pytest.raises(ClientError, match=rf"\(ValidationError\).*{message}"):
        world.client.create_stack_instances(**{**where(US), **given})
    assert world.instances() == {}


def test_an_account_and_region_named_twice_is_one_instance(world: World) -> None:
    world.create()
    assert world.fill((US, US), ("eu-west-1", "eu-west-1")) == "SUCCEEDED"
    assert len(world.backend.calls) == 1
