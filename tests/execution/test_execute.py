"""Executing: order, concurrency, tolerance, verification, and what is said of each instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from cfngen.artifacts import Upload
from cfngen.deployment import Definition, Instance
from cfngen.errors import CfngenError, problem
from cfngen.execution.events import (
    Event,
    Finished,
    InstanceResult,
    InstanceState,
    Joined,
    Noted,
    Progressed,
    Started,
    UnderWay,
)
from cfngen.execution.execute import FOLLOWED, Means, Numbered, execute, join
from cfngen.execution.failures import Failure
from cfngen.planning.operations import (
    Area,
    CreateInstances,
    DeleteInstances,
    DeleteStackSet,
    InstanceOperation,
    Plan,
    Preferences,
    Step,
    UploadTemplates,
)

PLACES = [Instance(str(number) * 12, "us-east-1") for number in range(1, 6)]
CREATES = tuple(CreateInstances("set", Area((place.account,), (place.region,)), {}) for place in PLACES)
SOFT = {"concurrency_mode": "SOFT_FAILURE_TOLERANCE"}


@dataclass
class Recorded:
    """A StackSets service in memory whose operations end at the second look."""

    failing: dict[Instance, str] = field(default_factory=dict)
    lagging: dict[Instance, InstanceState] = field(default_factory=dict)
    refusing: dict[Instance, str] = field(default_factory=dict)
    others: list[UnderWay] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    running: dict[str, InstanceOperation] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    followed: int = 0
    most: int = 0

    def upload(self, uploads: Sequence[Upload]) -> None:
        self.log.append(f"upload {len(uploads)}")

    def create(self, definition: Definition, url: str) -> None:
        self.log.append(f"create {definition.name}")

    def delete(self, name: str) -> None:
        self.log.append(f"delete {name}")

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        assert isinstance(operation, CreateInstances | DeleteInstances)
        refused = [self.refusing[place] for place in operation.area.instances if place in self.refusing]
        if refused:
            raise CfngenError(problem(refused[0]))
        self.running[operation_id] = operation
        self.log.append(f"start {operation.area.accounts[0]}")
        self.most = max(self.most, sum(self.looks.get(item, 0) < 2 for item in self.running))

    def places(self, operation_id: str) -> tuple[Instance, ...]:
        operation = self.running[operation_id]
        assert isinstance(operation, CreateInstances | DeleteInstances)
        return operation.area.instances

    def status(self, name: str, operation_id: str) -> str:
        self.looks[operation_id] = self.looks.get(operation_id, 0) + 1
        if self.looks[operation_id] < 2:
            return "RUNNING"
        failed = sum(place in self.failing for place in self.places(operation_id))
        return "FAILED" if failed > self.tolerance else "SUCCEEDED"

    tolerance: int = 0

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        self.read.append(operation_id)
        done = self.looks[operation_id] >= 2
        return tuple(
            self.result(place) if done else InstanceResult(place, "RUNNING") for place in self.places(operation_id)
        )

    def result(self, place: Instance) -> InstanceResult:
        reason = self.failing.get(place, "")
        return InstanceResult(place, "FAILED" if reason else "SUCCEEDED", reason)

    def under_way(self, name: str) -> tuple[UnderWay, ...]:
        return tuple(self.others)

    def states(self, name: str, operation_id: str) -> Mapping[Instance, InstanceState]:
        deleting = isinstance(self.running[operation_id], DeleteInstances)
        usual = (
            {} if deleting else {place: InstanceState("CURRENT", "SUCCEEDED") for place in self.places(operation_id)}
        )
        return {**usual, **{place: each for place, each in self.lagging.items() if place in self.places(operation_id)}}

    def failure(self, name: str, result: InstanceResult) -> Failure:
        self.followed += 1
        return Failure(result.reason, "Vpc", "AWS::EC2::VPC", "StackSet-set-1-Network-2", "network")


def plan_of(*waves: tuple, **preferences) -> Plan:
    return Plan((Step("foundation", "set", waves, 5),), Preferences(**preferences))


def run(plan: Plan, service: Recorded, **means) -> list[Event]:
    events: list[Event] = []
    execute(plan, Means(service, events.append, sleep=lambda _: None, **means))
    return events


def test_a_wave_starts_when_the_one_before_has_ended() -> None:
    service = Recorded()
    run(plan_of((UploadTemplates(()),), CREATES[:1], CREATES[1:2], (DeleteStackSet("set"),)), service)
    assert service.log == ["upload 0", f"start {PLACES[0].account}", f"start {PLACES[1].account}", "delete set"]
    assert service.most == 1


def test_a_waves_operations_run_side_by_side_up_to_the_concurrency() -> None:
    service = Recorded()
    run(plan_of(CREATES, max_concurrent_percentage=40, **SOFT), service)
    assert service.most == 2
    assert len(service.running) == 5


def test_strict_tolerance_holds_across_operations_as_it_does_within_one() -> None:
    service = Recorded()
    run(plan_of(CREATES, failure_tolerance_count=1), service)
    assert service.most == 2


def test_at_least_one_operation_runs_however_small_the_percentage() -> None:
    service = Recorded()
    run(plan_of(CREATES[:2], max_concurrent_percentage=1), service)
    assert (service.most, len(service.running)) == (1, 2)


def test_a_failure_beyond_the_tolerance_starts_nothing_more_and_names_instance_and_first_reason() -> None:
    service = Recorded({PLACES[0]: "no addresses"})
    with pytest.raises(CfngenError) as caught:
        run(plan_of(CREATES, CREATES, max_concurrent_percentage=20), service)
    assert len(service.running) == 1
    (found,) = caught.value.problems
    assert found.what == "stack StackSet-set-1-Network-2: network.Vpc (AWS::EC2::VPC): no addresses"
    assert found.where.path == f"foundation {PLACES[0]}"


def test_a_failure_within_the_tolerance_lets_the_rest_go_on_and_is_still_an_error() -> None:
    service = Recorded({PLACES[0]: "broken"}, tolerance=1)
    with pytest.raises(CfngenError, match="broken"):
        run(plan_of(CREATES[:2], CREATES[2:], failure_tolerance_count=1), service)
    assert len(service.running) == 5


def test_a_failed_canary_stops_everything_whatever_the_tolerance() -> None:
    service = Recorded({PLACES[0]: "broken"}, tolerance=1)
    with pytest.raises(CfngenError, match="broken"):
        run(plan_of(CREATES[:1], CREATES[1:], failure_tolerance_count=1), service)
    assert len(service.running) == 1


def test_an_operation_that_was_stopped_is_an_error_though_nothing_failed() -> None:
    class Stopped(Recorded):
        def status(self, name: str, operation_id: str) -> str:
            return "STOPPED" if super().status(name, operation_id) == "SUCCEEDED" else "RUNNING"

    with pytest.raises(CfngenError, match="ended as STOPPED"):
        run(plan_of(CREATES[:1], CREATES[1:]), Stopped())


def test_success_is_believed_only_when_the_instance_is_current() -> None:
    service = Recorded(lagging={PLACES[0]: InstanceState("OUTDATED", "PENDING")})
    with pytest.raises(CfngenError) as caught:
        run(plan_of(CREATES[:1]), service)
    assert "is OUTDATED PENDING" in caught.value.problems[0].what


def test_a_deleted_instance_must_be_gone() -> None:
    deletion = DeleteInstances("set", Area((PLACES[0].account,), ("us-east-1",)))
    with pytest.raises(CfngenError, match="still there"):
        run(plan_of((deletion,)), Recorded(lagging={PLACES[0]: InstanceState("CURRENT")}))
    run(plan_of((deletion,)), Recorded())


def test_an_instance_in_a_suspended_account_is_noted_and_no_failure() -> None:
    service = Recorded(lagging={PLACES[0]: InstanceState("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT")})
    events = run(plan_of(CREATES[:1]), service)
    assert [event.text for event in events if isinstance(event, Noted)] == [
        f"{PLACES[0]}: skipped, the account is suspended"
    ]


def test_a_stack_set_stays_when_an_instance_of_it_was_passed_over() -> None:
    deletion = DeleteInstances("set", Area((PLACES[0].account,), ("us-east-1",)))
    service = Recorded(lagging={PLACES[0]: InstanceState("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT")})
    events = run(plan_of((deletion,), (DeleteStackSet("set"),)), service)
    assert service.log == [f"start {PLACES[0].account}"]
    assert isinstance(events[-1], Noted)
    assert events[-1].text == "the stack set set stays: not all of its instances are gone"


def test_an_operation_of_somebody_else_stops_before_the_wave_and_is_named() -> None:
    other = UnderWay("set", "abc", "UPDATE", "RUNNING")
    service = Recorded(others=[other])
    with pytest.raises(CfngenError, match=r"operation abc \(UPDATE, RUNNING\) on set was started by somebody else"):
        run(plan_of(CREATES[:1]), service)
    assert service.log == []


def test_operations_are_written_down_before_they_begin() -> None:
    service, written, numbers = Recorded(), [], count(1)

    def journal(step: Step, numbered: Sequence[Numbered]) -> None:
        written.append((step.bundle, [item.operation_id for item in numbered], list(service.log)))

    run(plan_of(CREATES[:2], CREATES[2:3]), service, journal=journal, new_id=lambda: f"op{next(numbers)}")
    first, second = written
    assert first == ("foundation", ["op1", "op2"], [])
    assert second[1] == ["op3"]
    assert list(service.running) == ["op1", "op2", "op3"]


def test_a_step_is_checked_just_before_its_first_call_and_a_problem_stops_it() -> None:
    service = Recorded()

    def check(step: Step) -> None:
        assert service.log == []
        raise CfngenError(problem("somebody changed it"))

    with pytest.raises(CfngenError, match="somebody changed it"):
        run(plan_of((UploadTemplates(()),), CREATES), service, check=check)
    assert service.log == []


def test_what_runs_is_watched_to_its_end_when_a_later_operation_cannot_be_started() -> None:
    service = Recorded(refusing={PLACES[1]: "too many operations"})
    events: list[Event] = []
    means = Means(service, events.append, sleep=lambda _: None)
    with pytest.raises(CfngenError, match="too many operations"):
        execute(plan_of(CREATES, **SOFT), means)
    assert [event.status for event in events if isinstance(event, Finished)] == ["SUCCEEDED"]


def test_sequential_regions_are_taken_in_turn_across_operations() -> None:
    areas = [Area((PLACES[n].account,), ("eu-west-1", "us-east-1")) for n in range(2)]
    wave = tuple(CreateInstances("set", area, {"N": str(n)}) for n, area in enumerate(areas))
    service = Recorded()
    run(plan_of(wave, region_concurrency="SEQUENTIAL", **SOFT), service)
    regions = [operation.area.regions for operation in service.running.values()]
    assert regions == [("eu-west-1",), ("eu-west-1",), ("us-east-1",), ("us-east-1",)]
    assert service.most == 2


def test_every_change_of_an_instance_is_reported_once() -> None:
    events = run(plan_of(CREATES[:1]), Recorded())
    assert [event.result.status for event in events if isinstance(event, Progressed)] == ["RUNNING", "SUCCEEDED"]
    assert sum(isinstance(event, Started) for event in events) == 1
    assert [event.status for event in events if isinstance(event, Finished)] == ["SUCCEEDED"]


def test_only_the_first_failures_of_many_are_followed_into_their_stacks() -> None:
    many = [Instance(f"{number:012d}", "us-east-1") for number in range(FOLLOWED + 5)]
    service = Recorded(dict.fromkeys(many, "no"))
    wave = (CreateInstances("set", Area(tuple(place.account for place in many), ("us-east-1",)), {}),)
    with pytest.raises(CfngenError) as caught:
        run(plan_of(wave), service)
    assert service.followed == FOLLOWED
    assert len(caught.value.problems) == len(many)


def test_waiting_uses_the_sleep_that_was_given() -> None:
    naps: list[float] = []
    execute(plan_of(CREATES[:1]), Means(Recorded(), lambda event: None, sleep=naps.append, interval=7.0))
    assert naps == [7.0]


def test_joined_operations_are_watched_to_their_end() -> None:
    service, events = Recorded(), list[Event]()
    service.running["abc"] = CREATES[0]
    running = UnderWay("set", "abc", "CREATE", "RUNNING")
    (finished,) = join({"foundation": [running]}, {"abc": 1}, Means(service, events.append, sleep=lambda _: None))
    assert events[0] == Joined("foundation", running)
    assert (finished.status, finished.operation) == ("SUCCEEDED", None)
    assert service.log == []
