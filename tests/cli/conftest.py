"""A local AWS with simulated stacks, and `cfngen` run against it in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cfngen.aws.session import Aws, connect
from cfngen.cli.main import cli
from cfngen.cli.workspace import made_now
from cfngen.files import write
from cfngen.local.faults import Faults
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.local.stacksets.simulated import Call, Simulated

ADMIN, ACCOUNTS = "111111111111", ("222222222222", "333333333333")
BUNDLE = "detection"
PLACES = (("222222222222", "us-east-1"), ("222222222222", "us-west-2"), ("333333333333", "eu-west-1"))
ENVIRONMENT = """
project: sim
domain: sim.example.com
bundles: [detection]
admin: {{account: "111111111111", region: us-east-1}}
rollout: {{canary: us/us-east-1, concurrency_mode: SOFT_FAILURE_TOLERANCE, failure_tolerance_count: {tolerance}}}
parameters: {{LogRetentionDays: {days}}}
geographies:
  us: {{account: "222222222222", active: us-east-1, standby: us-west-2}}
  eu: {{account: "333333333333", active: eu-west-1}}
"""


@dataclass
class Hold:
    """Lets what is done to the stacks of a region wait, until so many requests came meanwhile, or told so."""

    region: str
    requests: int
    begun: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    then: Callable[[], None] = lambda: None
    """What happens as soon as something waits."""

    def before(self, call: Call) -> None:
        if call.region == self.region:
            self.then()
            self.begun.set()
            assert self.go.wait(60)

    def asked(self) -> None:
        if self.begun.is_set():
            self.requests -= 1
            if self.requests == 0:
                self.go.set()


@dataclass
class Stage:
    """The local AWS, what goes wrong in it, and environments."""

    url: str
    params: Path
    templates: Path
    backend: Simulated
    faults: list[Faults]
    holds: list[Hold] = field(default_factory=list)

    def environment(self, name: str, *, days: int = 365, tolerance: int = 0, drop: str = "") -> str:
        """Write an environment; `drop` names a line to leave out."""
        text = ENVIRONMENT.format(days=days, tolerance=tolerance)
        kept = [line for line in text.splitlines() if not drop or not line.strip().startswith(drop)]
        (self.params / f"{name}.yaml").write_text("\n".join(kept))
        return name

    def cfngen(self, verb: str, *words: str) -> Result:
        """Run a command; those that read templates get the folder of them."""
        folder = ("--templates", str(self.templates)) if verb != "history" else ()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.url)
            return CliRunner().invoke(cli, ["--params", str(self.params), verb, *words, "--local", *folder])

    def works(self, verb: str, *words: str) -> str:
        """Run a command that must succeed; return its output."""
        done = self.cfngen(verb, *words)
        assert done.exit_code == 0, done.output
        return done.output

    def fails(self, verb: str, *words: str) -> str:
        """Run a command that must find problems, without a traceback; return its output."""
        done = self.cfngen(verb, *words)
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 1, done.output
        return done.output

    def client(self, service: str = "cloudformation") -> Any:
        """Return a client of the admin account."""
        return connect("us-east-1", endpoint=self.url).client(service)

    def begin(self, environment: str, *, requests: int = 0, **more: Any) -> str:
        """Update the instance in eu-west-1 by hand; it waits, perhaps until so many requests came. Return its id."""
        hold = Hold("eu-west-1", requests)
        self.holds.append(hold)
        account, region = PLACES[2]
        where = {"StackSetName": self.name(environment), "Accounts": [account], "Regions": [region]}
        answer = self.client().update_stack_instances(**where, **more)
        assert hold.begun.wait(60)
        return str(answer["OperationId"])

    def stack_sets_are_busy(self) -> bool:
        client = self.client()
        names = [row["StackSetName"] for row in client.list_stack_sets(Status="ACTIVE")["Summaries"]]
        found = [row for name in names for row in client.list_stack_set_operations(StackSetName=name)["Summaries"]]
        return any(row["Status"] in ("QUEUED", "RUNNING", "STOPPING") for row in found)

    def name(self, environment: str) -> str:
        return f"sim-{environment}-{BUNDLE}"

    def bucket(self, environment: str) -> str:
        return f"sim-{environment}-cfn-{ADMIN}-us-east-1"

    def instances(self, environment: str) -> dict[tuple[str, str], str]:
        """The status of each instance."""
        rows = self.client().list_stack_instances(StackSetName=self.name(environment))["Summaries"]
        return {(row["Account"], row["Region"]): row["Status"] for row in rows}

    def operations(self, environment: str) -> list[dict[str, Any]]:
        """The operations, the latest first."""
        return self.client().list_stack_set_operations(StackSetName=self.name(environment))["Summaries"]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write(folder, made_now())
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Stage]:
    faults, holds = [Faults()], list[Hold]()
    backend = Simulated(lambda call: [hold.before(call) for hold in holds])

    def current() -> Faults:
        for hold in holds:
            hold.asked()
        return faults[0]

    params = tmp_path_factory.mktemp("params")
    with start(Settings(ADMIN, ACCOUNTS), simulated=backend, faults=current) as running:
        yield Stage(running.url, params, templates, backend, faults, holds)


@pytest.fixture
def stage(world: Stage) -> Iterator[Stage]:
    """The stage with nothing going wrong, before and after."""
    world.faults[0] = Faults()
    yield world
    world.faults[0] = Faults()
    for hold in world.holds:
        hold.go.set()
    while world.stack_sets_are_busy():
        pass
    world.holds.clear()


REAL = """
project: real
domain: real.example.com
bundles: [detection]
admin: {{account: "111111111111", region: us-east-1}}
parameters:
  ManageConfig: true
  ManageGuardDuty: false
  ManageSecurityHub: false
  ManageInspector: false
  ManageAccessAnalyzer: false
geographies:
  {geography}: {{account: "{account}", active: {region}}}
"""


@dataclass
class Real:
    """A local AWS with real stacks; the environment `made` is deployed to it."""

    url: str
    params: Path
    templates: Path
    faults: list[Faults] = field(default_factory=list)

    def environment(self, name: str, *, account: str, region: str) -> str:
        """Write an environment of one region."""
        text = REAL.format(geography=region[:2], account=account, region=region)
        (self.params / f"{name}.yaml").write_text(text)
        return name

    def cfngen(self, verb: str, *words: str) -> Result:
        """Run a command that reads templates."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.url)
            more = ("--local", "--templates", str(self.templates))
            return CliRunner().invoke(cli, ["--params", str(self.params), verb, *words, *more])

    def member(self, account: str, region: str = "us-east-1") -> Aws:
        """An account's own credentials."""
        return connect("us-east-1", endpoint=self.url).assume(account, "OrganizationAccountAccessRole", region)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Real]:
    params = tmp_path_factory.mktemp("params")
    faults = [Faults()]
    with start(Settings(ADMIN, ACCOUNTS), faults=lambda: faults[0]) as running:
        real = Real(running.url, params, templates, faults)
        done = real.cfngen("deploy", real.environment("made", account=ACCOUNTS[0], region="us-east-1"))
        assert done.exit_code == 0, done.output
        yield real
