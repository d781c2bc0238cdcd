"""The JSON form of a plan is a contract: schema, page and output say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan
from cfngen.text.live import live_json
from cfngen.text.plan_json import PLAN_SCHEMA, plan_json
from tests.bundles import APAC, EU, US, deployed
from tests.text import plans

HOME = Path(__file__).parent.parent.parent
PAGE = (HOME / "docs" / "plan-json.md").read_text(encoding="utf-8")
SCHEMA = json.loads((HOME / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
NAMED = {US: "us/us-east-1", EU: "eu/eu-west-1"}


def record(made, live=None):
    return json.loads(plan_json(made, NAMED, "prod", live))


def opinion():
    """A plan with CloudFormation's own opinion."""
    return record(plans.ALL["replacement"](), live_json(plans.OPINIONS, NAMED))


@pytest.mark.parametrize("name", plans.ALL)
def test_every_plan_keeps_to_the_schema(name):
    jsonschema.Draft202012Validator(SCHEMA).validate(record(plans.ALL[name]()))


def test_a_plan_with_cloudformations_opinion_keeps_to_the_schema():
    jsonschema.Draft202012Validator(SCHEMA).validate(opinion())
    assert "live" not in record(plans.ALL["replacement"]())


def test_the_schema_is_one_and_refuses_what_it_does_not_describe():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    strange = record(plans.ALL["replacement"]()) | {"surprise": 1}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(strange)


def test_the_plans_of_these_tests_have_every_field_that_the_schema_describes():
    seen: dict[str, set[str]] = {}
    for found in (*(record(make()) for make in plans.ALL.values()), opinion()):
        collect(found, SCHEMA, seen)
    assert {name: set(each["properties"]) for name, each in SCHEMA["$defs"].items() if "properties" in each} == seen


def collect(value, schema, seen):
    """Note which fields of each described object a value has."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if isinstance(value, dict):
            seen.setdefault(name, set()).update(value)
        schema = SCHEMA["$defs"][name]
    if isinstance(value, dict):
        for key, each in value.items():
            collect(each, schema.get("properties", {}).get(key, {}), seen)
    if isinstance(value, list):
        for each in value:
            collect(each, schema.get("items", {}), seen)


def test_the_version_is_the_same_everywhere():
    assert SCHEMA["properties"]["schema"]["const"] == PLAN_SCHEMA
    assert f"`schema` is the version of its form, now {PLAN_SCHEMA}" in PAGE


@pytest.mark.parametrize("name", [name for name, each in SCHEMA["$defs"].items() if "properties" in each])
def test_the_page_has_a_table_with_every_field(name):
    table = re.search(rf"^### {name}\n.*?(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^\| `(\w+)` \|", table[0], re.MULTILINE)) == set(SCHEMA["$defs"][name]["properties"])


def test_the_example_of_the_page_is_what_comes_out():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(example) == record(plans.ALL["replacement"]())


def test_an_instance_that_the_environment_no_longer_names_has_no_target():
    made = plans.ALL["deletion"]()
    (operation,) = record(made)["steps"][-1]["operations"]
    assert operation["instances"] == [{"target": "", "account": APAC.account, "region": APAC.region}]


def test_an_empty_plan_has_its_steps_and_no_losses():
    item = plans.item()
    found = record(plan([item], deployed(item), preferences=Preferences()))
    assert (found["empty"], found["losses"], found["steps"][0]["operations"]) == (True, [], [])
