"""Drift: found inside nested stacks of every account, told for people and programs, with an exit code."""

from __future__ import annotations

import json
from typing import Any

from cfngen.local.faults import Faults
from tests.cli.conftest import Real


def bucket_of(real: Real) -> str:
    """A bucket that a nested stack made."""
    names = [row["Name"] for row in real.member("222222222222").client("s3").list_buckets()["Buckets"]]
    return next(name for name in names if name.lower().startswith("stackset-real-made"))


def test_what_was_just_deployed_has_not_drifted(real: Real) -> None:
    done = real.cfngen("drift", "made")
    assert done.exit_code == 0, done.output
    assert "IN_SYNC" in done.stdout
    assert " 0 of " in done.stdout


def test_a_change_inside_a_nested_stack_is_found_named_and_ends_with_1(real: Real) -> None:
    s3, name = real.member("222222222222").client("s3"), bucket_of(real)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    done = real.cfngen("drift", "made")
    assert done.exit_code == 1
    line, below = done.stdout.splitlines()[-2:]
    assert line.startswith("detection us/us-east-1: configuration.")
    assert line.endswith(f"(AWS::S3::Bucket) MODIFIED: {name}")
    assert below.strip() == "/VersioningConfiguration: Enabled → Suspended"
    told: dict[str, Any] = json.loads(real.cfngen("drift", "made", "--format", "json").stdout)
    assert (told["schema"], told["drifted"]) == (1, True)
    (instance,) = told["instances"]
    assert (instance["target"], instance["drift"]) == ("us/us-east-1", "DRIFTED")
    (resource,) = [each for each in instance["resources"] if each["status"] == "MODIFIED"]
    assert resource["properties"] == [
        {"path": "/VersioningConfiguration", "expected": "Enabled", "actual": "Suspended"}
    ]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    assert real.cfngen("drift", "made").exit_code == 0


def test_what_may_not_be_read_is_told_beside_what_was_found(real: Real) -> None:
    s3, name = real.member("222222222222").client("s3"), bucket_of(real)
    real.faults[0] = Faults(unreadable=frozenset(("AWS::S3::BucketPolicy",)))
    try:
        done = real.cfngen("drift", "made")
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
        told = json.loads(real.cfngen("drift", "made", "--format", "json").stdout)
    finally:
        real.faults[0] = Faults()
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    assert done.exit_code == 1
    why = "configuration: Failed to detect drift on resource ["
    assert f"detection us/us-east-1: not all could be checked: {why}" in done.stdout
    (instance,) = told["instances"]
    assert instance["drift"] == "DRIFTED"
    assert instance["problem"].startswith(why)
    assert {"MODIFIED", "UNKNOWN"} <= {each["status"] for each in instance["resources"]}


def test_what_is_wanted_and_not_there_is_a_problem_for_people_and_programs(real: Real) -> None:
    never = real.environment("never", account="333333333333", region="eu-west-1")
    done = real.cfngen("drift", never)
    assert done.exit_code == 1
    why = "it does not exist; see `cfngen status never`"
    assert f"detection eu/eu-west-1: could not be checked: {why}" in done.stdout
    done = real.cfngen("drift", never, "--format", "json")
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.exit_code, told["drifted"]) == (1, True)
    assert [(each["target"], each["problem"]) for each in told["instances"]] == [("eu/eu-west-1", why)]


def test_status_tells_what_stack_sets_found_and_a_deployment_still_has_nothing_to_do(real: Real) -> None:
    assert "in sync" in real.cfngen("status", "made").stdout
    assert "Nothing to do." in real.cfngen("deploy", "made").stdout
