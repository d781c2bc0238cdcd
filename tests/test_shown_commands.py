"""Whatever a document shows to be copied is a command that exists; what needs no AWS is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_hints import wrong
from .walk import shown_commands

HOME = Path(__file__).parent.parent
PAGES = sorted(
    {HOME / "README.md", HOME / "CONTRIBUTING.md", *HOME.glob("docs/**/*.md")} - {HOME / "docs" / "tutorial.md"}
)
TARGETS = set(re.findall(r"^\.PHONY: (\S+)$", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
OFFLINE = {"completion", "diagram", "explain", "init", "params", "verify"}
"""Commands that are run; `build` and `lint` write and check the whole folder and have tests of their own."""


def words_of(line):
    return shlex.split(line, comments=True)


def shown(page, program):
    lines = shown_commands(page.read_text(encoding="utf-8"))
    return [line for line in lines if line.split()[0] == program]


def each(program):
    found = {line: page for page in PAGES for line in shown(page, program)}
    return [pytest.param(line, id=f"{page.relative_to(HOME)}: {line}") for line, page in found.items()]


@pytest.mark.parametrize("line", each("cfngen"))
def test_a_command_of_cfngen_that_is_shown_exists_with_its_options(line):
    words = words_of(re.split(r"\s[|>]\s", line)[0])
    assert wrong(words) == []


@pytest.mark.parametrize("line", each("make"))
def test_a_target_of_make_that_is_shown_exists(line):
    named = {word for word in words_of(line)[1:] if "=" not in word}
    assert named - TARGETS == set()


def test_nothing_else_is_shown_than_what_these_tests_know():
    others = {line for page in PAGES for line in shown_commands(page.read_text(encoding="utf-8"))}
    known = ("cfngen", "make", "source <(cfngen completion", "git clone")
    assert {line for line in others if not line.startswith(known)} == set()


def offline(page):
    """The command lines of a page that need no AWS; `init` with all its answers."""
    lines = [(words_of(line), line) for line in shown(page, "cfngen")]
    return [(words, line) for words, line in lines if words[1] in OFFLINE and (words[1] != "init" or len(words) > 3)]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if offline(page)], ids=lambda page: str(page.relative_to(HOME))
)
def test_what_needs_no_aws_can_be_run_in_the_order_of_the_page(page, tmp_path):
    for name in ("params", "templates_out"):
        shutil.copytree(HOME / name, tmp_path / name)
    for words, line in offline(page):
        missing = words[1] == "diagram" and not shutil.which("dot")
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert missing or done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
