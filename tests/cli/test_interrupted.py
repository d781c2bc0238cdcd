"""Ctrl-C in a real process against a real local AWS: the operation goes on, and can be joined or stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import pytest

from tests.processes import free_port, process

HERE = Path(__file__).parent.parent.parent
CFNGEN = str(Path(sys.executable).with_name("cfngen"))
HANG = 'hang: [{account: "222222222222"}]\n'
ENVIRONMENT = """
project: cut
domain: cut.example.com
bundles: [detection]
admin: {account: "111111111111", region: us-east-1}
parameters:
  ManageConfig: false
  ManageGuardDuty: false
  ManageSecurityHub: false
  ManageInspector: false
  ManageAccessAnalyzer: false
geographies:
  us: {account: "222222222222", active: us-east-1}
"""


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    path = tmp_path / "faults.yaml"
    path.write_text(HANG)
    return path


@pytest.fixture
def params(tmp_path: Path) -> Path:
    folder = tmp_path / "params"
    folder.mkdir()
    (folder / "cut.yaml").write_text(ENVIRONMENT)
    return folder


@pytest.fixture
def url(params: Path, faults: Path) -> Iterator[str]:
    words = [CFNGEN, "--params", str(params), "local", "up", "--port", "0", "--faults", str(faults)]
    words[words.index("--port") + 1] = str(free_port())
    with process(words, cwd=HERE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        yield server.stdout.readline().strip().partition("=")[2]
        server.send_signal(signal.SIGINT)
        server.wait(60)


def started(
    url: str, params: Path, templates: Path, *words: str, verb: str = "deploy"
) -> AbstractContextManager[subprocess.Popen[str]]:
    command = [CFNGEN, "--params", str(params), verb, "cut", "--local", "--templates", str(templates), *words]
    environment = {**os.environ, "AWS_ENDPOINT_URL": url}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return process(command, cwd=HERE, env=environment, **pipes)


def read_until(stream: IO[str] | None, words: str) -> list[str]:
    lines = []
    for line in stream or ():
        lines.append(line)
        if words in line:
            return lines
    pytest.fail("".join(lines))


def test_ctrl_c_leaves_the_operation_running_says_how_to_go_on_and_ends_with_130(
    url: str, params: Path, faults: Path, templates: Path
) -> None:
    with started(url, params, templates) as first:
        read_until(first.stderr, "us/us-east-1 RUNNING")
        first.send_signal(signal.SIGINT)
        _, said = first.communicate(timeout=60)
    assert first.returncode == 130
    assert "The operation goes on at AWS. Watch it: `cfngen status cut --watch`." in said
    assert "Stop it: `cfngen deploy cut --stop`." in said
    assert f"Finish it later: `cfngen --params {params} deploy cut --templates {templates} --local`." in said
    assert "INTERRUPTED" in said
    assert "Traceback" not in said
    with started(url, params, templates) as second:
        told = read_until(second.stderr, "(CREATE, RUNNING")
        assert "watching operation" in told[-1]
        faults.write_text("{}\n")
        out, said = second.communicate(timeout=120)
    assert second.returncode == 0, out + said
    assert "Nothing to do." in out


def test_ctrl_c_on_a_destruction_says_that_it_goes_on_and_names_the_very_command_that_finishes_it(
    url: str, params: Path, faults: Path, templates: Path
) -> None:
    faults.write_text("{}\n")
    with started(url, params, templates) as first:
        out, said = first.communicate(timeout=120)
    assert first.returncode == 0, out + said
    faults.write_text(HANG)
    with started(url, params, templates, "--yes", "--bundle", "detection", verb="destroy") as second:
        read_until(second.stderr, "us/us-east-1 RUNNING")
        second.send_signal(signal.SIGINT)
        _, said = second.communicate(timeout=60)
    assert second.returncode == 130
    assert "The operation goes on at AWS. Watch it: `cfngen status cut --watch`." in said
    words = f"cfngen --params {params} destroy cut --bundle detection --templates {templates} --local --yes"
    assert f"Finish it later: `{words}`." in said
    faults.write_text("{}\n")
