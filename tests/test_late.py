"""Late values among those that are wanted: known, not yet known, and not known any more."""

from __future__ import annotations

from dataclasses import replace

from cfngen.deployment import LateValue
from cfngen.late import KNOWN_AFTER_DEPLOY, certain, check_known, filled, forgotten, givers
from tests.bundles import BUCKET, EU, US, root, stack_set

GIVEN = {place: LateValue("zone", "medapp-prod-zone", place, "ZoneId") for place in (US, EU)}
OUTPUTS = {GIVEN[US]: "Z1", GIVEN[EU]: "Z2"}


def taker():
    item = stack_set("records", {"root": root("archive"), "archive": BUCKET}, {US: {"A": "1"}, EU: {}})
    return replace(item, late={place: {"ZoneId": late} for place, late in GIVEN.items()})


def test_each_instance_gets_the_value_of_its_own_giver_beside_its_other_values():
    assert filled(taker(), OUTPUTS).instances == {US: {"A": "1", "ZoneId": "Z1"}, EU: {"ZoneId": "Z2"}}


def test_what_nobody_gives_yet_is_said_to_be_known_after_the_deployment_and_is_never_recorded():
    item = filled(taker(), {GIVEN[US]: "Z1"})
    assert item.instances[EU] == {"ZoneId": KNOWN_AFTER_DEPLOY}
    assert certain(item).instances == {US: {"A": "1", "ZoneId": "Z1"}, EU: {}}


def test_a_value_whose_giver_changes_is_forgotten_and_the_others_stay():
    item = forgotten(filled(taker(), OUTPUTS), [GIVEN[EU]])
    assert (item.instances[US]["ZoneId"], item.instances[EU]["ZoneId"]) == ("Z1", KNOWN_AFTER_DEPLOY)


def test_a_value_that_is_needed_now_and_is_not_there_names_the_giver_and_what_to_do():
    assert check_known(filled(taker(), OUTPUTS)) == []
    (found,) = check_known(filled(taker(), {GIVEN[US]: "Z1"}))
    assert str(found) == (
        "records: 333333333333/eu-west-1 need ZoneId, which the stack of medapp-prod-zone in"
        " 333333333333/eu-west-1 has not\n"
        "  hint: deploy the bundle zone first: `cfngen deploy ENV --bundle zone`"
    )


def test_a_stack_set_without_late_values_is_left_alone():
    item = replace(taker(), late={})
    assert filled(item, OUTPUTS) == item
    assert givers([item, taker()]) == (GIVEN[US], GIVEN[EU])
