"""A deployment that is killed at any moment is finished by the next one."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cfngen.artifacts import rendered
from cfngen.bundle import compose
from cfngen.files import write

HERE = Path(__file__).parent.parent.parent
ACCOUNTS = "222222222222"
TRIES, ENVIRONMENTS = 50, 5
"""The first try of each environment begins with nothing, not even the roles."""

ENVIRONMENT = """
project: sim
domain: sim.example.com
bundles: [detection]
admin: {{account: "111111111111", region: us-east-1}}
rollout: {{canary: {canary}, concurrency_mode: SOFT_FAILURE_TOLERANCE}}
parameters: {{LogRetentionDays: "{days}"}}
geographies:
  us: {{account: "222222222222", active: us-east-1, standby: us-west-2}}
overrides:
  us/us-west-2: {{LogRetentionDays: "{standby}"}}
"""
SEED = 20261123


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    words = [sys.executable, "-m", "tests.simulation", "0.02", ACCOUNTS]
    with subprocess.Popen(words, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write(folder, rendered(compose()))
    return folder


@pytest.fixture(scope="module")
def run(url: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run cfngen with words, perhaps kill it."""
    environment = {**os.environ, "AWS_ENDPOINT_URL": url, "PYTHONPATH": str(HERE)}
    words = [sys.executable, "-m", "tests.killing"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=HERE, env=environment, text=True, **pipes) as runner:
        stdin, stdout = runner.stdin, runner.stdout
        assert stdin
        assert stdout

        def answer(*said: str, kill_after: float | None = None) -> dict[str, Any]:
            stdin.write(json.dumps({"words": said, "kill_after": kill_after}) + "\n")
            stdin.flush()
            return json.loads(stdout.readline())

        yield answer
        stdin.close()


class Environments:
    """A few small environments, whose values change from try to try."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance

    def change(self, name: str) -> None:
        """Write an environment with another value in one or in all of its targets."""
        days, own = self.chance.sample(["30", "90", "365", "731"], 2)
        body = ENVIRONMENT.format(days=days, standby=own, canary=self.chance.choice(["us/us-east-1", "us/us-west-2"]))
        (self.folder / f"{name}.yaml").write_text(body)


def test_a_deployment_killed_at_a_random_moment_is_finished_by_the_next(
    run: Callable[..., dict[str, Any]], templates: Path, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    environments, killed = Environments(tmp_path, chance), 0

    def words(verb: str, name: str) -> list[str]:
        return ["--params", str(tmp_path), verb, name, "--local", "--templates", str(templates)]

    environments.change("warm")
    first = run(*words("deploy", "warm"))
    assert first["code"] == 0, first["output"]
    environments.change("warm")
    longest = run(*words("deploy", "warm"))["seconds"]
    for number in range(TRIES):
        name = f"killed-{number % ENVIRONMENTS}"
        environments.change(name)
        cut = run(*words("deploy", name), kill_after=chance.uniform(0.02, longest))
        done = run(*words("deploy", name))
        assert done["code"] == 0, f"try {number}\n{cut['output']}\n--- again:\n{done['output']}"
        killed += cut["code"] is None
        longest = done["seconds"]
    for number in range(ENVIRONMENTS):
        plan = run(*words("plan", f"killed-{number}"), "--exit-code")
        assert plan["code"] == 0, plan["output"]
    assert killed > 0
