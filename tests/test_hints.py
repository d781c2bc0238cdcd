"""What a message tells people to run or to read is there: the source's texts are read, not the messages of one run."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cfngen.cli.main import cli

HOME = Path(__file__).parent.parent
SOURCES = sorted(HOME.glob("cfngen/**/*.py"))
SOMETHING = "SOMETHING"
"""Stands for what a message fills in."""

COMMAND = re.compile(r"`(cfngen [^`]+)`")
EXTRA = re.compile(r"cfngen\[(\w+)\]")
FILE = re.compile(r"(?<![\w/.<{])(?:(?:docs|cfngen|tests|scripts)/[\w./-]+\.\w+|[A-Z]{4,}\.md|Makefile)(?![\w/])")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
MAKE = re.compile(r"`make ([a-z-]+)")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every text of a module with its line, whatever is filled in replaced."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, joined(node)


def joined(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else SOMETHING for part in node.values)


def hints(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts that are hints: by name, as an argument or a variable, or as the third part of a Problem."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any("hint" in ast.unparse(target).lower() for target in node.targets):
            yield from texts(node.value)
        if isinstance(node, ast.Call):
            yield from (found for word in node.keywords if word.arg == "hint" for found in texts(word.value))
            if ast.unparse(node.func).endswith("Problem") and len(node.args) > 2:
                yield from texts(node.args[2])


def everywhere(kind, pattern):
    """Return every match of a pattern in the texts of a kind, with the place of one of them."""
    found = {}
    for path in SOURCES:
        for line, text in kind(ast.parse(path.read_text(encoding="utf-8"))):
            for match in pattern.findall(text):
                found.setdefault(match, f"{path.relative_to(HOME)}:{line}")
    return found


def wrong(words: list[str]) -> list[str]:
    """Return what is wrong with a command line: words that are no command, options that it does not have."""
    command, context, rest = cli, click.Context(cli), words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name, rest = rest[0], rest[1:]
        inner = command.get_command(context, name)
        if inner is None:
            return [] if name == SOMETHING else [f"there is no command {name}"]
        command, context = inner, click.Context(inner, parent=context)
    known = {name for item in command.get_params(context) for name in (*item.opts, *item.secondary_opts)}
    return [f"there is no option {word}" for word in rest if word.startswith("-") and word not in known]


def every_command(command: click.Command) -> Iterator[click.Command]:
    """Yield a command and all below it."""
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from every_command(command.get_command(context, name))


COMMANDS = everywhere(texts, COMMAND)


def test_messages_do_name_commands():
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("line", sorted(COMMANDS))
def test_a_command_that_a_text_names_exists_with_these_options(line):
    words = shlex.split(re.split(r"\s[|>]\s", line)[0].replace("…", SOMETHING))
    assert wrong(words) == [], COMMANDS[line]


def test_an_option_that_a_hint_names_belongs_to_a_command():
    commands = [*every_command(cli)]
    known = {name for command in commands for item in command.get_params(click.Context(command)) for name in item.opts}
    named = everywhere(hints, OPTION)
    assert len(named) > 3
    assert {option: place for option, place in named.items() if option not in known} == {}


def test_a_file_that_a_message_names_is_in_the_repository():
    named = everywhere(hints, FILE)
    assert {name: place for name, place in named.items() if not (HOME / name).exists()} == {}


def test_an_extra_that_a_message_names_can_be_installed():
    text = (HOME / "setup.py").read_text(encoding="utf-8")
    named = everywhere(texts, EXTRA)
    assert {"local", "report"} <= set(named)
    assert {name: place for name, place in named.items() if f'"{name}": ' not in text} == {}


def test_a_target_of_make_that_a_message_names_is_there():
    text = (HOME / "Makefile").read_text(encoding="utf-8")
    named = everywhere(texts, MAKE)
    assert {name: place for name, place in named.items() if f".PHONY: {name}\n" not in text} == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("cfngen deploi prod", ["there is no command deploi"]),
        ("cfngen plan prod --lokal", ["there is no option --lokal"]),
        ("cfngen local up --port 1", []),
        ("cfngen --params x plan", []),
    ],
)
def test_a_wrong_command_would_be_found(line, why):
    assert wrong(line.split()) == why
