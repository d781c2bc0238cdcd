"""Deploying: canary and waves, failures, resuming, joining, stopping, one at a time, and whatever breaks on the way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cfngen.aws.bucket import Bucket
from cfngen.aws.lock import locked
from cfngen.local.faults import Calls, Expiry, Faults, Stacks
from cfngen.local.stacksets.simulated import Call
from tests.cli.conftest import PLACES, Hold, Stage

EVERYWHERE = dict.fromkeys(PLACES, "CURRENT")
US, _, EU = PLACES
AT_EU = {"StackSetName": "sim-sim-detection", "Accounts": [EU[0]], "Regions": [EU[1]]}


@pytest.fixture
def deployed(stage: Stage) -> Stage:
    """The stage with everything deployed as wanted, and another value wanted now."""
    stage.works("deploy", stage.environment("sim"))
    stage.environment("sim", days=90)
    stage.backend.calls.clear()
    return stage


def failing(reason: str, *, times: int = 0, operation: str = "*") -> Faults:
    return Faults(fail=(Stacks(account=EU[0], reason=reason, times=times, operation=operation),))


def test_the_canary_goes_first_and_the_rest_follows(deployed: Stage) -> None:
    deployed.works("deploy", "sim")
    assert (deployed.backend.calls[0].account, deployed.backend.calls[0].region) == US
    assert deployed.instances("sim") == EVERYWHERE
    assert "Nothing to do." in deployed.works("deploy", "sim")


def test_a_failed_canary_leaves_everybody_else_alone_and_is_named_in_status_too(deployed: Stage) -> None:
    deployed.environment("sim", days=90, tolerance=1)
    deployed.faults[0] = Faults(fail=(Stacks(account=US[0], region=US[1], reason="No more addresses"),))
    out = deployed.fails("deploy", "sim")
    assert "detection 222222222222/us-east-1: No more addresses" in out
    assert "only what is not current is retried" in out
    assert {(call.account, call.region) for call in deployed.backend.calls} == set()
    assert deployed.instances("sim") == dict.fromkeys(PLACES, "OUTDATED")
    assert "222222222222/us-east-1: No more addresses" in deployed.fails("status", "sim")


def test_the_next_deployment_retries_only_what_is_not_current(deployed: Stage) -> None:
    deployed.faults[0] = failing("once", times=1)
    deployed.fails("deploy", "sim")
    deployed.backend.calls.clear()
    deployed.works("deploy", "sim")
    assert [(call.verb, call.account, call.region) for call in deployed.backend.calls] == [("update", *EU)]
    assert deployed.instances("sim") == EVERYWHERE


def test_a_creation_that_failed_and_left_no_stack_is_done_again(stage: Stage) -> None:
    stage.environment("again")
    stage.faults[0] = failing("not now", times=1)
    stage.fails("deploy", "again")
    assert "+ create eu/eu-west-1" in stage.works("deploy", "again")
    assert stage.instances("again") == EVERYWHERE


def test_success_with_failures_inside_the_tolerance_is_told_as_what_it_is_and_ends_with_1(deployed: Stage) -> None:
    deployed.environment("sim", days=90, tolerance=1)
    deployed.faults[0] = failing("a single one", times=1)
    out = deployed.fails("deploy", "sim")
    assert "SUCCEEDED, 1 of 3 failed within the tolerance" in out
    assert "333333333333/eu-west-1: a single one" in out
    assert deployed.instances("sim") == {**EVERYWHERE, EU: "OUTDATED"}


def test_instances_are_deleted_only_when_that_is_permitted(deployed: Stage) -> None:
    deployed.environment("sim", drop="eu:")
    assert "the plan deletes 1 instances: 333333333333/eu-west-1" in deployed.fails("deploy", "sim")
    assert deployed.instances("sim") == EVERYWHERE


def test_a_suspended_account_is_passed_over_with_a_note_and_not_retried_for_ever(deployed: Stage) -> None:
    deployed.faults[0] = Faults(suspend=frozenset((EU[0],)))
    assert "333333333333/eu-west-1: skipped, the account is suspended" in deployed.works("deploy", "sim")
    again = deployed.works("deploy", "sim")
    assert "Nothing to do." in again
    assert "Once it is active again: `aws cloudformation update-stack-instances --stack-set-name sim-sim-det" in again
    assert "passed over, the account is suspended" in deployed.works("status", "sim")
    deployed.environment("sim", days=90, drop="eu:")
    assert "Nothing to do." in deployed.works("deploy", "sim", "--delete")
    deployed.faults[0] = Faults()
    deployed.client().update_stack_instances(**AT_EU)


def test_an_inoperable_instance_is_named_with_the_command_that_mends_it_and_that_does(deployed: Stage) -> None:
    deployed.faults[0] = failing("bucket not empty", operation="DELETE")
    deployed.client().delete_stack_instances(**AT_EU, RetainStacks=False)
    deployed.works("deploy", "sim", "--stop")
    deployed.faults[0] = Faults()
    out = deployed.fails("deploy", "sim")
    command = (
        "aws cloudformation delete-stack-instances --stack-set-name sim-sim-detection --accounts 333333333333"
        " --regions eu-west-1 --region us-east-1 --retain-stacks"
    )
    assert "detection 333333333333/eu-west-1: is INOPERABLE" in out
    assert command in out
    assert command in deployed.fails("status", "sim")
    deployed.client().delete_stack_instances(**AT_EU, RetainStacks=True)
    deployed.works("deploy", "sim", "--stop")
    deployed.works("deploy", "sim")
    assert deployed.instances("sim") == EVERYWHERE


def test_an_operation_that_brings_something_else_is_refused_with_its_id_and_how_to_stop_it(deployed: Stage) -> None:
    deployed.environment("sim")
    values = [{"ParameterKey": "LogRetentionDays", "ParameterValue": "30"}]
    operation = deployed.begin("sim", ParameterOverrides=values)
    out = deployed.fails("deploy", "sim")
    assert f"operation {operation} (UPDATE, RUNNING since" in out
    assert "cannot be joined: it gives 333333333333/eu-west-1 other values" in out
    assert "cfngen deploy sim --stop" in out


def test_an_operation_that_brings_another_template_or_values_is_refused(deployed: Stage) -> None:
    operation = deployed.begin("sim")
    assert f"{operation} (UPDATE, RUNNING" in (out := deployed.fails("deploy", "sim"))
    assert "it brings another template or other values" in out


def test_an_operation_that_brings_what_is_wanted_is_joined_and_watched_to_its_end(deployed: Stage) -> None:
    deployed.environment("sim")
    operation = deployed.begin("sim", requests=150)  # as somebody retries in the console
    out = deployed.works("deploy", "sim")
    assert "What runs brings what is wanted; joining it." in out
    assert f"watching operation {operation} (UPDATE, RUNNING" in out
    assert f"operation {operation} SUCCEEDED" in out
    assert "Nothing to do." in out
    assert deployed.operations("sim")[0]["OperationId"] == operation


def test_a_queued_operation_of_nobody_known_is_refused(deployed: Stage) -> None:
    deployed.environment("sim")
    deployed.begin("sim")
    second = deployed.client().update_stack_instances(**AT_EU)["OperationId"]
    out = deployed.fails("deploy", "sim")
    assert f"operation {second} (UPDATE, QUEUED" in out
    assert "what it brings cannot be seen yet" in out


@dataclass
class Drift(Hold):
    """Begins a detection of drift as soon as something is done in a region; it goes on for so many requests."""

    stage: Stage | None = None

    def before(self, call: Call) -> None:
        if call.region == self.region and self.stage and not self.begun.is_set():
            self.stage.faults[0] = Faults(hang=(Stacks(operation="DETECT_DRIFT"),))
            self.stage.client().detect_stack_set_drift(StackSetName=self.stage.name("sim"))
            self.begun.set()

    def asked(self) -> None:
        super().asked()
        if self.stage and self.go.is_set():
            self.stage.faults[0] = Faults()


def test_a_detection_of_drift_that_begins_meanwhile_is_waited_for(deployed: Stage) -> None:
    deployed.holds.append(Drift(US[1], requests=40, stage=deployed))
    out = deployed.works("deploy", "sim")
    assert "(DETECT_DRIFT, " in out
    assert deployed.instances("sim") == EVERYWHERE
    actions = [row["Action"] for row in deployed.operations("sim")]
    assert actions[:3] == ["UPDATE", "DETECT_DRIFT", "UPDATE"]


def test_stopping_waits_until_the_operation_has_ended_and_tells_what_became_of_it(deployed: Stage) -> None:
    operation = deployed.begin("sim", requests=10)
    assert f"detection: operation {operation} STOPPED" in deployed.works("deploy", "sim", "--stop")
    assert not deployed.stack_sets_are_busy()
    assert "No operation runs." in deployed.works("deploy", "sim", "--stop")


def test_the_second_of_two_people_is_told_who_deploys_and_nothing_changes(deployed: Stage) -> None:
    with locked(Bucket(deployed.bucket("sim"), deployed.client("s3")), "arn:aws:iam::111111111111:user/first"):
        out = deployed.fails("deploy", "sim")
    assert "arn:aws:iam::111111111111:user/first (process" in out
    assert "is deploying" in out
    assert deployed.backend.calls == []
    deployed.works("deploy", "sim")


def test_throttling_only_slows_a_deployment_down(deployed: Stage) -> None:
    deployed.faults[0] = Faults(throttle=(Calls("UpdateStackSet", 2), Calls("*StackSetOperation*", 4)))
    deployed.works("deploy", "sim")
    assert deployed.instances("sim") == EVERYWHERE


@pytest.mark.parametrize("carried_out", [False, True], ids=["request-lost", "answer-lost"])
def test_a_broken_connection_is_repeated_and_nothing_is_done_twice(stage: Stage, carried_out: bool) -> None:
    name = stage.environment("lost" if carried_out else "cut")
    creating = ("CreateStackSet", "CreateStackInstances", "DescribeStackSetOperation")
    stage.faults[0] = Faults(drop=tuple(Calls(action, 2, carried_out=carried_out) for action in creating))
    stage.works("deploy", name)
    assert stage.instances(name) == EVERYWHERE
    actions = [row["Action"] for row in stage.operations(name)]
    stage.environment(name, days=90)
    stage.faults[0] = Faults(drop=(Calls("UpdateStackSet", 2, carried_out=carried_out),))
    stage.works("deploy", name)
    assert [row["Action"] for row in stage.operations(name)] == ["UPDATE", "UPDATE", *actions]


def test_credentials_that_expire_on_the_way_are_explained_and_the_next_run_finishes(deployed: Stage) -> None:
    hold = Hold("us-east-1", requests=0, then=lambda: deployed.faults.__setitem__(0, Faults(expire=Expiry(0))))
    deployed.holds.append(hold)
    out = deployed.fails("deploy", "sim")
    assert "the credentials have expired" in out
    assert "sign in again" in out
    deployed.faults[0] = Faults()
    assert deployed.stack_sets_are_busy()
    hold.go.set()
    deployed.works("deploy", "sim")
    assert deployed.instances("sim") == EVERYWHERE


def test_a_missing_execution_role_is_told_in_awss_words(deployed: Stage) -> None:
    deployed.faults[0] = Faults(remove_role=frozenset((EU[0],)))
    assert "Account 333333333333 should have 'sim-sim-stackset-execution' role" in deployed.fails("deploy", "sim")
