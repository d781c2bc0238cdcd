"""A local AWS whose stacks are simulated, and deployments to it: by the thousand, interrupted anywhere, over HTTP."""

from __future__ import annotations

import hashlib
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from cfngen.artifacts import Upload
from cfngen.aws.bucket import Bucket
from cfngen.aws.session import Aws, connect
from cfngen.aws.stacksets import StackSets
from cfngen.cli.rollout import Rollout, roll_out
from cfngen.cli.workspace import Deployed, Workspace
from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.environment.config import load_environment
from cfngen.local.faults import Faults
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.local.stacksets.simulated import Simulated

ADMIN, REGION = "111111111111", "us-east-1"
PARAMS = """
project: sim
domain: sim.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: us-east-1}
rollout: {max_concurrent_percentage: 100, concurrency_mode: SOFT_FAILURE_TOLERANCE}
geographies:
  us: {account: "222222222222", active: us-east-1}
"""
TEMPLATE = """
Parameters:
  A: {Type: String, Default: a}
  B: {Type: String, Default: b}
Resources:
  Topic: {Type: "AWS::SNS::Topic", Properties: {DisplayName: VERSION}}
"""

Instances = Mapping[Instance, Mapping[str, str]]


class Killed(BaseException):
    """The process ended here: nothing catches it."""


@dataclass
class Axe:
    """Ends a run at its n-th call to AWS, before it is sent or when only its answer is missing; 0 never."""

    at: int = 0
    carried_out: bool = False
    counted: str = ""
    """A regular expression of the actions that count as calls; all when it is empty."""
    calls: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def arm(self, at: int, *, carried_out: bool, counted: str = "") -> None:
        self.at, self.carried_out, self.counted, self.calls = at, carried_out, counted, 0

    def before(self, request: Any, event_name: str, **_: Any) -> None:
        action = event_name.rpartition(".")[2]
        with self.lock:
            self.calls += bool(re.match(self.counted, action))
            self.actions[action] += 1
            if self.at and not self.carried_out and self.calls >= self.at:
                raise Killed

    def after(self, **_: Any) -> None:
        if self.at and self.carried_out and self.calls >= self.at:
            raise Killed


@dataclass
class Simulation:
    """The server, and who speaks to it."""

    url: str
    backend: Simulated
    faults: list[Faults]
    axe: Axe
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def aws(self) -> Aws:
        """The way to it; the axe sees every call."""
        aws = connect(REGION, endpoint=self.url)
        aws.session.events.register("before-send", self.axe.before)
        aws.session.events.register("response-received", self.axe.after)
        return aws

    @cached_property
    def s3(self) -> Any:
        return self.aws.client("s3")

    @cached_property
    def cloudformation(self) -> Any:
        return self.aws.client("cloudformation")

    def bucket(self) -> str:
        """Make a bucket of its own."""
        name = f"sim-{next(self.numbers)}"
        self.axe.arm(0, carried_out=False)
        self.s3.create_bucket(Bucket=name)
        return name

    def deployed(self, bucket: str, wanted: tuple[WantedStackSet, ...], folder: Path) -> Deployed:
        """Return a deployment's way to AWS."""
        (folder / "sim.yaml").write_text(PARAMS)
        space = Workspace(folder, folder, load_environment(folder, "sim"), wanted)
        there = Bucket(bucket, self.s3)
        return Deployed(space, self.aws, there, StackSets(self.cloudformation, there), interval=0.01)

    def stacks(self, name: str) -> dict[Instance, list[Any]]:
        """Return the stacks that the stack set has, by place."""
        found: dict[Instance, list[Any]] = {}
        for stack_id, stack in dict(self.backend.stacks).items():
            if f"/StackSet-{name}-" in stack_id:
                found.setdefault(Instance(stack.account, stack.region), []).append(stack)
        return found


@contextmanager
def simulation(before: Callable[[Any], None] = lambda _: None) -> Iterator[Simulation]:
    """Serve a local AWS with a simulated backend."""
    backend, faults = Simulated(before), [Faults()]
    with start(Settings(ADMIN, ("222222222222",)), simulated=backend, faults=lambda: faults[0]) as running:
        yield Simulation(running.url, backend, faults, Axe())


def stack_set(
    bundle: str,
    name: str,
    bucket: str,
    instances: Instances,
    *,
    version: str = "1",
    base: Mapping[str, str] | None = None,
) -> WantedStackSet:
    """Return a wanted stack set with a small template."""
    body = TEMPLATE.replace("VERSION", version)
    key = f"templates/{bundle}/{hashlib.sha256(body.encode()).hexdigest()}/root.yaml"
    parameters = {"A": "a", "B": "b", **(base or {})}
    role = f"arn:aws:iam::{ADMIN}:role/administration"
    return WantedStackSet(
        bundle=bundle,
        definition=Definition(name, bundle, body, parameters, (), {"Project": "sim"}, role, "execution"),
        url=f"https://{bucket}.s3.{REGION}.amazonaws.com/{key}",
        uploads=(Upload(key, body),),
        instances=instances,
    )


def deploy(there: Deployed, *, delete: bool = True) -> None:
    """Deploy as the command does, without preflight, lock or questions."""
    arn = f"arn:aws:iam::{ADMIN}:user/sim"
    roll_out(Rollout(there, there.workspace.wanted, arn, lambda: None, delete=delete, yes=True))


def serve(accounts: tuple[str, ...], latency: float) -> None:
    """Serve a local AWS with a simulated backend until stdin closes; every stack takes `latency` seconds."""
    backend = Simulated(lambda call: time.sleep(latency))
    with start(Settings(ADMIN, accounts), simulated=backend) as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    serve(tuple(sys.argv[2].split(",")), float(sys.argv[1]))
