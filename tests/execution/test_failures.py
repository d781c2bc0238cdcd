"""The first real failure: found among events, told in AWS's words with stack, layer and logical id."""

from __future__ import annotations

import pytest

from cfngen.execution.failures import Failure, StackEvent, failure_of, first_failed, latest, layer_of, summarized

STACK = "arn:aws:cloudformation:eu-west-1:333333333333:stack/StackSet-prod-foundation-1/abc"
NOON = 1767355200.0


def resource(name: str, status: str, reason: str = "") -> StackEvent:
    return StackEvent(STACK, name, f"{name}-id", "AWS::EC2::Thing", status, reason)


def stack(status: str, reason: str = "") -> StackEvent:
    return StackEvent(STACK, "StackSet-prod-foundation-1", STACK, "AWS::CloudFormation::Stack", status, reason)


def newest_first(*events: StackEvent) -> list[StackEvent]:
    return list(reversed(events))


def test_the_cause_is_the_first_failure_and_not_what_was_cancelled_because_of_it() -> None:
    events = newest_first(
        stack("CREATE_IN_PROGRESS"),
        resource("Subnet", "CREATE_FAILED", "Resource creation cancelled"),
        resource("Vpc", "CREATE_FAILED", "The maximum number of VPCs has been reached."),
        resource("Table", "CREATE_FAILED", "Resource creation cancelled"),
        stack("ROLLBACK_IN_PROGRESS"),
        stack("ROLLBACK_COMPLETE"),
    )
    found = first_failed(latest(events))
    assert found is not None
    assert found.logical_id == "Vpc"


def test_only_the_latest_operation_counts() -> None:
    events = newest_first(
        stack("CREATE_IN_PROGRESS"),
        resource("Old", "CREATE_FAILED", "long mended"),
        stack("UPDATE_IN_PROGRESS"),
        resource("New", "UPDATE_FAILED", "now"),
        stack("UPDATE_ROLLBACK_COMPLETE"),
    )
    found = first_failed(latest(events))
    assert found is not None
    assert found.logical_id == "New"


def test_a_failure_of_an_older_operation_is_not_told_again() -> None:
    old = [stack("UPDATE_IN_PROGRESS"), resource("Old", "UPDATE_FAILED", "long mended")]
    updated = newest_first(*old, stack("UPDATE_IN_PROGRESS"), stack("UPDATE_COMPLETE"))
    deleted = newest_first(*old, stack("DELETE_IN_PROGRESS"), stack("DELETE_COMPLETE"))
    assert first_failed(latest(updated)) is None
    assert first_failed(latest(deleted)) is None


def test_an_operation_that_began_before_the_stack_set_s_is_another_story() -> None:
    events = newest_first(
        stack("UPDATE_IN_PROGRESS")._replace(at=NOON),
        resource("Old", "UPDATE_FAILED", "long mended")._replace(at=NOON + 300),
    )
    assert latest(events, NOON + 60) == ()
    assert latest(events, NOON - 60) == events
    assert latest(events, 0) == events


def test_a_clean_deletion_does_not_hide_why_the_creation_failed() -> None:
    events = newest_first(
        stack("CREATE_IN_PROGRESS"),
        resource("Vpc", "CREATE_FAILED", "no"),
        stack("ROLLBACK_COMPLETE"),
        stack("DELETE_IN_PROGRESS"),
        stack("DELETE_COMPLETE"),
    )
    found = first_failed(latest(events))
    assert found is not None
    assert found.logical_id == "Vpc"


def test_a_stack_without_a_failed_resource_tells_its_own_reason() -> None:
    found = first_failed(latest(newest_first(stack("CREATE_IN_PROGRESS"), stack("CREATE_FAILED", "Template error"))))
    assert found is not None
    assert found.reason == "Template error"


def test_events_are_read_no_further_than_the_operation_that_failed() -> None:
    def events():
        yield from newest_first(stack("UPDATE_IN_PROGRESS"), resource("New", "UPDATE_FAILED", "now"))
        pytest.fail("the next page would cost a call")

    assert first_failed(latest(events())) is not None


def test_a_stack_in_which_nothing_failed_has_no_failure() -> None:
    assert first_failed(latest(newest_first(stack("CREATE_IN_PROGRESS"), stack("CREATE_COMPLETE")))) is None


def test_a_failure_is_one_line_with_stack_layer_logical_id_and_reason() -> None:
    event = resource("Vpc", "CREATE_FAILED", "no")
    assert str(failure_of(event, "network")) == "stack StackSet-prod-foundation-1: network.Vpc (AWS::EC2::Thing): no"
    assert str(Failure("")) == "failed without a reason"


def test_what_stack_sets_sums_up_is_read_apart() -> None:
    told = "ResourceLogicalId:Vpc, ResourceType:AWS::EC2::VPC, ResourceStatusReason:no (Service: Ec2)."
    assert summarized(told) == Failure("no (Service: Ec2)", "Vpc", "AWS::EC2::VPC")
    assert summarized("Account 1 should have a role") == Failure("Account 1 should have a role")


@pytest.mark.parametrize(("logical_id", "layer"), [("Network", "network"), ("SecurityHub", "security_hub")])
def test_a_nested_stack_names_its_layer(logical_id: str, layer: str) -> None:
    assert layer_of(logical_id) == layer
