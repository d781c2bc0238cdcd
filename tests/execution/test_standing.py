"""How things stand: what a plan does not see, what is stuck and how to mend it, what may be joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.execution.events import SUSPENDED, UnderWay
from cfngen.execution.releases import released
from cfngen.execution.standing import StackState, protected, refusal, standing
from cfngen.planning.operations import ObservedInstance, ObservedStackSet

US, EU = Instance("222222222222", "us-east-1"), Instance("333333333333", "eu-west-1")
ARN = "arn:aws:cloudformation:eu-west-1:333333333333:stack/StackSet-set-1/abc"
DEFINITION = Definition("set", "", "Resources: {}", {"A": "1"}, (), {}, "", "")
WANTED = WantedStackSet("foundation", DEFINITION, "https://b/h/root.yaml", (), {US: {}, EU: {"A": "2"}})
CURRENT = ObservedInstance("CURRENT", "SUCCEEDED", overrides={}, stack_id="arn:us", operation_id="old")


def observed(eu: ObservedInstance, **more: ObservedInstance) -> dict[str, ObservedStackSet]:
    return {"set": ObservedStackSet(DEFINITION, {US: CURRENT, EU: eu})}


def stands(eu: ObservedInstance, *, wanted: WantedStackSet = WANTED, states: Mapping | None = None):
    return standing([wanted], observed(eu), states or {}, "us-east-1")


def test_what_is_current_is_seen_as_it_is() -> None:
    found = stands(replace(CURRENT, overrides={"A": "2"}))
    assert (found.wanted, found.observed, found.notes, found.stuck) == ((WANTED,), found.everything, (), ())


def test_a_suspended_instance_is_neither_wanted_nor_there_and_is_noted_with_the_command() -> None:
    found = stands(ObservedInstance("OUTDATED", SUSPENDED))
    assert set(found.wanted[0].instances) == set(found.observed["set"].instances) == {US}
    (note,) = found.notes
    assert "update-stack-instances --stack-set-name set --accounts 333333333333 --regions eu-west-1" in note


def test_a_wanted_instance_without_a_stack_is_created_again_and_an_unwanted_one_is_still_deleted() -> None:
    cancelled = ObservedInstance("OUTDATED", "CANCELLED")
    assert EU not in stands(cancelled).observed["set"].instances
    unwanted = replace(WANTED, instances={US: {}})
    assert EU in stands(cancelled, wanted=unwanted).observed["set"].instances


@pytest.mark.parametrize(
    ("status", "state", "command"),
    [
        ("INOPERABLE", StackState(""), "aws cloudformation delete-stack-instances --stack-set-name set"),
        ("INOPERABLE", StackState("CREATE_COMPLETE"), "then in account 333333333333: aws cloudformation delete-stack"),
        (
            "OUTDATED",
            StackState("UPDATE_ROLLBACK_FAILED", ("set-Network-X.Vpc",)),
            f"continue-update-rollback --stack-name {ARN} --region eu-west-1 --resources-to-skip set-Network-X.Vpc",
        ),
        ("OUTDATED", StackState("ROLLBACK_FAILED"), f"aws cloudformation delete-stack --stack-name {ARN}"),
        ("INOPERABLE", StackState("DELETE_FAILED", ("Logs",)), "--retain-resources Logs"),
        ("INOPERABLE", StackState("DELETE_FAILED"), "--deletion-mode FORCE_DELETE_STACK"),
    ],
)
def test_a_stuck_instance_is_named_with_the_command_that_mends_it(status: str, state: StackState, command: str) -> None:
    found = stands(ObservedInstance(status, "FAILED", stack_id=ARN), states={("set", EU): state})
    (problem,) = found.stuck
    assert problem.where.path == f"foundation {EU}"
    assert command in problem.hint
    assert problem.hint.endswith("then run the same command again")


def test_a_failure_that_a_retry_can_mend_is_not_stuck() -> None:
    found = stands(
        ObservedInstance("OUTDATED", "FAILED", stack_id=ARN),
        states={("set", EU): StackState("UPDATE_ROLLBACK_COMPLETE")},
    )
    assert found.stuck == ()


def test_what_is_to_go_is_deleted_again_however_stuck_it_is() -> None:
    unwanted = replace(WANTED, instances={US: {}})
    assert stands(ObservedInstance("INOPERABLE", stack_id=ARN), wanted=unwanted).stuck == ()


RUNNING = UnderWay("set", "op", "UPDATE", "RUNNING")
BUSY = replace(CURRENT, operation_id="op", overrides={"A": "2"})


def why(running: UnderWay, eu: ObservedInstance = BUSY, recorded=None, wanted: WantedStackSet | None = WANTED) -> str:
    return refusal(wanted, observed(eu)["set"], running, recorded)


def test_an_operation_that_brings_what_is_wanted_may_be_joined() -> None:
    assert why(RUNNING) == ""
    assert why(RUNNING._replace(status="QUEUED"), recorded=released(WANTED)) == ""
    assert why(RUNNING._replace(action="DETECT_DRIFT")) == ""
    assert why(RUNNING._replace(status="STOPPING"), replace(BUSY, overrides={"A": "9"})) == ""


def test_any_other_operation_is_refused_with_the_reason() -> None:
    other = replace(WANTED, definition=replace(DEFINITION, template="changed"), url="https://b/other/root.yaml")
    assert why(RUNNING, replace(BUSY, overrides={"A": "9"})) == f"it gives {EU} other values"
    assert why(RUNNING, wanted=replace(WANTED, instances={US: {}})) == f"{EU} is not wanted"
    assert why(RUNNING, wanted=other) == "it brings another template or other values"
    assert why(RUNNING, recorded=released(other)) == "it belongs to another release"
    assert why(RUNNING._replace(status="QUEUED")) == "it is queued, so what it brings cannot be seen yet"
    assert why(RUNNING._replace(action="DELETE")) == f"it deletes {EU}"
    assert why(RUNNING, wanted=None) == "it does not delete"
    assert why(RUNNING._replace(action="DELETE"), wanted=None) == ""


def test_a_deletion_of_what_is_unwanted_may_be_joined() -> None:
    assert why(RUNNING._replace(action="DELETE"), wanted=replace(WANTED, instances={US: {}})) == ""


def test_deletion_protections_in_force_are_told_with_every_place_and_how_to_switch_them_off() -> None:
    base = replace(
        DEFINITION, parameters={"DatabaseDeletionProtection": "true", "UserPoolDeletionProtection": "INACTIVE"}
    )
    found = ObservedStackSet(
        base,
        {
            US: CURRENT,
            EU: replace(
                CURRENT, overrides={"DatabaseDeletionProtection": "false", "UserPoolDeletionProtection": "ACTIVE"}
            ),
        },
    )
    first, second = protected({"documents": found})
    assert first.what == f"DatabaseDeletionProtection is on in {US}: deleting these would fail half-way"
    assert second.what.startswith(f"UserPoolDeletionProtection is on in {EU}")
    assert "switch DatabaseDeletionProtection off under parameters" in first.hint
    assert protected({}) == ()
