"""Executing: order, concurrency, tolerance, and what is said of each instance. Over HTTP in test_end_to_end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from cfngen.artifacts import Upload
from cfngen.deployment import Definition, Instance
from cfngen.errors import CfngenError
from cfngen.execute import Event, Finished, InstanceResult, Progressed, Started, execute
from cfngen.operations import (
    Area,
    CreateInstances,
    DeleteStackSet,
    InstanceOperation,
    Plan,
    Preferences,
    Step,
    UploadTemplates,
)

PLACES = [Instance(str(number) * 12, "us-east-1") for number in range(1, 6)]
CREATES = tuple(CreateInstances("set", Area((place.account,), (place.region,)), {}) for place in PLACES)


@dataclass
class Recorded:
    """A StackSets service in memory whose operations end at the second look."""

    failing: dict[Instance, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    places: dict[str, Sequence[Instance]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    most: int = 0

    def upload(self, uploads: Sequence[Upload]) -> None:
        self.log.append(f"upload {len(uploads)}")

    def create(self, definition: Definition, url: str) -> None:
        self.log.append(f"create {definition.name}")

    def delete(self, name: str) -> None:
        self.log.append(f"delete {name}")

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        assert isinstance(operation, CreateInstances)
        self.places[operation_id] = operation.area.instances
        self.log.append(f"start {operation.area.accounts[0]}")
        self.most = max(self.most, sum(self.looks.get(item, 0) < 2 for item in self.places))

    def status(self, name: str, operation_id: str) -> str:
        self.looks[operation_id] = self.looks.get(operation_id, 0) + 1
        if self.looks[operation_id] < 2:
            return "RUNNING"
        return "FAILED" if any(place in self.failing for place in self.places[operation_id]) else "SUCCEEDED"

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        done = self.looks[operation_id] >= 2
        return tuple(
            self.result(place) if done else InstanceResult(place, "RUNNING") for place in self.places[operation_id]
        )

    def result(self, place: Instance) -> InstanceResult:
        reason = self.failing.get(place, "")
        return InstanceResult(place, "FAILED" if reason else "SUCCEEDED", reason)


def plan_of(*waves: tuple, **preferences) -> Plan:
    return Plan((Step("foundation", "set", waves, 5),), Preferences(**preferences))


def run(plan: Plan, service: Recorded) -> list[Event]:
    events: list[Event] = []
    execute(plan, service, events.append, sleep=lambda _: None)
    return events


def test_a_wave_starts_when_the_one_before_has_ended() -> None:
    service = Recorded()
    run(plan_of((UploadTemplates(()),), CREATES[:1], CREATES[1:2], (DeleteStackSet("set"),)), service)
    assert service.log == ["upload 0", f"start {PLACES[0].account}", f"start {PLACES[1].account}", "delete set"]
    assert service.most == 1


def test_a_waves_operations_run_side_by_side_up_to_the_concurrency() -> None:
    service = Recorded()
    run(plan_of(CREATES, max_concurrent_percentage=40), service)
    assert service.most == 2
    assert len(service.places) == 5


def test_at_least_one_operation_runs_however_small_the_percentage() -> None:
    service = Recorded()
    run(plan_of(CREATES[:2], max_concurrent_percentage=1), service)
    assert (service.most, len(service.places)) == (1, 2)


def test_a_failure_beyond_the_tolerance_starts_nothing_more_and_names_instance_and_reason() -> None:
    service = Recorded({PLACES[0]: "ResourceLogicalId:Vpc, ResourceStatusReason:no."})
    with pytest.raises(CfngenError) as caught:
        run(plan_of(CREATES, CREATES, max_concurrent_percentage=20), service)
    assert len(service.places) == 1
    (problem,) = caught.value.problems
    assert problem.what == "ResourceLogicalId:Vpc, ResourceStatusReason:no."
    assert problem.where.path == f"foundation {PLACES[0]}"


def test_a_failure_within_the_tolerance_lets_the_rest_go_on_and_is_still_an_error() -> None:
    service = Recorded({PLACES[0]: "broken"})
    with pytest.raises(CfngenError, match="broken"):
        run(plan_of(CREATES[:2], CREATES[2:], failure_tolerance_count=1), service)
    assert len(service.places) == 5


def test_every_change_of_an_instance_is_reported_once() -> None:
    events = run(plan_of(CREATES[:1]), Recorded())
    assert [event.result.status for event in events if isinstance(event, Progressed)] == ["RUNNING", "SUCCEEDED"]
    assert sum(isinstance(event, Started) for event in events) == 1
    assert [event.status for event in events if isinstance(event, Finished)] == ["SUCCEEDED"]


def test_waiting_uses_the_sleep_that_was_given() -> None:
    naps: list[float] = []
    execute(plan_of(CREATES[:1]), Recorded(), lambda event: None, sleep=naps.append, interval=7.0)
    assert naps == [7.0]
