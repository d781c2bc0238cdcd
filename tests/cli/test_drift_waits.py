"""Drift is not looked for while something changes: it would be told of what is only halfway there."""

from __future__ import annotations

from cfngen.aws.bucket import Bucket
from cfngen.aws.lock import locked
from tests.cli.conftest import Stage


def test_nothing_is_checked_while_somebody_deploys(stage: Stage) -> None:
    stage.works("deploy", stage.environment("busy"))
    before = stage.operations("busy")
    with locked(Bucket(stage.bucket("busy"), stage.client("s3")), "arn:somebody"):
        out = stage.fails("drift", "busy", "--format", "json")
    assert "busy: arn:somebody (process " in out
    assert "is deploying" in out
    assert "cfngen status busy --watch" in out
    assert stage.operations("busy") == before


def test_nothing_is_checked_while_an_operation_runs_on_a_stack_set(stage: Stage) -> None:
    stage.works("deploy", stage.environment("busy"))
    operation = stage.begin("busy", requests=100)
    out = stage.fails("drift", "busy")
    assert f"detection: operation {operation} (UPDATE, RUNNING" in out
    assert "has not ended" in out
    assert "cfngen status busy --watch" in out
    assert "DETECT_DRIFT" not in {row["Action"] for row in stage.operations("busy")}
