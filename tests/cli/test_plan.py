"""`cfngen plan` from end to end, and the stops that `deploy` makes of what a plan says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from cfngen.cli.permission import show
from cfngen.cli.rollout import Rollout, look_again
from cfngen.errors import CfngenError
from cfngen.execution.standing import Standing
from cfngen.planning.operations import Plan, Preferences
from cfngen.planning.plan import plan
from tests.bundles import EU, US, deployed
from tests.planning.test_passages import all_keys
from tests.text import plans

NOTHING = Standing((), {}, {}, (), ())
SCHEMA = json.loads((Path(__file__).parent.parent.parent / "docs" / "plan.schema.json").read_text(encoding="utf-8"))


def test_a_plan_says_by_its_exit_code_whether_there_is_anything_to_do(stage):
    name = stage.environment("plan")
    assert stage.cfngen("plan", name, "--exit-code").exit_code == 3
    assert stage.cfngen("plan", name).exit_code == 0
    stage.works("deploy", name, "--yes")
    assert stage.cfngen("plan", name, "--exit-code").exit_code == 0


def test_a_plan_as_json_keeps_to_its_schema_and_groups_instances_alike(stage):
    name = stage.environment("plan", days=365)
    stage.works("deploy", name, "--yes")
    found = json.loads(stage.works("plan", stage.environment("plan", days=400), "--format", "json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    (step,) = found["steps"]
    (group,) = step["groups"]
    assert len(group["instances"]) == 3
    (changed,) = group["parameters"]
    assert (changed["name"], changed["before"], changed["after"]) == ("LogRetentionDays", "365", "400")
    assert changed["origin"].endswith("plan.yaml:7 parameters.LogRetentionDays")
    assert group["resources"]


def test_a_plan_as_markdown_is_for_a_pull_request(stage):
    name = stage.environment("plan", days=365)
    stage.works("deploy", name, "--yes")
    text = stage.works("plan", stage.environment("plan", days=400), "--format", "markdown")
    assert text.startswith("### cfngen plan: plan\n")
    assert "<details><summary>3 of 3 instances" in text


def test_cloudformation_is_asked_and_what_it_cannot_answer_is_told(stage):
    name = stage.environment("plan", days=365)
    stage.works("deploy", name, "--yes")
    text = stage.works("plan", stage.environment("plan", days=400), "--live")
    assert "CloudFormation's own opinion" in text
    assert "says nothing" in text  # the stacks of this local AWS are simulated


@dataclass
class There:
    """What a deployment looks at: a plan, and what is observed when it looks again."""

    now: Plan
    observed: list[list[str]] = field(default_factory=list)
    workspace: Any = field(default_factory=lambda: SimpleNamespace(places={}, environment=SimpleNamespace(name="prod")))

    readers = None

    @property
    def stacksets(self) -> Any:
        return SimpleNamespace(observe=lambda names: self.observed.append(list(names)) or {})

    def standing(self, wanted: Any, observed: Any) -> Any:
        return SimpleNamespace(wanted=wanted)

    def plan(self, stands: Any) -> Plan:
        return self.now


def rollout(now: Plan, *named: str) -> Rollout:
    return Rollout(There(now), (plans.item(),), "arn", lambda: None, delete=False, yes=True, named=named)


def shown(made: Plan, *named: str, delete: bool = False) -> None:
    show(There(made), made, NOTHING, delete=delete, named=named)


def test_deploy_refuses_to_lose_data_that_nobody_named(capsys):
    with pytest.raises(CfngenError, match="--replace Database"):
        shown(plans.replacement())
    assert "Data may be lost" in capsys.readouterr().out
    shown(plans.replacement(), "Database")


def test_deploy_tells_of_deletions_and_losses_at_once():
    with pytest.raises(CfngenError) as refused:
        shown(plans.deletion())
    assert ["--replace" in each.hint or "--delete" in each.hint for each in refused.value.problems] == [True, True]
    shown(plans.deletion(), "Database", delete=True)


def test_just_before_a_step_it_is_planned_again_and_must_be_the_same():
    planned = plans.replacement()
    again = rollout(plans.replacement(), "Database")
    look_again(again, planned.steps[0])
    assert again.there.observed == [["medapp-prod-foundation"]]
    done = plan([plans.item()], deployed(plans.item()), preferences=Preferences())
    with pytest.raises(CfngenError, match="no longer what the plan was made for"):
        look_again(rollout(done, "Database"), planned.steps[0])


def test_just_before_a_step_the_data_loss_stop_runs_again():
    old, new = plans.item(), plans.item(values={"Class": "large"})
    harmless = plan([new], deployed(old), preferences=Preferences(), present=all_keys(new))
    changed = plans.item({US: {"Encrypted": "false"}, EU: {}}, {"Class": "small"})
    now = plan([new], deployed(changed), preferences=Preferences(), present=all_keys(new))
    with pytest.raises(CfngenError, match=r"replaces data\.Database"):
        look_again(rollout(now), harmless.steps[0])
