from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cfngen.cli.main import COMMANDS, cli

HEAVY = {"awacs", "boto3", "botocore", "cfnlint", "moto", "pydantic", "rich", "troposphere", "yaml"}
MODULES_AFTER = """
import sys
from cfngen.cli.main import main
try:
    main()
except SystemExit as end:
    print("exit", end.code, *{name.partition(".")[0] for name in sys.modules})
"""


@pytest.fixture
def run(capsys):
    """Run the command line in this process; return exit code, stdout and stderr."""

    def run_words(*words):
        with pytest.raises(SystemExit) as end:
            cli.main(list(words), prog_name="cfngen")
        return end.value.code, *capsys.readouterr()

    return run_words


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nonsense"]])
def test_help_and_mistakes_come_without_loading_any_library(words):
    done = subprocess.run(
        [sys.executable, "-c", MODULES_AFTER, *words], capture_output=True, text=True, check=True, timeout=60
    )
    end = done.stdout.splitlines()[-1].split()
    assert end[0] == "exit"
    assert "click" in end
    assert HEAVY & set(end) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_command_says_first(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.help.partition("\n")[0] == COMMANDS[name]


def test_commands_are_listed_in_the_order_of_a_days_work(run):
    code, out, _ = run("--help")
    listed = [
        line.split()[0]
        for line in out.partition("Commands:")[2].splitlines()
        if line.startswith("  ") and line[2] != " "
    ]
    assert (code, listed) == (0, list(COMMANDS))


@pytest.mark.parametrize(
    ("typed", "meant"), [("bild", "build"), ("Plan", "plan"), ("statuss", "status"), ("destory", "destroy")]
)
def test_an_unknown_command_suggests_the_one_that_was_meant(run, typed, meant):
    code, out, err = run(typed)
    assert (code, out) == (2, "")
    assert f"there is no command '{typed}'; did you mean {meant}?" in err


def test_a_command_unlike_any_other_points_to_the_help(run):
    code, _, err = run("xyzzy")
    assert code == 2
    assert "cfngen --help" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--nope"],
        ["build", "--nope"],
        ["build", "surplus"],
        ["plan"],
        ["plan", "prod", "--format", "xml"],
        ["plan", "prod", "--bundle", "nonsense"],
        ["params"],
        ["deploy"],
        ["status"],
        ["history"],
        ["destroy"],
        ["bootstrap"],
        ["lint", "--format", "xml"],
        ["verify", "--format", "markdown"],
        ["local", "down"],
        ["local", "up", "--port", "0"],
        ["local", "up", "--port", "http"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: cfngen")


def test_no_command_at_all_shows_the_help(run):
    code, out, err = run()
    assert code == 2
    assert "Commands:" in out + err
