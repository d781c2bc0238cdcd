"""Carry out a plan: waves of operations, watched to their end, instance by instance.

Knows AWS only through the `StackSets` protocol, and time only through `sleep`. There is no local
state: interrupted at any point, planning and executing again finishes the work.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ..artifacts import Upload
from ..deployment import Definition, Instance
from ..errors import CfngenError, Problem, problem
from ..planning.operations import (
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    InstanceOperation,
    Operation,
    Plan,
    Preferences,
    Step,
    UploadTemplates,
    Wave,
)
from .events import SUSPENDED, Begun, Finished, InstanceResult, InstanceState, Joined, Noted, Report, Started, UnderWay
from .failures import Failure, summarized
from .lanes import counted, fits, halted, in_turn, places
from .watch import Task, Watch, Watched

RETRY = "mend the cause and run the same command again: only what is not current is retried"
FOLLOWED = 20
"""Failures of an operation that are followed into their stacks; of any others AWS's summary is told."""


class StackSets(Watched, Protocol):
    """What executing needs of AWS; `cfngen.aws.stacksets` is the one implementation."""

    def upload(self, uploads: Sequence[Upload]) -> None:
        """Put templates into the bucket."""

    def create(self, definition: Definition, url: str) -> None:
        """Create an empty stack set."""

    def delete(self, name: str) -> None:
        """Delete a stack set without instances."""

    def start(self, operation: InstanceOperation, operation_id: str, preferences: Preferences) -> None:
        """Begin an operation, which goes on at AWS whatever happens here; beginning it twice begins it once."""

    def under_way(self, name: str) -> tuple[UnderWay, ...]:
        """Return the operations that AWS is busy with on a stack set; none if there is no such stack set."""

    def states(self, name: str, operation_id: str) -> Mapping[Instance, InstanceState]:
        """Return the instances whose latest operation is this one, as they are now."""

    def failure(self, name: str, result: InstanceResult) -> Failure:
        """Follow an instance's failure to the first resource that failed."""


class Numbered(NamedTuple):
    """An operation with the id that it will have at AWS."""

    operation_id: str
    operation: InstanceOperation


Journal = Callable[[Step, Sequence[Numbered]], None]
"""Told of operations before they are handed to AWS, so that a killed run leaves no operation unknown."""


def no_journal(step: Step, operations: Sequence[Numbered]) -> None:
    """Write down nothing."""


def no_check(step: Step) -> Step:
    """Let every step go ahead as it was planned."""
    return step


@dataclass(frozen=True)
class Means:
    """With what a plan is carried out: who does it, who is told, and how time passes."""

    stacksets: StackSets
    report: Report
    journal: Journal = no_journal
    check: Callable[[Step], Step] = no_check
    """Called just before a step's first call that changes anything; returns it with what is known only then, or
    raises `CfngenError` to stop there."""
    sleep: Callable[[float], None] = time.sleep
    interval: float = 5.0
    """Seconds between two looks at AWS."""
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))


def execute(plan: Plan, means: Means) -> tuple[Finished, ...]:
    """Carry out every step in order; raises `CfngenError` with each instance that failed.

    Failures within the tolerance let the later waves go on and are raised at the end.
    """
    finished: list[Finished] = []
    problems: list[Problem] = []
    own: set[str] = set()
    for planned in plan.steps:
        step = planned
        if planned.operations:
            means.report(Begun(planned.bundle, len(planned.operations)))
            step = means.check(planned)
        remains = False
        for wave in step.waves:
            if remains and any(isinstance(item, DeleteStackSet) for item in wave):
                means.report(Noted(step.bundle, f"the stack set {step.name} stays: not all of its instances are gone"))
                break
            _require_alone(means, step, own)
            outcome = _run(wave, step, plan.preferences, means, own)
            finished += outcome.finished
            problems += outcome.problems
            remains = remains or outcome.skipped or bool(outcome.problems)
            if outcome.halted:
                raise CfngenError(*problems)
    if problems:
        raise CfngenError(*problems)
    return tuple(finished)


def join(operations: Mapping[str, Sequence[UnderWay]], sizes: Mapping[str, int], means: Means) -> list[Finished]:
    """Watch operations that run already, by bundle, to their end; `sizes` is how many instances each id has."""
    watch = Watch(means.stacksets, means.report)
    for bundle, running in operations.items():
        for item in running:
            means.report(Joined(bundle, item))
            watch.add(Task(bundle, item.stack_set, item.id, None, sizes.get(item.id, 0)))
    finished = watch.look() if watch.tasks else []
    while watch.tasks:
        means.sleep(means.interval)
        finished += watch.look()
    return finished


class _Outcome(NamedTuple):
    finished: list[Finished]
    problems: list[Problem]
    halted: bool
    skipped: bool = False
    """Whether instances were passed over because their accounts are suspended."""


def _run(wave: Wave, step: Step, preferences: Preferences, means: Means, own: set[str]) -> _Outcome:
    """Do what needs no watching, then the rest in groups; stop after the group that fails beyond the tolerance."""
    left = [item for operation in wave if (item := _at_once(operation, step, means))]
    done = _Outcome([], [], halted=False)
    for group in in_turn(left, preferences):
        numbered = [Numbered(means.new_id(), operation) for operation in group]
        means.journal(step, numbered)
        own.update(item.operation_id for item in numbered)
        outcome = _Group(step, preferences, means, Watch(means.stacksets, means.report)).run(numbered)
        done = _Outcome(
            [*done.finished, *outcome.finished],
            [*done.problems, *outcome.problems],
            outcome.halted,
            done.skipped or outcome.skipped,
        )
        if done.halted:
            break
    return done


