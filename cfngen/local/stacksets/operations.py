"""Operations under way: queued, started, carried out in threads, stopped and ended.

Nothing waits here: each instance that ends starts what may start next (see `schedule`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Event, Thread

from ..faults import Faults, Stacks
from ..query import ApiError
from .model import Instance, Operation, OperationStatus, Result, Target, overridden
from .schedule import Schedule, schedule
from .store import Record, Store
from .work import Job, Outcome, Ports, broken, cancelled, failed, perform, suspended

TOLERANCE_EXCEEDED = "Cancelled since failure tolerance has exceeded"
STOPPED = "Cancelled since the operation was stopped"
INITIATED = "User Initiated"
ENDED = "The local AWS has ended"

_LOG = logging.getLogger(__name__)


class Runner:
    """Carries out the operations of every stack set."""

    def __init__(self, store: Store, ports: Ports, faults: Callable[[], Faults]) -> None:
        self._store = store
        self._ports = ports
        self._faults = faults
        self._hits: Counter[Stacks] = Counter()
        self._closed = Event()

    def submit(self, record: Record, operation: Operation) -> None:
        """Queue an operation and start it if nothing is in its way; raises AWS's errors."""
        with self._store.lock:
            if operation.id in record.operations:
                message = f"The specified operation ID already exists: {operation.id}"
                raise ApiError("OperationIdAlreadyExistsException", message, 409)
            if record.active and not record.stack_set.managed_execution:
                raise in_progress(record)
            record.operations[operation.id] = operation
            record.results[operation.id] = {}
            self._dispatch(record)

    def stop(self, record: Record, operation: Operation) -> None:
        """Start nothing more of an operation; what runs is waited for."""
        with self._store.lock:
            if operation.status == "QUEUED":
                self._close(record, operation.id, "STOPPED")
            else:
                record.operations[operation.id] = replace(operation, status="STOPPING")
                record.schedules[operation.id] = record.schedules[operation.id].stop()
                self._advance(record, operation.id)
            self._dispatch(record)

    def close(self, patience: float = 30) -> None:
        """Start no instance any more, let go of what hangs, and wait at most `patience` seconds for what runs."""
        self._closed.set()
        with self._store.lock:
            self._store.lock.wait_for(lambda: not self._store.busy, patience)

    def _dispatch(self, record: Record) -> None:
        """Start queued operations in request order, up to the first that conflicts with one under way."""
        while (operation := _next(record)) is not None:
            self._begin(record, operation)

    def _begin(self, record: Record, operation: Operation) -> None:
        if operation.definition is not None:
            _redefine(record, operation)
        targets = tuple(_participants(record, operation))
        for target in targets:
            record.instances[target] = _pending(record.instances.get(target, Instance(target)), operation)
        record.results[operation.id] = dict.fromkeys(targets, Result())
        record.operations[operation.id] = replace(operation, targets=targets, status="RUNNING")
        record.schedules[operation.id] = schedule(targets, operation.preferences)
        self._advance(record, operation.id)

    def _advance(self, record: Record, operation_id: str) -> None:
        """Start what may start now; when nothing runs any more, end the operation."""
        before = record.schedules[operation_id]
        current, due = before.start()
        record.schedules[operation_id] = current
        for number, target in enumerate(due, before.started + 1):
            self._start(record, operation_id, target, number)
        if current.halted:
            reason = STOPPED if current.stopped else TOLERANCE_EXCEEDED
            _cancel(record, operation_id, current.unstarted, reason)
        if current.finished:
            self._close(record, operation_id, _final(current))

    def _start(self, record: Record, operation_id: str, target: Target, number: int) -> None:
        record.results[operation_id][target] = Result("RUNNING", INITIATED)
        operation, instance = record.operations[operation_id], record.instances[target]
        if operation.action != "DETECT_DRIFT":
            instance = record.instances[target] = replace(instance, detailed="RUNNING", reason=INITIATED)
        job = Job(record.stack_set, operation, instance, number)
        Thread(target=self._carry_out, args=(record, job), name=f"{operation_id}-{number}", daemon=True).start()

    def _carry_out(self, record: Record, job: Job) -> None:
        try:
            outcome = self._outcome(job)
        except Exception as error:  # an operation must end, whatever is wrong with the simulation
            _LOG.exception("%s in %s failed", job.operation.action, job.target)
            outcome = failed(job, f"Internal failure: {type(error).__name__}: {error}")
        with self._store.lock:
            _settle(record, job.operation, job.target, outcome)
            is_failure = outcome.result.status == "FAILED"
            schedules = record.schedules
            schedules[job.operation.id] = schedules[job.operation.id].end(job.target, failed=is_failure)
            self._advance(record, job.operation.id)
            self._dispatch(record)

    def _outcome(self, job: Job) -> Outcome:
        """Return what becomes of an instance, faults included."""
        faults = self._faults()
        if self._closed.is_set():
            return failed(job, ENDED)
        if job.target.account in faults.suspend and not job.operation.retain:
            return suspended(job)
        while any(_matches(fault, job) for fault in self._faults().hang):
            if self._closed.wait(0.05):
                return failed(job, ENDED)
        fault = self._strike(job)
        if fault:
            return broken(job, fault.reason)
        if job.target.account in faults.remove_role and not job.operation.retain:
            return failed(job, missing_role(job))
        return perform(job, self._ports)

    def _strike(self, job: Job) -> Stacks | None:
        """Return the fault that fails an instance, if any, and count it."""
        with self._store.lock:
            for fault in self._faults().fail:
                if _matches(fault, job) and (not fault.times or self._hits[fault] < fault.times):
                    self._hits[fault] += 1
                    return fault
        return None

    def _close(self, record: Record, operation_id: str, status: OperationStatus) -> None:
        ended = self._ports.clock()
        record.operations[operation_id] = replace(record.operations[operation_id], status=status, ended=ended)
        record.schedules.pop(operation_id, None)
        if record.operations[operation_id].action == "DETECT_DRIFT" and status == "SUCCEEDED":
            record.stack_set = replace(record.stack_set, drift_checked=ended)
        self._store.lock.notify_all()


