"""Releases: the same content is the same release, and what is written can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.releases import dump, identify, key, load, newest_first, release

DEFINITION = Definition("set", "", "Resources: {}", {"Size": "2"}, (), {}, "arn", "role")
WANTED = (WantedStackSet("foundation", DEFINITION, "https://b/k/root.yaml", (), {Instance("1", "r"): {"A": "b"}}),)
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def made(wanted=WANTED, at=NOON):
    return release(wanted, at=at, by="arn:aws:iam::111111111111:user/a", commit="abc", outcome="SUCCEEDED")


def test_the_same_templates_and_values_are_the_same_release_whenever_deployed() -> None:
    assert made().id == made(at=NOON + timedelta(days=1)).id == identify(WANTED)


def test_another_override_is_another_release() -> None:
    other = WantedStackSet("foundation", DEFINITION, "https://b/k/root.yaml", (), {Instance("1", "r"): {"A": "c"}})
    assert identify([other]) != identify(WANTED)


def test_a_release_is_read_as_it_was_written() -> None:
    assert load(dump(made())) == made()


def test_times_are_utc_so_that_keys_sort_by_time() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    assert key(made(at=elsewhere)) == key(made())
    assert key(made(at=NOON + timedelta(hours=1))) > key(made())


def test_history_begins_with_the_newest() -> None:
    later = made(at=NOON + timedelta(hours=1))
    assert newest_first([made(), later]) == [later, made()]
