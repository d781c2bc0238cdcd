from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "demo.py"


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(folder, *words):
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def remember(folder, pid):
    path = folder / "build" / "demo" / "local-aws.pid"
    path.parent.mkdir(parents=True)
    path.write_text(f"{pid}\n")


def test_a_free_port_is_taken_as_wanted(demo):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
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
