"""The command that finishes what was interrupted is the one that was given, not one that undoes it."""

from __future__ import annotations

from cfngen.cli import deploy
from cfngen.cli.interrupted import same_command
from cfngen.cli.main import cli
from tests.cli.conftest import Stage


def given(*words: str) -> str:
    """Return what a deployment would say that these words were."""
    with cli.make_context("cfngen", [*words]) as group:
        rest = [*group._protected_args, *group.args]
        with deploy.command.make_context(rest[0], rest[1:], parent=group):
            return same_command()


def test_options_that_change_what_is_done_are_repeated():
    words = ("deploy", "sm", "--bundle", "zone", "--delete", "--replace", "Zone", "--replace", "a.B", "--to", "8328ab")
    assert given(*words) == f"cfngen {' '.join(words)}"


def test_what_was_left_to_its_default_is_not_repeated():
    assert given("deploy", "sm") == "cfngen deploy sm"


def test_an_option_of_the_group_comes_before_the_command(tmp_path):
    assert given("--params", str(tmp_path), "deploy", "sm", "-y") == f"cfngen --params {tmp_path} deploy sm --yes"


def test_outside_of_a_command_nothing_is_guessed():
    assert same_command() == ""


def test_a_hint_names_the_environment_that_its_author_could_not_know(stage: Stage) -> None:
    assert "run `cfngen bootstrap bare` first" in stage.fails("history", stage.environment("bare"))
