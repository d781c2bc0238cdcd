from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
TEXT = (HOME / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^\.PHONY: (\S+)$", TEXT, re.MULTILINE)
PROMISED = ["setup", "templates", "docs", "site", "lint", "test", "check", "bench", "demo", "deploy"]


def make(*words, **variables):
    """Run make with nothing of an outer make's in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "--no-print-directory", *words, *(f"{name}={value}" for name, value in variables.items())],
        cwd=HOME,
        env={**environment, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_make_alone_prints_every_target_with_what_it_does():
    done = make()
    printed = dict(re.findall(r"^  make (\S+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert done.returncode == 0
    assert list(printed) == TARGETS
    assert all(what.endswith(".") or "make " in what for what in printed.values())


def test_the_targets_of_the_contract_are_there():
    assert set(PROMISED) <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_has_a_line_of_help_and_recipes_that_make_understands(target):
    assert re.search(rf"^{target}:.*## \S", TEXT, re.MULTILINE)
    assert make("--dry-run", target, ENV="dev").returncode == 0


def test_a_missing_virtual_environment_is_made_first(tmp_path):
    recipe = make("--dry-run", "test", VENV=tmp_path / "venv").stdout.splitlines()
    steps = [number for number, line in enumerate(recipe) if re.search(r"-m venv|pip install|pytest", line)]
    assert "-m venv" in recipe[steps[0]]
    assert "--editable '.[local,dev]'" in recipe[steps[1]]
    assert "pytest" in recipe[steps[2]]


def test_an_old_python_is_refused_with_what_to_do(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\necho 'cfngen needs Python 3.11 or later' >&2\nexit 1\n")
    old.chmod(0o755)
    done = make("setup", VENV=tmp_path / "venv", PYTHON=old)
    assert done.returncode == 2
    assert "cfngen needs Python 3.11" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_deploying_without_naming_an_environment_is_refused(tmp_path):
    ready = tmp_path / "ready"  # newer than what it is made from, so that nothing is set up
    ready.touch()
    done = make("deploy", READY=ready)
    assert done.returncode == 2
    assert "make deploy ENV=prod" in done.stderr


def test_check_runs_what_ci_promises():
    recipe = make("--dry-run", "check").stdout
    promised = ["ruff check", "ruff format --check", "mypy", "cfngen build --check", "cfngen verify", "cfngen lint"]
    promised += ["docs.py --check", "mkdocs build"]
    assert [step for step in [*promised, "pytest"] if step not in recipe] == []


def test_ci_runs_make_check():
    script = HOME / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], capture_output=True).returncode == 0
    lines = script.read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert any(line.startswith("make check") for line in lines)
