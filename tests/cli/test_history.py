"""Releases: recorded with their operations, told by `history`, brought back by `deploy --to`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfngen.local.faults import Faults, Stacks
from tests.cli.conftest import BUNDLE, PLACES, Stage


def history(stage: Stage, name: str) -> list[dict[str, Any]]:
    return json.loads(stage.works("history", name, "--format", "json"))


def values(stage: Stage, name: str) -> dict[tuple[str, str], str]:
    """The retention that each place's stack has."""
    return {
        (stack.account, stack.region): stack.parameters["LogRetentionDays"]
        for stack_id, stack in dict(stage.backend.stacks).items()
        if f"StackSet-{stage.name(name)}-" in stack_id
    }


def test_a_release_has_its_operations_roots_and_outcome_and_ids_follow_the_content(stage: Stage) -> None:
    stage.works("deploy", stage.environment("told"))
    (first,) = history(stage, "told")
    assert (first["outcome"], first["by"]) == ("SUCCEEDED", "arn:aws:iam::111111111111:user/local")
    assert set(first["operations"]) == {row["OperationId"] for row in stage.operations("told")}
    assert len(first["bundles"][BUNDLE]["url"].split("/")[-2]) == 64
    stage.environment("told", days=90)
    stage.faults[0] = Faults(fail=(Stacks(account=PLACES[0][0], reason="not this one", times=1),))
    stage.fails("deploy", "told")
    stage.works("deploy", "told")
    again, failed, _ = history(stage, "told")
    assert [again["outcome"], failed["outcome"]] == ["SUCCEEDED", "FAILED"]
    assert again["id"] == failed["id"] != first["id"]


def test_a_release_that_was_finished_meanwhile_has_succeeded_as_soon_as_a_deployment_finds_it_so(stage: Stage) -> None:
    stage.works("deploy", stage.environment("late"))
    stage.environment("late", days=90)
    account, region = PLACES[2]
    stage.faults[0] = Faults(fail=(Stacks(account=account, reason="not yet", times=1),))
    stage.fails("deploy", "late")
    (failed, first) = history(stage, "late")
    assert (failed["outcome"], first["outcome"]) == ("FAILED", "SUCCEEDED")
    stage.client().update_stack_instances(StackSetName=stage.name("late"), Accounts=[account], Regions=[region])
    while stage.stack_sets_are_busy():
        pass
    out = stage.works("deploy", "late")
    assert "Nothing to do." in out
    assert f"release {failed['id']} SUCCEEDED" in out
    assert history(stage, "late") == [{**failed, "outcome": "SUCCEEDED"}, first]
    assert "SUCCEEDED" not in stage.works("deploy", "late")


def test_an_earlier_release_is_brought_back_without_adding_or_removing_an_instance(stage: Stage) -> None:
    stage.works("deploy", stage.environment("back", drop="eu:"))
    (old,) = history(stage, "back")
    stage.works("deploy", stage.environment("back", days=90))
    assert values(stage, "back") == dict.fromkeys(PLACES, "90")
    out = stage.works("deploy", "back", "--to", old["id"][:8])
    assert f"bringing back release {old['id']}" in out
    assert values(stage, "back") == dict.fromkeys(PLACES, "365")
    assert "Nothing to do." in stage.works("deploy", "back", "--to", old["id"])
    stage.works("deploy", "back")
    assert values(stage, "back") == dict.fromkeys(PLACES, "90")


def test_a_release_that_is_not_there_is_told_with_where_to_look(stage: Stage) -> None:
    stage.works("deploy", stage.environment("back", days=90))
    assert "there is no release ffff" in (out := stage.fails("deploy", "back", "--to", "ffff"))
    assert "cfngen history back" in out


def test_a_folder_made_by_a_console_and_a_newer_versions_fields_are_passed_over(stage: Stage) -> None:
    stage.works("deploy", stage.environment("folder"))
    s3, bucket = stage.client("s3"), stage.bucket("folder")
    (row,) = s3.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
    record = json.loads(s3.get_object(Bucket=bucket, Key=row["Key"])["Body"].read())
    s3.put_object(Bucket=bucket, Key="releases/", Body=b"")
    s3.put_object(Bucket=bucket, Key=row["Key"], Body=json.dumps({**record, "new": 1}).encode())
    assert [each["id"] for each in history(stage, "folder")] == [record["id"]]
    assert record["id"][:8] in stage.works("status", "folder")
    assert "Nothing to do." in stage.works("deploy", "folder")


def test_a_record_that_cannot_be_read_is_named_with_what_to_do_and_stays(stage: Stage) -> None:
    stage.works("deploy", stage.environment("torn"))
    s3, where = stage.client("s3"), {"Bucket": stage.bucket("torn"), "Key": "releases/2999-torn.json"}
    s3.put_object(**where, Body=b'{"id": ')
    s3.put_object(Bucket=where["Bucket"], Key="deploying.json", Body=b"{}")
    for words in (("history",), ("status",)):
        out = stage.fails(*words, "torn")
        assert f"s3://{where['Bucket']}/releases/2999-torn.json: cannot be read" in out
        assert f"aws s3 mv s3://{where['Bucket']}/releases/2999-torn.json" in out
    assert "deploying.json: cannot be read" in stage.fails("deploy", "torn")
    assert s3.get_object(**where)["Body"].read() == b'{"id": '


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_release_as_of_an_unset_variable_is_refused_and_nothing_is_deployed(stage: Stage, empty: str) -> None:
    done = stage.cfngen("deploy", stage.environment("unset"), "--to", empty)
    assert done.exit_code == 2
    assert "Invalid value for '--to': it is empty" in done.output
    assert "sim-unset-detection" not in {
        row["StackSetName"] for row in stage.client().list_stack_sets(Status="ACTIVE")["Summaries"]
    }


def test_history_is_a_table_with_the_newest_first(stage: Stage) -> None:
    stage.works("deploy", stage.environment("told", days=731))
    head, newest, *_ = stage.works("history", "told").splitlines()
    assert head.split() == ["release", "at", "outcome", "commit", "by", "bundles"]
    assert newest.startswith(history(stage, "told")[0]["id"])
