"""Status: a row for each target and bundle, the first failure, and an exit code for scripts."""

from __future__ import annotations

import json

from cfngen.local.faults import Faults, Stacks
from tests.cli.conftest import BUNDLE, Stage


def test_each_target_has_its_state_release_own_values_and_last_operation(stage: Stage) -> None:
    stage.works("deploy", stage.environment("shown"))
    release = json.loads(stage.works("history", "shown", "--format", "json"))[0]["id"]
    head, *rows = stage.works("status", "shown").splitlines()
    columns = "target role account bundle state release drift own values last operation"
    assert head.split() == columns.split()
    assert [row.split()[:6] for row in rows] == [
        ["us/us-east-1", "active", "222222222222", BUNDLE, "CURRENT", release[:8]],
        ["us/us-west-2", "standby", "222222222222", BUNDLE, "CURRENT", release[:8]],
        ["eu/eu-west-1", "active", "333333333333", BUNDLE, "CURRENT", release[:8]],
    ]
    assert all("CREATE SUCCEEDED" in row for row in rows)


def test_what_is_not_deployed_is_absent_and_ends_with_1(stage: Stage) -> None:
    out = stage.fails("status", stage.environment("absent"))
    assert out.count("ABSENT") == 3


def test_a_failure_is_in_the_table_and_below_it_and_in_json(stage: Stage) -> None:
    stage.works("deploy", stage.environment("shown"))
    stage.environment("shown", days=90)
    stage.faults[0] = Faults(fail=(Stacks(account="333333333333", reason="No more addresses today"),))
    stage.fails("deploy", "shown")
    out = stage.fails("status", "shown")
    assert "OUTDATED FAILED" in out
    assert out.splitlines()[-1] == f"{BUNDLE} eu/eu-west-1 333333333333/eu-west-1: No more addresses today"
    told = json.loads(stage.fails("status", "shown", "--format", "json"))
    assert [row["reason"] for row in told["instances"]] == ["", "", "No more addresses today"]
    assert told["instances"][0]["last_operation"]["status"] == "FAILED"
    assert told["instances"][2]["release"] == ""


def test_watching_for_a_program_is_a_line_of_json_for_each_look(stage: Stage) -> None:
    stage.works("deploy", stage.environment("shown"))
    operation = stage.begin("shown", requests=100)
    done = stage.cfngen("status", "shown", "--watch", "--format", "json")
    first, *_, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0, done.output
    found = [each["instances"][0]["last_operation"] for each in (first, last)]
    assert [(each["id"], each["status"]) for each in found] == [(operation, "RUNNING"), (operation, "SUCCEEDED")]


def test_watching_ends_when_nothing_runs_any_more(stage: Stage) -> None:
    stage.works("deploy", stage.environment("shown"))
    operation = stage.begin("shown", requests=100)
    out = stage.works("status", "shown", "--watch")
    assert "UPDATE RUNNING" in out
    assert operation in out
    assert "UPDATE SUCCEEDED" in out.split("target")[-1]