def _at_once(operation: Operation, step: Step, means: Means) -> InstanceOperation | None:
    """Do what needs no watching; return the operation when it is one that does."""
    match operation:
        case UploadTemplates():
            means.stacksets.upload(operation.uploads)
        case CreateStackSet():
            means.stacksets.create(operation.definition, operation.url)
        case DeleteStackSet():
            means.stacksets.delete(operation.name)
        case _:
            return operation
    means.report(Started(step.bundle, operation))
    return None


@dataclass(frozen=True)
class _Group:
    """Operations that run side by side, as far as the preferences let them."""

    step: Step
    preferences: Preferences
    means: Means
    watch: Watch
    refused: list[Problem] = field(default_factory=list)
    skipped: list[Instance] = field(default_factory=list)

    def run(self, numbered: Sequence[Numbered]) -> _Outcome:
        """Start operations as there is room, watch them, start the next; stop starting after too many failures."""
        totals = counted(item.operation for item in numbered)
        waiting, finished = list(numbered), list[Finished]()
        while waiting or self.watch.tasks:
            self._start(waiting, totals, _failed(finished))
            finished += self.watch.look()
            if self.refused or self._halted(finished, totals):
                waiting.clear()
            if self.watch.tasks:
                self.means.sleep(self.means.interval)
        problems = [*self.refused, *(found for item in finished for found in self._verified(item))]
        halts = bool(self.refused) or self._halted(finished, totals)
        return _Outcome(finished, problems, halts, bool(self.skipped))

    def _start(self, waiting: list[Numbered], totals: Mapping[str, int], failed: Mapping[str, int]) -> None:
        for item in list(waiting):
            running = [task.operation for task in self.watch.tasks.values() if task.operation]
            if not fits(item.operation, running, totals, failed, self.preferences):
                continue
            waiting.remove(item)
            try:
                self.means.stacksets.start(item.operation, item.operation_id, self.preferences)
            except CfngenError as error:
                self.refused.extend(error.problems)  # those that run already are still watched to their end
                return
            self.means.report(Started(self.step.bundle, item.operation, item.operation_id))
            size = len(places(item.operation))
            self.watch.add(Task(self.step.bundle, self.step.name, item.operation_id, item.operation, size))

    def _halted(self, finished: Sequence[Finished], totals: Mapping[str, int]) -> bool:
        stopped = any(item.status != "SUCCEEDED" for item in finished)
        return stopped or halted(totals, _failed(finished), self.preferences)

    def _verified(self, item: Finished) -> Iterator[Problem]:
        """Say what failed and why, and look at each instance again: a result is not yet a state."""
        for number, result in enumerate(item.failures):
            follow = number < FOLLOWED
            failure = self.means.stacksets.failure(self.step.name, result) if follow else summarized(result.reason)
            yield problem(str(failure), where=f"{item.bundle} {result.instance}", hint=RETRY)
        if item.status != "SUCCEEDED" and not item.failures:
            yield problem(f"operation {item.operation_id} ended as {item.status}", where=item.bundle, hint=RETRY)
        states = self.means.stacksets.states(self.step.name, item.operation_id)
        skipped = [place for place, state in states.items() if state.detailed == SUSPENDED]
        self.skipped.extend(skipped)
        for place in skipped:
            self.means.report(Noted(item.bundle, f"{place}: skipped, the account is suspended"))
        if isinstance(item.operation, DeleteInstances):
            done = {result.instance for result in item.results if result.status == "SUCCEEDED"} & states.keys()
            left = [(place, "still there") for place in sorted(done - set(skipped))]
        else:
            left = [(place, _shown(state)) for place, state in states.items() if _lags(place, state, item)]
        for place, state in left:
            yield problem(f"said to have succeeded, and is {state}", where=f"{item.bundle} {place}", hint=RETRY)


def _lags(place: Instance, state: InstanceState, item: Finished) -> bool:
    if state.detailed == SUSPENDED or state.status == "CURRENT":
        return False
    return any(result.instance == place and result.status == "SUCCEEDED" for result in item.results)


def _shown(state: InstanceState) -> str:
    return f"{state.status} {state.detailed}".strip()


def _failed(finished: Sequence[Finished]) -> Counter[str]:
    return Counter(result.instance.region for item in finished for result in item.failures)


def _require_alone(means: Means, step: Step, own: set[str]) -> None:
    """Raise if somebody else's operation runs: managed execution would queue ours silently behind it.

    A detection of drift changes nothing, so its end is waited for.
    """
    while others := [item for item in means.stacksets.under_way(step.name) if item.id not in own]:
        if all(item.action == "DETECT_DRIFT" for item in others):
            join({step.bundle: others}, {}, means)
            continue
        hint = "wait for it (`cfngen status ENV --watch`), then run the same command again: what is done stays done"
        raise CfngenError(
            *(problem(f"{item} was started by somebody else", where=step.bundle, hint=hint) for item in others)
        )
