"""Operations: asynchronous, in order, within concurrency and tolerance, stopped, queued and retried as AWS would."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.faults import Faults, Stacks

from .conftest import ACCOUNTS, TEMPLATE, ZONE_A, World

US, EU, APAC = ACCOUNTS
TOLERANCE = "Cancelled since failure tolerance has exceeded"


def start(world: World, *accounts: str, regions: tuple[str, ...] = ("eu-west-1",), **preferences: Any) -> str:
    where = {"StackSetName": "app", "Accounts": list(accounts), "Regions": list(regions)}
    answer = world.client.create_stack_instances(**where, OperationPreferences=preferences)
    return str(answer["OperationId"])


def test_an_operation_runs_beside_the_caller_and_shows_each_instances_state(world: World) -> None:
    world.create()
    gate = world.gate.hold(US, "eu-west-1")
    operation = start(world, US, EU)
    world.gate.await_start(US, "eu-west-1")
    assert world.status(operation) == "RUNNING"
    assert {place[0]: status for place, (status, _) in world.results(operation).items()} == {
        US: "RUNNING",
        EU: "PENDING",
    }
    assert world.instances() == {(US, "eu-west-1"): ("OUTDATED", "RUNNING"), (EU, "eu-west-1"): ("OUTDATED", "PENDING")}
    gate.set()
    assert world.wait(operation) == "SUCCEEDED"
    told = world.client.describe_stack_set_operation(StackSetName="app", OperationId=operation)["StackSetOperation"]
    assert (told["Action"], told["StatusDetails"]["FailedStackInstancesCount"]) == ("CREATE", 0)
    assert told["EndTimestamp"] >= told["CreationTimestamp"]


def test_by_default_one_account_at_a_time_and_the_first_failure_ends_it(world: World) -> None:
    world.create()
    world.gate.failing[US, "eu-west-1"] = "no"
    operation = start(world, US, EU, regions=("eu-west-1", "us-east-1"))
    assert world.wait(operation) == "FAILED"
    assert world.results(operation) == {
        (US, "eu-west-1"): ("FAILED", "no"),
        (EU, "eu-west-1"): ("CANCELLED", TOLERANCE),
        (US, "us-east-1"): ("CANCELLED", TOLERANCE),
        (EU, "us-east-1"): ("CANCELLED", TOLERANCE),
    }
    assert world.instances()[EU, "eu-west-1"] == ("OUTDATED", "CANCELLED")
    assert world.backend.most_at_once == 1


def test_success_can_hide_failures_within_the_tolerance(world: World) -> None:
    world.create()
    world.gate.failing[US, "eu-west-1"] = "no"
    operation = start(world, US, EU, FailureToleranceCount=1)
    assert world.wait(operation) == "SUCCEEDED"
    told = world.client.describe_stack_set_operation(StackSetName="app", OperationId=operation)["StackSetOperation"]
    assert told["StatusDetails"]["FailedStackInstancesCount"] == 1


def test_regions_are_done_in_the_given_order_one_after_the_other(world: World) -> None:
    world.create()
    regions = ("eu-west-1", "us-east-1", "ap-southeast-1")
    operation = start(world, US, EU, regions=regions, RegionOrder=["us-east-1", "ap-southeast-1"], MaxConcurrentCount=2)
    world.wait(operation)
    order = [call.region for call in world.backend.calls]
    assert order == ["us-east-1"] * 2 + ["ap-southeast-1"] * 2 + ["eu-west-1"] * 2


def test_parallel_regions_run_together(world: World) -> None:
    world.create()
    gates = [world.gate.hold(US, region) for region in ("eu-west-1", "us-east-1")]
    operation = start(world, US, regions=("eu-west-1", "us-east-1"), RegionConcurrencyType="PARALLEL")
    for region in ("eu-west-1", "us-east-1"):
        world.gate.await_start(US, region)
    for gate in gates:
        gate.set()
    assert world.wait(operation) == "SUCCEEDED"
    assert world.backend.most_at_once == 2


def test_soft_tolerance_lets_all_run_that_concurrency_allows(world: World) -> None:
    world.create()
    gates = [world.gate.hold(account, "eu-west-1") for account in ACCOUNTS]
    soft = {"ConcurrencyMode": "SOFT_FAILURE_TOLERANCE", "MaxConcurrentCount": 3}
    operation = start(world, *ACCOUNTS, **soft)
    for account in ACCOUNTS:
        world.gate.await_start(account, "eu-west-1")
    for gate in gates:
        gate.set()
    assert world.wait(operation) == "SUCCEEDED"
    assert world.backend.most_at_once == 3


def test_stopping_waits_for_what_runs_and_cancels_the_rest(world: World) -> None:
    world.create()
    gate = world.gate.hold(US, "eu-west-1")
    operation = start(world, US, EU)
    world.gate.await_start(US, "eu-west-1")
    world.client.stop_stack_set_operation(StackSetName="app", OperationId=operation)
    assert world.status(operation) == "STOPPING"
    assert world.results(operation)[EU, "eu-west-1"][0] == "CANCELLED"
    gate.set()
    assert world.wait(operation) == "STOPPED"
    assert world.instances() == {
        (US, "eu-west-1"): ("CURRENT", "SUCCEEDED"),
        (EU, "eu-west-1"): ("OUTDATED", "CANCELLED"),
    }


def test_an_operation_that_has_ended_cannot_be_stopped(world: World) -> None:
    world.create()
    operation = start(world, US)
    world.wait(operation)
    with pytest.raises(ClientError, match=r"\(InvalidOperationException\).*is SUCCEEDED and cannot be stopped"):
        world.client.stop_stack_set_operation(StackSetName="app", OperationId=operation)


def test_a_second_operation_is_refused_while_one_runs(world: World) -> None:
    created = world.create()
    gate = world.gate.hold(US, "eu-west-1")
    operation = start(world, US)
    busy = rf"Another Operation on StackSet arn:.*:stackset/{created} is in progress: {operation}"
    with pytest.raises(ClientError, match=rf"\(OperationInProgressException\).*{busy}"):
        start(world, EU)
    with pytest.raises(ClientError, match="OperationInProgressException"):
        world.client.delete_stack_set(StackSetName="app")
    gate.set()
    world.wait(operation)


def test_managed_execution_runs_what_does_not_conflict_and_queues_the_rest_in_order(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    gate = world.gate.hold(US, "eu-west-1")
    first, beside = start(world, US), start(world, EU)
    assert world.wait(beside) == "SUCCEEDED"
    conflicting, behind = start(world, US), start(world, APAC)
    assert [world.status(each) for each in (first, conflicting, behind)] == ["RUNNING", "QUEUED", "QUEUED"]
    gate.set()
    assert [world.wait(each) for each in (first, conflicting, behind)] == ["SUCCEEDED"] * 3
    assert len(world.instances()) == 3


def test_a_queued_update_defines_the_stack_set_when_it_starts(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    gate = world.gate.hold(US, "eu-west-1")
    first = start(world, US)
    body = TEMPLATE.replace("Topic:", "Other:")
    queued = world.client.update_stack_set(StackSetName="app", TemplateBody=body, Parameters=ZONE_A)["OperationId"]
    assert world.client.describe_stack_set(StackSetName="app")["StackSet"]["TemplateBody"] == TEMPLATE
    gate.set()
    assert (world.wait(first), world.wait(queued)) == ("SUCCEEDED", "SUCCEEDED")
    assert world.client.describe_stack_set(StackSetName="app")["StackSet"]["TemplateBody"] == body
    assert [each.template for each in world.backend.stacks.values()] == [body]


def test_a_queued_operation_is_stopped_before_it_starts(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    gate = world.gate.hold(US, "eu-west-1")
    first, queued = start(world, US), start(world, US, EU)
    world.client.stop_stack_set_operation(StackSetName="app", OperationId=queued)
    assert world.status(queued) == "STOPPED"
    gate.set()
    world.wait(first)
    assert set(world.instances()) == {(US, "eu-west-1")}


def test_many_operations_without_instances_pass_through_the_queue(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    gate = world.gate.hold(US, "eu-west-1")
    first = start(world, US)
    nothing = {"StackSetName": "app", "Accounts": [US], "Regions": ["us-east-1"], "RetainStacks": False}
    queued = [start(world, US)] + [world.client.delete_stack_instances(**nothing)["OperationId"] for _ in range(300)]
    gate.set()
    assert {world.wait(each) for each in (first, *queued)} == {"SUCCEEDED"}


def test_managed_execution_cannot_be_changed_while_operations_run(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    gate = world.gate.hold(US, "eu-west-1")
    operation = start(world, US)
    with pytest.raises(ClientError, match="execution configuration can't be modified"):
        world.client.update_stack_set(
            StackSetName="app", UsePreviousTemplate=True, Parameters=ZONE_A, ManagedExecution={"Active": False}
        )
    gate.set()
    world.wait(operation)


def test_an_operation_id_is_used_once(world: World) -> None:
    world.create()
    where = {"StackSetName": "app", "Accounts": [US], "Regions": ["eu-west-1"], "OperationId": "mine"}
    assert world.client.create_stack_instances(**where)["OperationId"] == "mine"
    world.wait("mine")
    with pytest.raises(ClientError, match="OperationIdAlreadyExistsException"):
        world.client.create_stack_instances(**where)


def test_an_operation_that_is_not_there_is_not_found(world: World) -> None:
    world.create()
    with pytest.raises(ClientError, match="OperationNotFoundException"):
        world.status("nothing")


def test_operations_are_listed_latest_first_in_pages(world: World) -> None:
    world.create()
    made: list[str] = []
    for _ in range(3):
        made.append(start(world, US))
        world.wait(made[-1])
    pages = world.client.get_paginator("list_stack_set_operations").paginate(
        StackSetName="app", PaginationConfig={"PageSize": 2}
    )
    assert [each["OperationId"] for page in pages for each in page["Summaries"]] == made[::-1]


def test_results_are_listed_in_pages_and_filtered(world: World) -> None:
    world.create()
    world.gate.failing[EU, "eu-west-1"] = "no"
    operation = start(world, *ACCOUNTS, FailureToleranceCount=3)
    world.wait(operation)
    paginator = world.client.get_paginator("list_stack_set_operation_results")
    pages = list(paginator.paginate(StackSetName="app", OperationId=operation, PaginationConfig={"PageSize": 2}))
    assert [[each["Account"] for each in page["Summaries"]] for page in pages] == [[US, EU], [APAC]]
    failed = world.client.list_stack_set_operation_results(
        StackSetName="app",
        OperationId=operation,
        Filters=[{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}],
    )["Summaries"]
    assert [each["Account"] for each in failed] == [EU]


def test_drift_is_told_per_instance_and_for_the_set(world: World) -> None:
    world.create()
    world.fill((US, EU), ("eu-west-1",))
    world.drifted.add(EU)
    operation = world.client.detect_stack_set_drift(StackSetName="app")["OperationId"]
    assert world.wait(operation) == "SUCCEEDED"
    told = {account: world.instance(account, "eu-west-1")["DriftStatus"] for account in (US, EU)}
    assert told == {US: "IN_SYNC", EU: "DRIFTED"}
    details = world.client.describe_stack_set(StackSetName="app")["StackSet"]["StackSetDriftDetectionDetails"]
    assert (details["DriftStatus"], details["DriftedStackInstancesCount"]) == ("DRIFTED", 1)
    assert set(world.instances().values()) == {("CURRENT", "SUCCEEDED")}


def test_a_stack_that_somebody_deleted_fails_its_update(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    world.backend.stacks.clear()
    where = {"StackSetName": "app", "Accounts": [US], "Regions": ["eu-west-1"]}
    operation = world.client.update_stack_instances(**where)["OperationId"]
    assert world.wait(operation) == "FAILED"
    assert "does not exist" in str(world.results(operation)[US, "eu-west-1"][1])


def test_a_defect_of_the_backend_fails_the_instance_and_ends_the_operation(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.create()
    world.gate.defects.add((US, "eu-west-1"))
    operation = start(world, US)
    assert world.wait(operation) == "FAILED"
    assert world.results(operation) == {(US, "eu-west-1"): ("FAILED", "Internal failure: ZeroDivisionError: oops")}
    assert "ZeroDivisionError" in caplog.text


def test_a_suspended_account_is_skipped_and_does_not_count_as_a_failure(world: World) -> None:
    world.create()
    world.faults[0] = Faults(suspend=frozenset((EU,)))
    operation = start(world, US, EU)
    assert world.wait(operation) == "SUCCEEDED"
    assert world.instances()[EU, "eu-west-1"] == ("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT")
    assert "StackId" not in world.instance(EU, "eu-west-1")


def test_a_fault_fails_the_nth_instance_that_an_operation_starts_as_often_as_it_says(world: World) -> None:
    world.create()
    world.faults[0] = Faults(fail=(Stacks(instance=2, times=1, reason="No more addresses"),))
    first = start(world, *ACCOUNTS, FailureToleranceCount=1)
    world.wait(first)
    assert {place[0]: row for place, row in world.results(first).items()} == {
        US: ("SUCCEEDED", None),
        EU: ("FAILED", "No more addresses"),
        APAC: ("SUCCEEDED", None),
    }
    assert world.wait(start(world, *ACCOUNTS)) == "SUCCEEDED"
    assert set(world.instances().values()) == {("CURRENT", "SUCCEEDED")}


def test_a_fault_in_a_deletion_leaves_the_instance_inoperable(world: World) -> None:
    world.create()
    world.fill((US,), ("eu-west-1",))
    world.faults[0] = Faults(fail=(Stacks(operation="DELETE"),))
    where = {"StackSetName": "app", "Accounts": [US], "Regions": ["eu-west-1"]}
    world.wait(world.client.delete_stack_instances(**where, RetainStacks=False)["OperationId"])
    assert world.instances() == {(US, "eu-west-1"): ("INOPERABLE", "INOPERABLE")}


def test_an_instance_hangs_as_long_as_a_fault_says(world: World) -> None:
    world.create()
    world.faults[0] = Faults(hang=(Stacks(account=US),))
    operation = start(world, US, EU, MaxConcurrentCount=2, ConcurrencyMode="SOFT_FAILURE_TOLERANCE")
    world.gate.await_start(EU, "eu-west-1")
    assert world.status(operation) == "RUNNING"
    assert world.backend.calls[0].account == EU
    world.faults[0] = replace(world.faults[0], hang=())
    assert world.wait(operation) == "SUCCEEDED"


def test_a_removed_role_fails_the_instance_with_awss_reason(world: World) -> None:
    world.create(ExecutionRoleName="Ours")
    world.faults[0] = Faults(remove_role=frozenset((US,)))
    operation = start(world, US)
    assert world.wait(operation) == "FAILED"
    name = "AWSCloudFormationStackSetAdministrationRole"
    reason = f"Account {US} should have 'Ours' role with trust relationship to Role '{name}'."
    assert world.results(operation) == {(US, "eu-west-1"): ("FAILED", reason)}


def test_what_hangs_or_waits_is_let_go_when_all_ends(world: World) -> None:
    world.create(ManagedExecution={"Active": True})
    world.faults[0] = Faults(hang=(Stacks(),))
    hanging, queued = start(world, US, EU), start(world, US)
    world.plane.runner.close()
    assert [world.status(each) for each in (hanging, queued)] == ["FAILED", "FAILED"]
    assert world.backend.calls == []
