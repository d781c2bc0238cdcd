"""The lock: one holder at a time, renewed, given back, and never held by what has ended."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from cfngen.aws.bucket import Bucket
from cfngen.aws.lock import KEY, LEASE, Holder, locked, machine
from cfngen.errors import CfngenError
from cfngen.local.faults import Calls, Faults
from tests.simulation import Simulation

ME = "arn:aws:iam::111111111111:user/me"


@pytest.fixture
def bucket(sim: Simulation) -> Bucket:
    return Bucket(sim.bucket(), sim.s3)


def leave(bucket: Bucket, **fields: object) -> None:
    """Leave a lock behind, as another process would."""
    now = datetime.now(UTC)
    usual = {"by": "arn:other", "machine": "elsewhere", "process": 1, "since": now, "until": now + LEASE}
    body = json.dumps({**usual, "token": "t", **fields}, default=lambda time: time.isoformat())
    bucket.s3.put_object(Bucket=bucket.name, Key=KEY, Body=body.encode())


def is_locked(bucket: Bucket) -> bool:
    return bool(bucket.present([KEY]))


def test_the_second_is_told_who_has_it_since_when_and_how_to_go_on(bucket: Bucket) -> None:
    with locked(bucket, ME), pytest.raises(CfngenError) as caught, locked(bucket, "arn:second"):
        pass
    (problem,) = caught.value.problems
    assert ME in problem.what
    assert "is deploying" in problem.what
    assert f"aws s3 rm s3://{bucket.name}/{KEY}" in problem.hint


def test_it_is_given_back_whatever_happens(bucket: Bucket) -> None:
    with suppress(KeyboardInterrupt), locked(bucket, ME):
        assert is_locked(bucket)
        raise KeyboardInterrupt
    assert not is_locked(bucket)
    with locked(bucket, "arn:second"):
        assert is_locked(bucket)


def test_a_lock_that_expired_is_taken_over(bucket: Bucket) -> None:
    leave(bucket, until=datetime.now(UTC) - timedelta(seconds=1))
    with locked(bucket, ME):
        assert is_locked(bucket)


def test_a_process_of_this_machine_that_has_ended_holds_nothing(bucket: Bucket) -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    leave(bucket, machine=machine(), process=ended.pid)
    with locked(bucket, ME):
        assert is_locked(bucket)


@pytest.mark.parametrize("fields", [{}, {"machine": machine()}], ids=["elsewhere", "here"])
def test_a_process_that_may_live_keeps_it(bucket: Bucket, fields: dict[str, str]) -> None:
    leave(bucket, **fields)
    with pytest.raises(CfngenError, match="arn:other"), locked(bucket, ME):
        pass
    assert is_locked(bucket)


def test_a_lock_of_a_newer_version_with_further_fields_is_one(bucket: Bucket) -> None:
    leave(bucket, reason="later")
    with pytest.raises(CfngenError, match="arn:other"), locked(bucket, ME):
        pass


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", "\xff"])
def test_a_lock_that_cannot_be_read_may_be_somebodys_and_is_never_taken(bucket: Bucket, body: str) -> None:
    bucket.s3.put_object(Bucket=bucket.name, Key=KEY, Body=body.encode("latin-1"))
    with pytest.raises(CfngenError) as caught, locked(bucket, ME):
        pass
    (problem,) = caught.value.problems
    assert problem.where.path == f"s3://{bucket.name}/{KEY}"
    assert "somebody may be deploying" in problem.what
    assert f"`aws s3 rm s3://{bucket.name}/{KEY}`" in problem.hint
    assert is_locked(bucket)


def test_renewing_does_nothing_until_a_third_of_the_time_is_over(bucket: Bucket) -> None:
    with locked(bucket, ME) as renew:
        before = bucket.s3.head_object(Bucket=bucket.name, Key=KEY)["ETag"]
        renew()
        assert bucket.s3.head_object(Bucket=bucket.name, Key=KEY)["ETag"] == before


def test_an_answer_that_was_lost_is_not_taken_for_another_holder(sim: Simulation, bucket: Bucket) -> None:
    sim.faults[0] = Faults(drop=(Calls("s3", 2),))
    with locked(bucket, ME), pytest.raises(CfngenError), locked(bucket, "arn:second"):
        pass
    sim.faults[0] = Faults()
    assert not is_locked(bucket)


def test_a_holder_is_told_with_process_and_machine_but_without_what_only_machines_read() -> None:
    holder = Holder(ME, "laptop pid:[4026531836]", 17, "2026-11-23T12:00:00+00:00", "2026-11-23T12:15:00+00:00")
    assert str(holder) == f"{ME} (process 17 on laptop) since 2026-11-23T12:00:00+00:00"
