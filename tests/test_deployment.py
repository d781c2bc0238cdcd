"""What is wanted, from the committed environments and templates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cfngen.deployment import Instance, LateValue, WantedStackSet, load_bundles, plain_stacks, read_environment, wanted
from cfngen.environment.config import Environment, load_environment
from cfngen.environment.sourced import Sourced
from cfngen.errors import CfngenError
from cfngen.planning.operations import ObservedInstance, ObservedStackSet, Preferences, UpdateInstances, UploadTemplates
from cfngen.planning.plan import plan

HERE = Path(__file__).parent.parent
TEMPLATES = HERE / "templates_out"


@pytest.fixture(scope="module")
def prod() -> Environment:
    return load_environment(HERE / "params", "prod")


def stack_sets(environment: Environment) -> tuple[WantedStackSet, ...]:
    return wanted(environment, load_bundles(environment, TEMPLATES))


def stack_set(environment: Environment, bundle: str) -> WantedStackSet:
    (found,) = [item for item in stack_sets(environment) if item.bundle == bundle]
    return found


def as_deployed(items: tuple[WantedStackSet, ...]) -> dict[str, ObservedStackSet]:
    return {
        item.definition.name: ObservedStackSet(
            item.definition,
            {place: ObservedInstance("CURRENT", overrides=values) for place, values in item.instances.items()},
        )
        for item in items
    }


def test_each_bundle_is_a_stack_set_in_every_region_of_every_account(prod: Environment) -> None:
    assert [item.definition.name for item in stack_sets(prod)] == [f"medapp-prod-{name}" for name in prod.bundles]
    foundation = stack_set(prod, "foundation")
    assert sorted(foundation.instances) == [
        Instance("222222222222", "us-east-1"),
        Instance("222222222222", "us-west-2"),
        Instance("333333333333", "eu-central-1"),
        Instance("333333333333", "eu-west-1"),
        Instance("444444444444", "ap-northeast-1"),
        Instance("444444444444", "ap-southeast-1"),
    ]


def test_each_instance_is_told_its_geography_and_role(prod: Environment) -> None:
    values = stack_set(prod, "foundation").instances[Instance("333333333333", "eu-central-1")]
    assert (values["Geography"], values["RegionRole"], values["VpcCidr"]) == ("eu", "standby", "10.17.0.0/16")
    assert values["PeerRegion"] == "eu-west-1"


def test_each_region_is_told_which_one_is_its_accounts_home(prod: Environment) -> None:
    detection = stack_set(prod, "detection").instances
    assert {str(place): values["HomeRegion"] for place, values in detection.items()} == {
        "111111111111/us-east-1": "us-east-1",
        "222222222222/us-east-1": "us-east-1",
        "222222222222/us-west-2": "us-east-1",
        "333333333333/eu-west-1": "eu-west-1",
        "333333333333/eu-central-1": "eu-west-1",
        "444444444444/ap-southeast-1": "ap-southeast-1",
        "444444444444/ap-northeast-1": "ap-southeast-1",
        "999999999999/us-east-1": "us-east-1",
    }


def test_every_parameter_of_a_root_has_a_value_and_nothing_else_has(prod: Environment) -> None:
    bundles = load_bundles(prod, TEMPLATES)
    for item, bundle in zip(wanted(prod, bundles), bundles, strict=True):
        assert set(item.definition.parameters) == set(bundle.root.parameters)


def test_a_wire_of_another_bundle_is_looked_up_below_the_environments_own_path(prod: Environment) -> None:
    service = stack_set(prod, "service")
    assert service.definition.parameters["VpcId"] == "/medapp/prod/foundation/VpcId"


def test_capabilities_are_derived_from_what_the_templates_hold(prod: Environment) -> None:
    for name in ("detection", "foundation", "service"):
        assert stack_set(prod, name).definition.capabilities == ("CAPABILITY_IAM",)


def test_neither_commit_nor_release_is_a_tag(prod: Environment) -> None:
    assert stack_sets(prod)[0].definition.tags == {"Project": "medapp", "Environment": "prod"}


def test_changing_one_parameter_of_one_geography_updates_its_instances_and_no_other(prod: Environment) -> None:
    eu = prod.geographies["eu"]
    changed = replace(eu, parameters={"WebMaxSize": Sourced("8", eu.where)})
    after = stack_sets(replace(prod, geographies={**prod.geographies, "eu": changed}))
    made = plan(after, as_deployed(stack_sets(prod)), preferences=Preferences())
    operations = [item for item in made.operations if not isinstance(item, UploadTemplates)]
    assert all(isinstance(item, UpdateInstances) for item in operations)
    places = {place for item in operations for place in item.area.instances}
    assert places == {Instance("333333333333", "eu-west-1"), Instance("333333333333", "eu-central-1")}
    assert [step.bundle for step in made.steps if step.operations] == ["service"]


def test_what_is_deployed_as_wanted_needs_nothing(prod: Environment) -> None:
    items = stack_sets(prod)
    assert plan(items, as_deployed(items), preferences=Preferences()).is_empty


def test_bootstrap_begins_with_the_admin_account_whose_role_the_others_trust(prod: Environment) -> None:
    stacks = plain_stacks(prod, TEMPLATES)
    assert [stack.place.account for stack in stacks] == [
        "111111111111",
        "222222222222",
        "333333333333",
        "444444444444",
        "999999999999",
        "111111111111",
    ]
    assert all(
        set(stack.parameters) <= {"Project", "Environment", "AdminAccount", "TargetAccounts"} for stack in stacks
    )


def test_every_parameter_of_a_bootstrap_template_has_a_value_or_a_default(prod: Environment) -> None:
    from cfngen.templates import read_template

    for stack in plain_stacks(prod, TEMPLATES):
        declared = read_template(stack.template).parameters
        assert {name for name in declared if "Default" not in declared[name]} <= set(stack.parameters)


def test_a_late_value_comes_from_the_home_of_the_takers_own_geography_and_its_base_is_inert(prod: Environment) -> None:
    service = stack_set(prod, "service")
    standby = Instance("333333333333", "eu-central-1")
    found = service.late[standby]["ZoneId"]
    assert found == LateValue("zone", "medapp-prod-zone", Instance("333333333333", "eu-west-1"), "ZoneId")
    assert service.definition.parameters["ZoneId"] == "none"
    assert "ZoneId" not in service.instances[standby]


def test_without_the_giving_bundle_there_is_no_late_value_and_the_placeholder_stays(prod: Environment) -> None:
    alone = replace(prod, bundles=tuple(name for name in prod.bundles if name not in ("zone", "domain", "edge")))
    service = stack_set(alone, "service")
    assert service.late == {}
    assert service.definition.parameters["ZoneId"] == "none"


def test_a_late_value_is_not_for_a_person_to_give(prod: Environment) -> None:
    given = replace(prod, parameters={**prod.parameters, "ZoneId": Sourced("Z1", prod.parameters["ZoneCount"].where)})
    with pytest.raises(CfngenError, match="ZoneId is not for a person to give: the bundle zone gives it"):
        load_bundles(given, TEMPLATES)


def test_promoting_a_standby_changes_its_own_geographys_instances_and_no_stack_set(prod: Environment) -> None:
    us = prod.geographies["us"]
    assert us.standby
    swapped = replace(us, active=us.standby, standby=us.active)
    promoted = replace(prod, geographies={**prod.geographies, "us": swapped})
    for before, after in zip(stack_sets(prod), stack_sets(promoted), strict=True):
        assert before.definition == after.definition
        changed = {place for place in after.instances if before.instances[place] != after.instances[place]}
        assert {place.account for place in changed} <= {us.account}


def test_a_file_that_is_wrong_in_its_places_and_in_its_values_says_all_of_it_at_once(tmp_path):
    text = (HERE / "params" / "prod.yaml").read_text(encoding="utf-8")
    for right, wrong in (("standby: eu-central-1", "standby: eu-centrl-1"), ("  WebMaxSize: 4", "  WebMaxSiz: 4")):
        assert right in text
        text = text.replace(right, wrong)
    (tmp_path / "prod.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CfngenError) as refused:
        read_environment(tmp_path, "prod", TEMPLATES)
    told = [each.what for each in refused.value.problems]
    assert any("eu-centrl-1 is not a region" in each for each in told)
    assert any("WebMaxSiz" in each for each in told)
    with pytest.raises(CfngenError) as refused:
        read_environment(tmp_path, "prod", tmp_path / "nothing")
    assert not any("WebMaxSiz" in each.what for each in refused.value.problems)
