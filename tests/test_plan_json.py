"""The JSON form of a plan is a contract: the example of its page is what comes out."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cfngen.artifacts import Upload
from cfngen.deployment import Definition, Instance
from cfngen.operations import (
    Area,
    CreateInstances,
    DeleteInstances,
    Plan,
    Preferences,
    Step,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)
from cfngen.text.plan import PLAN_SCHEMA, plan_json

PAGE = Path(__file__).parent.parent / "docs" / "plan-json.md"


def test_the_json_form_of_a_plan_is_as_documented():
    text = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert json.loads(example) == json.loads(
        plan_json(example_plan(), {US: "us/us-east-1", EU: "eu/eu-west-1"}, "prod")
    )
    assert f"`schema` is the version of its form, now {PLAN_SCHEMA}" in text


US = Instance("222222222222", "us-east-1")
EU = Instance("333333333333", "eu-west-1")
GONE = Instance("444444444444", "ap-southeast-1")


def example_plan():
    name = "medapp-prod-foundation"
    definition = Definition(name, "", "", {}, (), {}, "", "")
    here, cidr = Area((US.account,), (US.region,)), {"VpcCidr": "10.2.0.0/16"}
    waves = (
        (UploadTemplates((Upload("templates/foundation/5e88/network.yaml", ""),)),),
        (UpdateStackSet(definition, "", None, (US,), ("template changed",)),),
        (UpdateInstances(name, here, cidr, ("VpcCidr 10.0.0.0/16 → 10.2.0.0/16",)),),
        (CreateInstances(name, Area((EU.account,), (EU.region,)), {"VpcCidr": "10.16.0.0/16"}),),
        (DeleteInstances(name, Area((GONE.account,), (GONE.region,))),),
    )
    steps = (Step("foundation", name, waves, 2), Step("service", "medapp-prod-service", (), 2))
    return Plan(steps, Preferences())
