"""A StackSets control plane with a simulated backend, spoken to with boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Condition, Event
from typing import Any

import pytest

from cfngen.local.clients import clients
from cfngen.local.faults import Faults
from cfngen.local.front import LocalAws
from cfngen.local.query import ApiError
from cfngen.local.settings import Settings
from cfngen.local.stacksets.api import answer
from cfngen.local.stacksets.backend import StackFailed
from cfngen.local.stacksets.engine import Engine, engine
from cfngen.local.stacksets.model import Home
from cfngen.local.stacksets.simulated import Call, Simulated
from cfngen.local.stacksets.work import Ports

ADMIN = "111111111111"
ACCOUNTS = ("222222222222", "333333333333", "444444444444")
REGIONS = ("eu-west-1", "us-east-1")
TEMPLATE = """
Parameters:
  Size: {Type: String, Default: small}
  Zone: {Type: String}
Resources:
  Topic: {Type: "AWS::SNS::Topic"}
"""
ZONE_A = [{"ParameterKey": "Zone", "ParameterValue": "a"}]


@dataclass
class Gate:
    """What the simulated backend does before it does what it is asked: succeed, fail or wait."""

    failing: dict[tuple[str, str], str] = field(default_factory=dict)
    """Reasons by (account, region)."""
    left_behind: str = ""
    """Id of the stack that a failure leaves."""
    defects: set[tuple[str, str]] = field(default_factory=set)
    held: dict[tuple[str, str], Event] = field(default_factory=dict)
    """Calls in (account, region) wait until the event is set."""
    begun: set[tuple[str, str]] = field(default_factory=set)
    changed: Condition = field(default_factory=Condition)

    def before(self, call: Call) -> None:
        place = (call.account, call.region)
        with self.changed:
            self.begun.add(place)
            self.changed.notify_all()
        if place in self.held:
            assert self.held[place].wait(20)
        if place in self.defects:
            raise ZeroDivisionError("oops")
        if place in self.failing:
            raise StackFailed(self.failing[place], self.left_behind)

    def hold(self, account: str, region: str) -> Event:
        event = self.held[account, region] = Event()
        return event

    def await_start(self, account: str, region: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: (account, region) in self.begun, 20)


@dataclass
class World:
    """Everything a test of the control plane needs."""

    backend: Simulated
    gate: Gate
    client: Any
    """boto3's CloudFormation client in the admin account and us-east-1."""
    other_region: Any
    plane: Engine
    faults: list[Faults]
    roles: dict[str, str]
    """Why nothing can be done in an account."""
    drifted: set[str]
    objects: dict[str, str]
    """Templates by URL."""

    def create(self, name: str = "app", **more: Any) -> str:
        given = {"TemplateBody": TEMPLATE, "Parameters": ZONE_A} if "TemplateURL" not in more else {}
        return str(self.client.create_stack_set(StackSetName=name, **{**given, **more})["StackSetId"])

    def fill(self, accounts: tuple[str, ...] = ACCOUNTS, regions: tuple[str, ...] = REGIONS, **more: Any) -> str:
        preferences = {"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 100}
        given = {"StackSetName": "app", "Accounts": list(accounts), "Regions": list(regions)}
        answer = self.client.create_stack_instances(**{**given, "OperationPreferences": preferences, **more})
        return self.wait(answer["OperationId"])

    def wait(self, operation: str, name: str = "app") -> str:
        """Wait until an operation has ended, and return its status."""
        store = self.plane.store
        with store.lock:
            known = store.find(Home(ADMIN, "us-east-1"), name).operations
            assert store.lock.wait_for(lambda: not known[operation].active, 20)
        return self.status(operation, name)

    def status(self, operation: str, name: str = "app") -> str:
        found = self.client.describe_stack_set_operation(StackSetName=name, OperationId=operation)
        return str(found["StackSetOperation"]["Status"])

    def results(self, operation: str) -> dict[tuple[str, str], tuple[str, str | None]]:
        found = self.client.list_stack_set_operation_results(StackSetName="app", OperationId=operation)
        return {(row["Account"], row["Region"]): (row["Status"], row.get("StatusReason")) for row in found["Summaries"]}

    def instances(self) -> dict[tuple[str, str], tuple[str, str]]:
        rows = self.client.list_stack_instances(StackSetName="app")["Summaries"]
        return {
            (row["Account"], row["Region"]): (row["Status"], row["StackInstanceStatus"]["DetailedStatus"])
            for row in rows
        }

    def instance(self, account: str, region: str) -> dict[str, Any]:
        where = {"StackInstanceAccount": account, "StackInstanceRegion": region}
        found: dict[str, Any] = self.client.describe_stack_instance(StackSetName="app", **where)["StackInstance"]
        return found

    def overrides(self, account: str, region: str) -> dict[str, str]:
        rows = self.instance(account, region)["ParameterOverrides"]
        return {row["ParameterKey"]: row["ParameterValue"] for row in rows}

    def values(self, account: str, region: str) -> Mapping[str, str]:
        """Return the parameters that the instance's stack has."""
        return self.backend.stacks[self.instance(account, region)["StackId"]].parameters


@pytest.fixture
def world() -> Iterator[World]:
    gate, faults = Gate(), [Faults()]
    backend, roles, drifted, objects = Simulated(gate.before), dict[str, str](), set[str](), dict[str, str]()
    numbers, seconds = count(1), count()

    def clock() -> datetime:
        return datetime(2026, 11, 23, 12, 0, next(seconds) % 60, tzinfo=UTC)

    def fetch(account: str, region: str, url: str) -> str:
        if url not in objects:
            raise ApiError("ValidationError", "S3 error: The specified key does not exist.")
        return objects[url]

    ports = Ports(
        backend=backend,
        role_problem=lambda account, *_: roles.get(account, ""),
        fetch_template=fetch,
        stack_drift=lambda account, region, _: "DRIFTED" if account in drifted else "IN_SYNC",
        clock=clock,
        new_id=lambda: f"00000000-0000-0000-0000-{next(numbers):012d}",
    )
    plane = engine(ports, lambda: faults[0])
    app = LocalAws(
        Settings(ADMIN, ACCOUNTS),
        lambda account, region, action, params: answer(plane, Home(account, region), action, params),
        _no_services,
        lambda: faults[0],
    )
    make = clients(app, ADMIN, "us-east-1")
    one, two = make("cloudformation"), make("cloudformation", "eu-west-1")
    yield World(backend, gate, one, two, plane, faults, roles, drifted, objects)
    for event in gate.held.values():
        event.set()
    plane.runner.close()


def _no_services(environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b""]