def in_progress(record: Record) -> ApiError:
    """Return AWS's error for a stack set that is busy."""
    message = f"Another Operation on StackSet {record.stack_set.arn} is in progress: {record.active[0].id}"
    return ApiError("OperationInProgressException", message, 409)


def missing_role(job: Job) -> str:
    """Return AWS's reason for an account without the execution role."""
    role, administration = job.stack_set.definition.execution_role, job.stack_set.administration_role_arn
    name = administration.rpartition("/")[2]
    return f"Account {job.target.account} should have '{role}' role with trust relationship to Role '{name}'."


def _matches(fault: Stacks, job: Job) -> bool:
    target = job.target
    return fault.matches(job.stack_set.name, target.account, target.region, job.operation.action, job.number)


def _next(record: Record) -> Operation | None:
    """Return the oldest queued operation, unless it conflicts with one under way."""
    queued = next((operation for operation in record.active if operation.status == "QUEUED"), None)
    under_way = (operation for operation in record.active if operation.status != "QUEUED")
    if queued is None or any(queued.conflicts(other) for other in under_way):
        return None
    return queued


def _final(ended: Schedule) -> OperationStatus:
    if ended.stopped:
        return "STOPPED"
    return "FAILED" if ended.exceeded else "SUCCEEDED"


def _redefine(record: Record, operation: Operation) -> None:
    """Give the stack set its new definition, which it keeps even if the operation fails."""
    definition = operation.definition or record.stack_set.definition
    if definition.changes_instances(record.stack_set.definition):
        for target, instance in record.instances.items():
            if instance.status == "CURRENT":
                record.instances[target] = replace(instance, status="OUTDATED", detailed="PENDING")
    record.stack_set = replace(record.stack_set, definition=definition)


def _participants(record: Record, operation: Operation) -> Iterable[Target]:
    if operation.action == "CREATE":
        return operation.targets or ()
    wanted = sorted(record.instances) if operation.targets is None else operation.targets
    present = [target for target in wanted if target in record.instances]
    if operation.definition is None:
        return present
    # AWS: stacks in this state are excluded from further UpdateStackSet operations
    return [target for target in present if record.instances[target].status != "INOPERABLE"]


def _pending(instance: Instance, operation: Operation) -> Instance:
    if operation.action == "DETECT_DRIFT":
        return replace(instance, last_operation=operation.id)
    overrides = overridden(instance.overrides, operation.overrides)
    pending = replace(instance, detailed="PENDING", reason="", last_operation=operation.id, overrides=overrides)
    return replace(pending, status="OUTDATED") if overrides != instance.overrides else pending


def _cancel(record: Record, operation_id: str, targets: Iterable[Target], reason: str) -> None:
    operation = record.operations[operation_id]
    for target in targets:
        if record.results[operation_id][target].status == "PENDING":
            _settle(record, operation, target, cancelled(record.instances[target], operation, reason))


def _settle(record: Record, operation: Operation, target: Target, outcome: Outcome) -> None:
    record.results[operation.id][target] = outcome.result
    if outcome.instance is None:
        record.instances.pop(target, None)
    else:
        record.instances[target] = outcome.instance
