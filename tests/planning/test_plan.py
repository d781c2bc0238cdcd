"""Planning: tables of wanted and observed, and properties of the areas that cover instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.artifacts import Upload
from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.planning.operations import (
    Area,
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    ObservedInstance,
    ObservedStackSet,
    Operation,
    Preferences,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
    rectangles,
)
from cfngen.planning.plan import destruction, plan

US, US2 = Instance("222222222222", "us-east-1"), Instance("222222222222", "us-west-2")
EU, EU2 = Instance("333333333333", "eu-west-1"), Instance("333333333333", "eu-central-1")
DEFINITION = Definition(
    name="medapp-prod-foundation",
    description="foundation",
    template="Resources: {}",
    parameters={"Size": "2"},
    capabilities=(),
    tags={},
    administration_role_arn="arn:aws:iam::111111111111:role/a",
    execution_role_name="e",
)
UPLOADS = (Upload("templates/1/network.yaml", "a"), Upload("templates/2/root.yaml", "b"))
ALL_THERE = {upload.key for upload in UPLOADS}
PREFERENCES = Preferences()


def wanted(instances: Mapping[Instance, Mapping[str, str]], definition: Definition = DEFINITION) -> WantedStackSet:
    return WantedStackSet("foundation", definition, "https://bucket/root.yaml", UPLOADS, instances)


def observed(
    instances: Mapping[Instance, Mapping[str, str]], definition: Definition = DEFINITION, **statuses: str
) -> dict[str, ObservedStackSet]:
    found = {
        place: ObservedInstance(statuses.get(place.region.replace("-", "_"), "CURRENT"), overrides=values)
        for place, values in instances.items()
    }
    return {definition.name: ObservedStackSet(definition, found)}


def operations(item: WantedStackSet, found: Mapping[str, ObservedStackSet], **options) -> tuple[Operation, ...]:
    made = plan([item], found, preferences=PREFERENCES, **options).operations
    return tuple(operation for operation in made if not isinstance(operation, UploadTemplates))


def test_what_is_as_wanted_needs_nothing() -> None:
    instances = {US: {"Geography": "us"}, EU: {"Geography": "eu"}}
    assert plan([wanted(instances)], observed(instances), preferences=PREFERENCES).is_empty


def test_a_new_stack_set_is_uploaded_created_and_filled() -> None:
    made = plan([wanted({US: {}, EU: {}})], {}, preferences=PREFERENCES).operations
    assert [type(operation) for operation in made] == [
        UploadTemplates,
        CreateStackSet,
        CreateInstances,
        CreateInstances,
    ]


def test_instances_with_equal_overrides_and_regions_share_one_operation() -> None:
    other = Instance("444444444444", "us-east-1")
    (made,) = operations(wanted({US: {"A": "1"}, other: {"A": "1"}}), observed({}))
    assert made == CreateInstances(DEFINITION.name, Area(("222222222222", "444444444444"), ("us-east-1",)), {"A": "1"})


def test_a_changed_override_updates_exactly_its_instance() -> None:
    before = {US: {"VpcCidr": "10.0.0.0/16"}, EU: {"VpcCidr": "10.1.0.0/16"}}
    after = {**before, EU: {"VpcCidr": "10.9.0.0/16"}}
    (made,) = operations(wanted(after), observed(before))
    assert isinstance(made, UpdateInstances)
    assert made.area.instances == (EU,)
    assert made.changes == (("VpcCidr", "10.1.0.0/16", "10.9.0.0/16"),)
    assert made.reasons == ("VpcCidr 10.1.0.0/16 → 10.9.0.0/16",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, {"Size": "3"}, "Size 2 → 3"),
        ({"Size": "3"}, {}, "Size 3 → 2"),
        ({}, {"Size": "2"}, "Size stays 2"),
        ({}, {"VpcCidr": "10.9.0.0/16"}, "VpcCidr (none) → 10.9.0.0/16"),
    ],
    ids=["a value of its own", "one of its own no more", "what it was anyway", "what the stack set has none of"],
)
def test_where_an_instance_has_no_value_of_its_own_the_stack_sets_is_told(old: dict, new: dict, told: str) -> None:
    (made,) = operations(wanted({US: new}), observed({US: old}))
    assert isinstance(made, UpdateInstances)
    assert made.reasons == (told,)


def test_a_value_before_is_the_stack_sets_old_one_though_that_changes_too() -> None:
    definition = replace(DEFINITION, parameters={"Size": "4"})
    *_, made = operations(wanted({US: {"Size": "3"}, EU: {}}, definition), observed({US: {}, EU: {}}))
    assert isinstance(made, UpdateInstances)
    assert made.reasons == ("Size 2 → 3",)


def test_a_changed_template_updates_the_stack_set_once_for_all_instances() -> None:
    new = replace(DEFINITION, template="Resources: {A: {}}", parameters={"Size": "4"})
    (made,) = operations(wanted({US: {}, EU: {}}, new), observed({US: {}, EU: {}}))
    assert isinstance(made, UpdateStackSet)
    assert made.area is None
    assert made.reasons == ("template changed", "Size 2 → 4")


def test_the_canary_is_updated_before_all_others() -> None:
    new = replace(DEFINITION, template="Resources: {A: {}}")
    made = plan([wanted({US: {}, EU: {}}, new)], observed({US: {}, EU: {}}), preferences=PREFERENCES, canary=EU)
    areas = [item.area for item in made.operations if isinstance(item, UpdateStackSet)]
    assert areas == [Area(("333333333333",), ("eu-west-1",)), None]


def test_only_the_first_of_two_updates_of_a_stack_set_is_the_canarys() -> None:
    new = replace(DEFINITION, template="Resources: {A: {}}")
    found = operations(wanted({US: {}, EU: {}}, new), observed({US: {}, EU: {}}), canary=US)
    assert [(each.instances, each.canary) for each in found if isinstance(each, UpdateStackSet)] == [
        ((US,), True),
        ((US, EU), False),
    ]


def test_the_canary_is_created_in_a_wave_of_its_own() -> None:
    made = plan([wanted({US: {"A": "1"}, EU: {"A": "2"}})], observed({}), preferences=PREFERENCES, canary=EU)
    waves = [[item.area.instances for item in wave] for wave in made.steps[0].waves[1:]]
    assert waves == [[(EU,)], [(US,)]]


def test_a_canary_shares_its_wave_with_nobody_even_when_its_values_are_theirs() -> None:
    made = plan([wanted({US: {}, EU: {}, EU2: {}})], observed({}), preferences=PREFERENCES, canary=EU)
    waves = [[item.area.instances for item in wave] for wave in made.steps[0].waves[1:]]
    assert waves[0] == [(EU,)]


def test_only_what_is_not_current_is_retried() -> None:
    instances = {US: {}, EU: {}}
    (made,) = operations(wanted(instances), observed(instances, eu_west_1="OUTDATED"))
    assert isinstance(made, UpdateInstances)
    assert (made.area.instances, made.reasons) == ((EU,), ("is OUTDATED",))


def test_an_instance_no_longer_wanted_is_deleted_last() -> None:
    made = operations(wanted({US: {}, EU: {}}), observed({US: {}, US2: {}}))
    assert [type(item) for item in made] == [CreateInstances, DeleteInstances]
    assert made[-1].area.instances == (US2,)


SERVICE = replace(DEFINITION, name="medapp-prod-service")


def two(places: Mapping[Instance, Mapping[str, str]], *, template: str = DEFINITION.template) -> list[WantedStackSet]:
    made = [replace(each, template=template) for each in (DEFINITION, SERVICE)]
    return [replace(wanted(places, each), bundle=each.name.rpartition("-")[2]) for each in made]


def test_deletions_come_after_all_else_and_the_last_bundle_goes_first() -> None:
    found = observed({US: {}, EU: {}}) | observed({US: {}, EU: {}}, SERVICE)
    made = plan(two({US: {}, US2: {}}, template="changed"), found, preferences=PREFERENCES, present=ALL_THERE)
    assert [(step.bundle, step.removes, [type(item) for item in step.operations]) for step in made.steps] == [
        ("foundation", False, [UpdateStackSet, CreateInstances]),
        ("service", False, [UpdateStackSet, CreateInstances]),
        ("service", True, [DeleteInstances]),
        ("foundation", True, [DeleteInstances]),
    ]
    assert {place for item in made.deletions for place in item.area.instances} == {EU}


def test_what_goes_is_told_in_the_step_in_which_it_goes() -> None:
    made = plan(two({US: {}}, template="changed"), observed({US: {}, EU: {}}), preferences=PREFERENCES)
    told = {step.bundle: {group.impact.action for group in step.groups} for step in made.steps if step.removes}
    assert told == {"foundation": {"delete"}}
    assert not any(group.impact.action == "delete" for step in made.steps[:2] for group in step.groups)


def test_a_bundle_that_is_not_named_any_more_goes_with_its_stack_set_and_what_it_holds_is_told() -> None:
    first, second = two({US: {}})
    found = observed({US: {}}) | observed({US: {}, US2: {}}, SERVICE)
    made = plan([first, replace(second, instances={}, named=False)], found, preferences=PREFERENCES)
    assert [(step.bundle, [type(item) for item in step.operations]) for step in made.steps] == [
        ("foundation", []),
        ("service", [DeleteInstances, DeleteStackSet]),
    ]
    assert [len(group.instances) for group in made.steps[1].groups] == [2]
    assert made.abandoned == ("service",)


def test_a_stack_set_with_an_instance_that_is_passed_over_stays() -> None:
    found = {DEFINITION.name: replace(observed({US: {}})[DEFINITION.name], passed_over=(EU,))}
    made = destruction([("foundation", DEFINITION.name)], found, preferences=PREFERENCES)
    assert [type(item) for item in made.operations] == [DeleteInstances]


def test_pairs_are_compared_not_accounts_and_regions() -> None:
    made = operations(wanted({US: {}, EU: {}}), observed({US: {}, EU2: {}}))
    assert {place for item in made for place in item.area.instances} == {EU, EU2}


def test_templates_in_the_bucket_are_not_uploaded_again() -> None:
    new = replace(DEFINITION, template="changed")
    present = {UPLOADS[0].key}
    made = plan([wanted({US: {}}, new)], observed({US: {}}), preferences=PREFERENCES, present=present).operations
    assert made[0] == UploadTemplates((UPLOADS[1],))


def test_a_destruction_empties_and_deletes_the_last_bundle_first() -> None:
    service = replace(DEFINITION, name="medapp-prod-service")
    found = observed({US: {}, US2: {}}) | observed({US: {}}, service)
    order = [("foundation", DEFINITION.name), ("service", service.name), ("edge", "medapp-prod-edge")]
    made = destruction(order, found, preferences=PREFERENCES)
    assert [(step.bundle, [type(item) for item in step.operations]) for step in made.steps] == [
        ("service", [DeleteInstances, DeleteStackSet]),
        ("foundation", [DeleteInstances, DeleteStackSet]),
    ]


PLACES = st.sets(
    st.builds(Instance, st.sampled_from(["1", "2", "3", "4"]), st.sampled_from(["a", "b", "c", "d"])), max_size=16
)


@given(PLACES)
def test_areas_cover_every_instance_exactly_once_and_nothing_else(places: set[Instance]) -> None:
    covered = [place for area in rectangles(places) for place in area.instances]
    assert sorted(covered) == sorted(places)


STATES = st.dictionaries(
    st.builds(Instance, st.sampled_from(["1", "2"]), st.sampled_from(["a", "b", "c"])),
    st.dictionaries(st.sampled_from(["X", "Y"]), st.sampled_from(["1", "2"])),
)


@given(STATES, STATES)
def test_the_operations_on_instances_turn_what_is_there_into_what_is_wanted(before: dict, after: dict) -> None:
    state = dict(before)
    for item in operations(wanted(after), observed(before)):
        for place in item.area.instances:
            if isinstance(item, DeleteInstances):
                del state[place]
            else:
                assert (place in state) == isinstance(item, UpdateInstances)
                state[place] = dict(item.overrides)
    assert state == after
