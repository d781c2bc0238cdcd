"""Releases: the same content is the same release, and what is written can be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cfngen.deployment import Definition, Instance, LateValue, WantedStackSet
from cfngen.execution.releases import (
    RecordedOperation,
    brought_back,
    concluded,
    dump,
    key,
    load,
    newest_first,
    recorded,
    release,
    released,
)
from cfngen.late import filled
from cfngen.planning.operations import Area, CreateInstances, ObservedInstance, ObservedStackSet, UpdateStackSet

DEFINITION = Definition("set", "", "Resources: {}", {"Size": "2"}, (), {}, "arn", "role")
WANTED = (WantedStackSet("foundation", DEFINITION, "https://b/k/root.yaml", (), {Instance("1", "r"): {"A": "b"}}),)
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def made(wanted=WANTED, at=NOON):
    return release(wanted, at=at, by="arn:aws:iam::111111111111:user/a", commit="abc", outcome="SUCCEEDED")


def test_the_same_templates_and_values_are_the_same_release_whenever_deployed() -> None:
    assert made().id == made(at=NOON + timedelta(days=1)).id


def test_another_override_is_another_release() -> None:
    other = WantedStackSet("foundation", DEFINITION, "https://b/k/root.yaml", (), {Instance("1", "r"): {"A": "c"}})
    assert made([other]).id != made().id


def test_a_release_is_read_as_it_was_written() -> None:
    assert load(dump(made())) == made()


def test_what_a_newer_version_recorded_besides_is_passed_over() -> None:
    item = replace(made(), operations={"op": RecordedOperation("foundation", sets_overrides=True)})
    found = json.loads(dump(item))
    for each in (found, found["bundles"]["foundation"], found["operations"]["op"]):
        each["new"] = {"of": "tomorrow"}
    assert load(json.dumps(found)) == item


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"bundles": []}', '{"bundles": {}}', '{"bundles": {"a": {}}}'])
def test_what_is_no_release_is_an_error_and_no_defect(text: str) -> None:
    with pytest.raises(ValueError, match=r"no release|Expecting"):
        load(text)


def test_times_are_utc_so_that_keys_sort_by_time() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    assert key(made(at=elsewhere)) == key(made())
    assert key(made(at=NOON + timedelta(hours=1))) > key(made())


def test_history_begins_with_the_newest() -> None:
    later = made(at=NOON + timedelta(hours=1))
    assert newest_first([made(), later]) == [later, made()]


def test_late_values_are_recorded_as_far_as_they_are_known_and_make_no_other_release() -> None:
    (item,) = WANTED
    place = Instance("1", "r")
    late = replace(item, late={place: {"Zone": LateValue("zone", "p-e-zone", place, "ZoneId")}})
    unknown, known = filled(late, {}), filled(late, {late.late[place]["Zone"]: "Z1"})
    assert released(unknown).instances == {"1/r": {"A": "b"}}
    assert released(known).instances == {"1/r": {"A": "b", "Zone": "Z1"}}
    assert made([unknown]).id == made([known]).id
    assert load(dump(made([known]))) == made([known])


def test_a_release_brought_back_takes_the_late_values_of_now() -> None:
    (item,) = WANTED
    value = LateValue("zone", "p-e-zone", HERE, "ZoneId")
    now = replace(item, late={HERE: {"Zone": value, "New": value}})
    old = replace(released(filled(now, {value: "Z1"})), parameters={"A": "", "Zone": "none"})
    back = brought_back(now, old, ObservedStackSet(DEFINITION, {HERE: ObservedInstance("CURRENT")}), "Resources: {}")
    assert back.late == {HERE: {"Zone": value}}
    assert filled(back, {value: "Z2"}).instances[HERE]["Zone"] == "Z2"


HERE, THERE = Instance("1", "r"), Instance("2", "r")
UPDATE = UpdateStackSet(DEFINITION, "", None, (HERE,), ())
CREATE = CreateInstances("set", Area(("1",), ("r",)), {"A": "b"})


def with_operations(found=None):
    (item,) = WANTED
    operations = {"set": recorded(UPDATE, item, found), "own": recorded(CREATE, item, found)}
    return load(dump(replace(made(), operations=operations)))


def test_an_operation_on_an_instance_leaves_it_with_the_values_of_the_release() -> None:
    assert with_operations().overrides("own", HERE, current=True) == {"A": "b"}


def test_what_an_instance_has_whose_own_operation_did_not_succeed_is_not_known() -> None:
    assert with_operations().overrides("own", HERE, current=False) is None


def test_an_update_of_the_stack_set_leaves_an_instance_with_the_values_it_had() -> None:
    before = {HERE: ObservedInstance("CURRENT", overrides={"A": "old"}), THERE: ObservedInstance("CURRENT")}
    told = with_operations(ObservedStackSet(DEFINITION, before))
    assert told.overrides("set", HERE, current=False) == {"A": "old"}
    assert told.overrides("set", THERE, current=True) is None


def test_a_release_brought_back_has_its_template_and_values_over_the_instances_of_now() -> None:
    (item,) = WANTED
    old = replace(released(item), parameters={"Size": "1", "A": ""}, capabilities=("CAPABILITY_IAM",))
    now = {
        HERE: ObservedInstance("CURRENT", overrides={"A": "z"}),
        THERE: ObservedInstance("CURRENT", overrides={"A": "y", "New": "x"}),
    }
    back = brought_back(item, old, ObservedStackSet(DEFINITION, now), "Resources: {Old: {}}")
    assert back.definition.template == "Resources: {Old: {}}"
    assert (back.definition.parameters, back.definition.capabilities) == (old.parameters, ("CAPABILITY_IAM",))
    assert back.instances == {HERE: {"A": "b"}, THERE: {"A": "y"}}
    assert back.uploads == ()


def test_a_release_is_concluded_if_it_is_the_newest_of_this_content_and_was_not_known_to_have_succeeded() -> None:
    failed = replace(made(), outcome="FAILED")
    assert concluded([failed], WANTED) == [made()]
    assert concluded([made()], WANTED) == []
    assert concluded([replace(failed, id="another"), failed], WANTED) == []
    assert concluded([], WANTED) == []
