"""Status as data: which release an instance has, what failed, and what is fine."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.execution.events import SUSPENDED
from cfngen.execution.releases import release
from cfngen.execution.standing import StackState
from cfngen.execution.status import Found, InstanceStatus, failing, statuses
from cfngen.planning.operations import ObservedInstance, ObservedStackSet

US, EU, OLD = Instance("2", "us-east-1"), Instance("3", "eu-west-1"), Instance("4", "ap-southeast-1")
TEMPLATE = "Resources: {}"
URL = f"https://b/templates/foundation/{hashlib.sha256(TEMPLATE.encode()).hexdigest()}/root.yaml"
DEFINITION = Definition("set", "", TEMPLATE, {"A": "1"}, (), {}, "", "")
WANTED = WantedStackSet("foundation", DEFINITION, URL, (), {US: {}, EU: {"A": "2"}})
CURRENT = ObservedInstance("CURRENT", "SUCCEEDED", overrides={}, stack_id="arn:us")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(wanted: WantedStackSet = WANTED):
    return release([wanted], at=NOON, by="me", commit="", outcome="SUCCEEDED")


def found(instances, *, releases=(), definition: Definition = DEFINITION, states=None, failures=None) -> Found:
    return Found(
        {"set": ObservedStackSet(definition, instances)}, states or {}, failures or {}, {"set": None}, releases
    )


def test_an_instance_has_the_newest_release_with_its_very_content() -> None:
    other = made(replace(WANTED, instances={US: {}, EU: {"A": "9"}}))
    both = {US: CURRENT, EU: replace(CURRENT, overrides={"A": "2"})}
    us, eu = statuses([WANTED], found(both, releases=(other, made())), "us-east-1")
    assert (us.release, eu.release) == (other.id, made().id)
    assert (us.overrides, eu.overrides) == (0, 1)


def test_another_template_or_value_of_the_stack_set_is_no_release_that_we_know() -> None:
    changed = replace(DEFINITION, parameters={"A": "7"})
    us, _ = statuses([WANTED], found({US: CURRENT}, releases=(made(),), definition=changed), "us-east-1")
    assert us.release == ""


def test_what_is_not_current_has_no_release_but_a_failure_and_a_remedy() -> None:
    broken = ObservedInstance("OUTDATED", "FAILED", "sum", {"A": "2"}, "arn:eu")
    states = {("set", EU): StackState("UPDATE_ROLLBACK_FAILED")}
    seen = found({US: CURRENT, EU: broken}, releases=(made(),), states=states, failures={("set", EU): "the first one"})
    _, eu = statuses([WANTED], seen, "us-east-1")
    assert (eu.release, eu.failure, eu.is_fine) == ("", "the first one", False)
    assert "continue-update-rollback" in eu.remedy


def test_what_is_missing_is_absent_and_what_is_not_wanted_is_still_shown() -> None:
    us, eu, old = statuses([WANTED], found({US: CURRENT, OLD: CURRENT}), "us-east-1")
    assert (us.status, eu.status, old.place) == ("CURRENT", "ABSENT", OLD)
    assert not eu.is_fine


def test_a_suspended_account_is_no_problem_of_ours() -> None:
    assert InstanceStatus("foundation", US, "OUTDATED", SUSPENDED).is_fine


def test_only_failures_are_worth_following() -> None:
    instances = {
        US: CURRENT,
        EU: replace(CURRENT, status="OUTDATED", detailed_status="PENDING"),
        OLD: replace(CURRENT, status="OUTDATED", detailed_status="FAILED"),
    }
    assert list(failing(found(instances).observed)) == [("set", OLD)]
