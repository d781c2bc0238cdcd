from __future__ import annotations

import importlib.util
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import free_port

SCRIPT = Path(__file__).parent.parent / "scripts" / "demo.py"


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENVIRONMENT = """
project: demo
domain: demo.example.com
bundles: [account, detection]
admin: {account: "111111111111", region: us-east-1}
rollout: {canary: us/us-east-1}
geographies:
  us: {account: "222222222222", active: us-east-1}
"""


def run(folder, *words):
    command = [sys.executable, str(SCRIPT), *words]
    environment = {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def remember(folder, pid):
    path = folder / "build" / "demo" / "local-aws.pid"
    path.parent.mkdir(parents=True)
    path.write_text(f"{pid}\n")


def test_a_free_port_is_taken_as_wanted(demo):
    free = free_port()
    assert demo.free_port(free) == free


def test_a_port_that_something_listens_on_is_left_alone(demo):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert demo.free_port(taken) not in (taken, 0)


def test_stopping_what_does_not_run_is_no_mistake(tmp_path):
    done = run(tmp_path, "stop")
    assert (done.returncode, done.stdout) == (0, "No local AWS of the demo is running.\n")


def test_a_process_that_is_no_local_aws_is_never_stopped(tmp_path):
    remember(tmp_path, os.getpid())
    done = run(tmp_path, "stop")
    assert (done.returncode, done.stdout) == (0, "No local AWS of the demo is running.\n")


def test_a_process_that_has_ended_has_no_command_line(demo):
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    assert demo.command_of(ended.pid) == ""
    assert sys.executable in demo.command_of(os.getpid()) or "pytest" in demo.command_of(os.getpid())


@pytest.mark.parametrize("words", [[], ["restart"], ["start", "stop"]])
def test_wrong_usage_ends_with_2(tmp_path, words):
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert "usage: demo.py start|stop" in done.stderr


def test_it_builds_checks_serves_deploys_and_says_how_to_look_around_and_to_stop(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "prod.yaml").write_text(ENVIRONMENT)
    try:
        done = run(tmp_path, "start")
        assert done.returncode == 0, done.stdout + done.stderr
        assert [line for line in done.stdout.splitlines() if line.startswith("$ ")] == [
            "$ cfngen build",
            "$ cfngen lint",
            "$ cfngen verify",
            "$ cfngen deploy prod --local --yes",
            "$ cfngen status prod --local",
        ]
        url = re.search(r"export AWS_ENDPOINT_URL=(\S+)", done.stdout)[1]
        again = [str(Path(sys.executable).parent / "cfngen"), "deploy", "prod", "--local"]
        told = subprocess.run(
            again, cwd=tmp_path, env={**os.environ, "AWS_ENDPOINT_URL": url}, capture_output=True, text=True
        )
        assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "Nothing to do."), told.stderr
    finally:
        stopped = run(tmp_path, "stop")
    assert "Stopped the local AWS" in stopped.stdout


def test_a_step_that_fails_ends_it_with_its_exit_code(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "prod.yaml").write_text(ENVIRONMENT.replace("us-east-1}", "us-east-9}"))
    done = run(tmp_path, "start")
    assert done.returncode == 1
    assert "us-east-9" in done.stderr
    assert "cfngen deploy" not in done.stdout
