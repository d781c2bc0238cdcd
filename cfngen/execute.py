"""Carry out a plan: waves of operations, watched to their end, instance by instance.

Knows AWS only through the `StackSets` protocol, and time only through `sleep`. There is no local
state: interrupted at any point, planning and executing again finishes the work.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .artifacts import Upload
from .deployment import Definition, Instance
from .errors import CfngenError, Problem, problem
from .operations import (
    CreateStackSet,
    DeleteStackSet,
    InstanceOperation,
    Operation,
    Plan,
    Preferences,
    Step,
    UploadTemplates,
)

RUNNING = ("QUEUED", "RUNNING", "STOPPING")


class InstanceResult(NamedTuple):
    """What an operation did to one instance: PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED, and why."""

    instance: Instance
    status: str
    reason: str = ""


class StackSets(Protocol):
    """What executing needs of AWS; `cfngen.aws.stacksets` is the one implementation."""

    def upload(self, uploads: Sequence[Upload]) -> None:
        """Put templates into the bucket."""

    def create(self, definition: Definition, url: str) -> None:
        """Create an empty stack set."""

    def delete(self, name: str) -> None:
        """Delete a stack set without instances."""

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        """Begin an operation, which goes on at AWS whatever happens here."""

    def status(self, name: str, operation_id: str) -> str:
        """Return QUEUED, RUNNING, SUCCEEDED, FAILED, STOPPING or STOPPED."""

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        """Return what the operation did so far, instance by instance."""


@dataclass(frozen=True)
class Begun:
    """A bundle's step begins."""

    bundle: str
    operations: int


@dataclass(frozen=True)
class Started:
    """An operation was handed to AWS (or done at once); `operation_id` is empty when nothing is left to watch."""

    bundle: str
    operation: Operation
    operation_id: str = ""


@dataclass(frozen=True)
class Progressed:
    """An instance of an operation reached another status."""

    bundle: str
    result: InstanceResult


@dataclass(frozen=True)
class Finished:
    """An operation ended; `SUCCEEDED` may hide failures within the tolerance, so read the results."""

    bundle: str
    operation: Operation
    operation_id: str
    status: str
    results: tuple[InstanceResult, ...]

    @property
    def failures(self) -> tuple[InstanceResult, ...]:
        """The instances that failed."""
        return tuple(result for result in self.results if result.status == "FAILED")


Event = Begun | Started | Progressed | Finished
Report = Callable[[Event], None]


def execute(
    plan: Plan,
    stacksets: StackSets,
    report: Report,
    *,
    sleep: Callable[[float], None] = time.sleep,
    interval: float = 5.0,
) -> tuple[Finished, ...]:
    """Carry out every step in order; raises `CfngenError` with each instance that failed.

    `interval` is the pause between two looks at AWS, in seconds. Failures within the tolerance let the
    later waves go on and are raised at the end.
    """
    finished: list[Finished] = []
    for step in plan.steps:
        if step.operations:
            report(Begun(step.bundle, len(step.operations)))
        for wave in step.waves:
            finished += _Wave(step, plan.preferences, stacksets, report, sleep, interval).run(wave)
            _stop_beyond_tolerance(finished, plan.preferences)
    problems = list(_problems(finished))
    if problems:
        raise CfngenError(*problems)
    return tuple(finished)


@dataclass(frozen=True)
class _Wave:
    """What the functions of one wave share."""

    step: Step
    preferences: Preferences
    stacksets: StackSets
    report: Report
    sleep: Callable[[float], None]
    interval: float

    def run(self, wave: Sequence[Operation]) -> list[Finished]:
        """Start operations up to the concurrency, watch them, start the next; stop starting after too many failures."""
        waiting = [left for operation in wave if (left := self._at_once(operation))]
        lanes = max(1, len(waiting) * self.preferences.max_concurrent_percentage // 100)
        running: dict[str, InstanceOperation] = {}
        seen: dict[Instance, InstanceResult] = {}
        finished: list[Finished] = []
        while waiting or running:
            while waiting and len(running) < lanes:
                running |= self._start(waiting.pop(0))
            for done in list(self._look(running, seen)):
                del running[done.operation_id]
                finished.append(done)
                self.report(done)
            if _failed(finished) > self.preferences.failure_tolerance_count:
                waiting.clear()
            if running:
                self.sleep(self.interval)
        return finished

    def _at_once(self, operation: Operation) -> InstanceOperation | None:
        """Do what needs no watching; return the operation when it is one that does."""
        match operation:
            case UploadTemplates():
                self.stacksets.upload(operation.uploads)
            case CreateStackSet():
                self.stacksets.create(operation.definition, operation.url)
            case DeleteStackSet():
                self.stacksets.delete(operation.name)
            case _:
                return operation
        self.report(Started(self.step.bundle, operation))
        return None

    def _start(self, operation: InstanceOperation) -> dict[str, InstanceOperation]:
        operation_id = str(uuid.uuid4())
        self.stacksets.start(operation, operation_id, self.preferences)
        self.report(Started(self.step.bundle, operation, operation_id))
        return {operation_id: operation}

    def _look(self, running: dict[str, InstanceOperation], seen: dict[Instance, InstanceResult]) -> Iterator[Finished]:
        for operation_id, operation in running.items():
            status = self.stacksets.status(self.step.name, operation_id)
            results = self.stacksets.results(self.step.name, operation_id)
            for result in results:
                if seen.get(result.instance) != result:
                    seen[result.instance] = result
                    self.report(Progressed(self.step.bundle, result))
            if status not in RUNNING:
                yield Finished(self.step.bundle, operation, operation_id, status, results)


def _failed(finished: Sequence[Finished]) -> int:
    return sum(len(item.failures) or item.status != "SUCCEEDED" for item in finished)


def _stop_beyond_tolerance(finished: Sequence[Finished], preferences: Preferences) -> None:
    if _failed(finished) > preferences.failure_tolerance_count:
        raise CfngenError(*_problems(finished))


def _problems(finished: Sequence[Finished]) -> Iterator[Problem]:
    for item in finished:
        for result in item.failures:
            hint = "mend the cause and run `cfngen deploy` again: only what is not current is retried"
            yield problem(
                result.reason or "failed without a reason", where=f"{item.bundle} {result.instance}", hint=hint
            )
        if item.status != "SUCCEEDED" and not item.failures:
            yield problem(f"operation {item.operation_id} ended as {item.status}", where=item.bundle)
