"""The schedule of an operation: what may start, and when it ends. Pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.local.stacksets.model import Target
from cfngen.local.stacksets.schedule import FASTEST, Schedule, schedule

ACCOUNTS = tuple(f"{number:012d}" for number in range(10))
SOFT = {"ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}


def in_region(count: int, region: str = "eu-west-1") -> list[Target]:
    return [Target(account, region) for account in ACCOUNTS[:count]]


@pytest.mark.parametrize(
    ("preferences", "at_once"),
    [
        ({}, 1),
        ({"MaxConcurrentCount": 5}, 1),
        ({"MaxConcurrentCount": 5, "FailureToleranceCount": 2}, 3),
        ({"MaxConcurrentCount": 5, "FailureTolerancePercentage": 29}, 3),
        ({"MaxConcurrentCount": 5, **SOFT}, 5),
        ({"MaxConcurrentPercentage": 39, **SOFT}, 3),
        ({"MaxConcurrentPercentage": 1, **SOFT}, 1),
        ({"MaxConcurrentPercentage": 100, **SOFT}, 10),
        ({"MaxConcurrentPercentage": 50, "FailureToleranceCount": 9}, 5),
    ],
)
def test_how_many_start_at_once(preferences: dict[str, Any], at_once: int) -> None:
    assert len(schedule(in_region(10), preferences).start()[1]) == at_once


def test_strict_gives_up_a_place_for_each_failure() -> None:
    plan, due = schedule(in_region(10), {"MaxConcurrentCount": 3, "FailureToleranceCount": 2}).start()
    assert len(due) == 3
    plan, more = plan.end(due[0], failed=True).start()
    assert more == ()
    plan, more = plan.end(due[1], failed=False).start()
    assert len(more) == 1


def test_soft_keeps_its_concurrency_whatever_fails() -> None:
    plan, due = schedule(in_region(10), {"MaxConcurrentCount": 3, "FailureToleranceCount": 2, **SOFT}).start()
    plan, more = plan.end(due[0], failed=True).start()
    assert len(more) == 1


def test_a_region_over_its_tolerance_halts_parallel_regions_too() -> None:
    targets = in_region(2, "eu-west-1") + in_region(2, "us-east-1")
    plan, due = schedule(targets, {"RegionConcurrencyType": "PARALLEL"}).start()
    assert [target.region for target in due] == ["eu-west-1", "us-east-1"]
    plan = plan.end(due[0], failed=True)
    assert plan.start()[1] == ()
    assert not plan.finished
    plan = plan.end(due[1], failed=False)
    assert plan.finished
    assert plan.exceeded
    assert len(plan.unstarted) == 2


def test_an_operation_without_instances_is_finished_at_once() -> None:
    assert schedule([], {}).finished


def test_no_region_is_faster_than_aws() -> None:
    many = [Target(f"{number:012d}", "eu-west-1") for number in range(500)]
    assert len(schedule(many, {"MaxConcurrentPercentage": 100, **SOFT}).start()[1]) == FASTEST


preferences = st.fixed_dictionaries(
    {},
    optional={
        "RegionConcurrencyType": st.sampled_from(["SEQUENTIAL", "PARALLEL"]),
        "ConcurrencyMode": st.sampled_from(["STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"]),
        "FailureToleranceCount": st.integers(0, 4),
        "MaxConcurrentCount": st.integers(1, 5),
        "RegionOrder": st.permutations(["a", "b", "c"]),
    },
)
targets = st.sets(st.builds(Target, st.sampled_from(ACCOUNTS), st.sampled_from("abc")))


@given(targets, preferences, st.randoms(use_true_random=False), st.floats(0, 1))
def test_every_operation_ends_and_keeps_its_promises(
    wanted: set[Target], given_preferences: dict[str, Any], random: Any, failing: float
) -> None:
    plan = schedule(sorted(wanted), given_preferences)
    running, begun = list[Target](), list[Target]()
    while True:
        plan, due = plan.start()
        running, begun = [*running, *due], [*begun, *due]
        _check(plan, running, given_preferences)
        if not running:
            break
        ended = running.pop(random.randrange(len(running)))
        plan = plan.end(ended, failed=random.random() < failing)
    assert plan.finished
    assert len(begun) == len(set(begun))
    assert {*begun, *plan.unstarted} == wanted
    assert plan.exceeded or set(begun) == wanted


def _check(plan: Schedule, running: list[Target], given_preferences: dict[str, Any]) -> None:
    limit, tolerance = given_preferences.get("MaxConcurrentCount", 1), given_preferences.get("FailureToleranceCount", 0)
    strict = given_preferences.get("ConcurrencyMode") != "SOFT_FAILURE_TOLERANCE"
    for lane in plan.lanes:
        assert lane.running == sum(target.region == lane.region for target in running) <= limit
        assert not strict or lane.failed + lane.running <= tolerance + 1
    if not plan.parallel:
        assert len({target.region for target in running}) <= 1
