"""Lanes: what may run together, region by region, and when nothing more may start."""

from __future__ import annotations

import pytest

from cfngen.deployment import Definition, Instance
from cfngen.execution.lanes import counted, fits, halted, in_turn
from cfngen.planning.operations import Area, CreateInstances, Preferences, UpdateStackSet

DEFINITION = Definition("set", "", "", {}, (), {}, "", "")
SOFT = "SOFT_FAILURE_TOLERANCE"


def create(*places: str) -> CreateInstances:
    """Accounts and regions as `1/us 2/us`: a rectangle."""
    pairs = [place.split("/") for place in places]
    accounts, regions = dict.fromkeys(pair[0] for pair in pairs), dict.fromkeys(pair[1] for pair in pairs)
    return CreateInstances("set", Area(tuple(accounts), tuple(regions)), {})


def test_another_region_is_always_free() -> None:
    totals = counted([create("1/us"), create("1/eu")])
    assert fits(create("1/eu"), [create("1/us")], totals, {}, Preferences())


@pytest.mark.parametrize(
    ("percentage", "mode", "tolerance", "free"),
    [
        (100, "STRICT_FAILURE_TOLERANCE", 0, False),
        (100, "STRICT_FAILURE_TOLERANCE", 1, True),
        (100, SOFT, 0, True),
        (50, SOFT, 0, True),
        (25, SOFT, 0, False),
    ],
)
def test_a_region_takes_as_many_as_one_operation_of_aws_would(
    percentage: int, mode: str, tolerance: int, *, free: bool
) -> None:
    wave = [create(f"{number}/us") for number in range(4)]
    preferences = Preferences(percentage, tolerance, mode)
    assert fits(wave[1], wave[:1], counted(wave), {}, preferences) == free


def test_each_failure_takes_a_place_away_when_tolerance_is_strict() -> None:
    wave = [create(f"{number}/us") for number in range(4)]
    preferences = Preferences(failure_tolerance_count=1)
    assert not fits(wave[1], wave[:1], counted(wave), {"us": 1}, preferences)


def test_an_operation_on_many_accounts_counts_as_many_as_aws_works_on_at_once() -> None:
    large, small = create("1/us", "2/us", "3/us", "4/us"), create("5/us")
    totals = counted([large, small])
    assert not fits(small, [large], totals, {}, Preferences(80, 0, SOFT)) or totals["us"] == 5
    assert fits(small, [large], totals, {}, Preferences(100, 0, SOFT))


def test_regions_in_turn_split_areas_and_leave_the_whole_stack_set_whole() -> None:
    whole = UpdateStackSet(DEFINITION, "", None, (Instance("1", "us"),), ())
    groups = in_turn([create("1/us", "1/eu"), create("2/eu")], Preferences(region_concurrency="SEQUENTIAL"))
    assert groups == ((create("1/us"),), (create("1/eu"), create("2/eu")))
    assert in_turn([whole], Preferences(region_concurrency="SEQUENTIAL")) == ((whole,),)
    assert in_turn([create("1/us", "1/eu")], Preferences()) == ((create("1/us", "1/eu"),),)
    assert in_turn([], Preferences()) == ()


def test_nothing_more_starts_when_a_region_failed_beyond_its_tolerance_or_nothing_succeeded() -> None:
    preferences = Preferences(failure_tolerance_count=1)
    assert not halted({"us": 3, "eu": 3}, {"us": 1, "eu": 1}, preferences)
    assert halted({"us": 3, "eu": 3}, {"us": 2}, preferences)
    assert halted({"us": 1}, {"us": 1}, preferences)
    assert not halted({"us": 1}, {}, preferences)
