"""What an operation does to one instance: check what could hinder it, then call the backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from .backend import Backend, StackFailed
from .model import NO_UPDATES, Instance, InstanceStatus, Operation, Result, StackSet, Target

LONGEST_STACK_NAME = 128


@dataclass(frozen=True)
class Ports:
    """What the engine needs from outside."""

    backend: Backend
    role_problem: Callable[[str, str, str, str], str]
    """(account, region, execution role, administration role ARN) → why nothing can be done there, in AWS's words."""
    fetch_template: Callable[[str, str, str], str]
    """(account, region, template URL) → the template's text, as the admin account sees it; raises `ApiError`."""
    stack_drift: Callable[[str, str, str], str]
    """(account, region, stack id) → DRIFTED or IN_SYNC; raises `StackFailed`."""
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


@dataclass(frozen=True)
class Job:
    """One instance's part of an operation, as things are when it starts."""

    stack_set: StackSet
    operation: Operation
    instance: Instance
    number: int = 1
    """Which one it is of those that the operation starts, from 1."""

    @property
    def target(self) -> Target:
        """Where the instance is."""
        return self.instance.target


@dataclass(frozen=True)
class Outcome:
    """What became of an instance, None if it is gone, and how the operation tells it."""

    instance: Instance | None
    result: Result


def perform(job: Job, ports: Ports) -> Outcome:
    """Create, update, delete or check one stack; blocks until that is done, and never raises `StackFailed`."""
    try:
        if job.operation.retain:
            return _forget(job, ports)
        problem = _role_problem(job, ports)
        return failed(job, problem) if problem else _act(job, ports)
    except StackFailed as failure:
        return broken(job, failure.reason)


def failed(job: Job, reason: str) -> Outcome:
    """Return the outcome of an instance that could not be acted on."""
    if job.operation.action == "DETECT_DRIFT":
        return Outcome(job.instance, Result("FAILED", reason))
    status: InstanceStatus = "INOPERABLE" if job.instance.status == "INOPERABLE" else "OUTDATED"
    return Outcome(replace(job.instance, status=status, detailed="FAILED", reason=reason), Result("FAILED", reason))


def broken(job: Job, reason: str) -> Outcome:
    """Return the outcome of a stack that was acted on and failed: a deletion leaves it inoperable."""
    outcome = failed(job, reason)
    if job.operation.action != "DELETE":
        return outcome
    instance = replace(job.instance, status="INOPERABLE", detailed="INOPERABLE", reason=reason)
    return replace(outcome, instance=instance)


def suspended(job: Job) -> Outcome:
    """Return the outcome of an instance in a suspended account: skipped, which is not a failure."""
    reason = "ACCOUNT_SUSPENDED"
    instance = replace(job.instance, detailed="SKIPPED_SUSPENDED_ACCOUNT", reason=reason)
    return Outcome(instance, Result("SUCCEEDED", reason, skipped=True))


def cancelled(instance: Instance, operation: Operation, reason: str) -> Outcome:
    """Return the outcome of an instance that the operation did not come to."""
    result = Result("CANCELLED", reason)
    if operation.action == "DETECT_DRIFT":
        return Outcome(instance, result)
    status = instance.status if operation.action == "DELETE" else "OUTDATED"
    return Outcome(replace(instance, status=status, detailed="CANCELLED", reason=reason), result)


def _role_problem(job: Job, ports: Ports) -> str:
    definition, administration = job.stack_set.definition, job.stack_set.administration_role_arn
    return ports.role_problem(job.target.account, job.target.region, definition.execution_role, administration)


def _act(job: Job, ports: Ports) -> Outcome:
    match job.operation.action:
        case "DELETE":
            return _delete(job, ports)
        case "DETECT_DRIFT":
            return _detect_drift(job, ports)
        case _:
            return _deploy(job, ports)


def _deploy(job: Job, ports: Ports) -> Outcome:
    if job.instance.status == "INOPERABLE":
        outcome = failed(job, f"Stack {job.instance.stack_id} is inoperable")
        return replace(outcome, instance=replace(job.instance, detailed="INOPERABLE"))
    try:
        stack_id = _update(job, ports) if job.instance.created else _create(job, ports)
    except StackFailed as failure:
        if failure.reason == NO_UPDATES:
            return _deployed(job, job.instance.stack_id, NO_UPDATES)
        outcome = failed(job, failure.reason)
        kept = failure.stack_id or (job.instance.stack_id if job.instance.created else "")
        return replace(outcome, instance=replace(outcome.instance or job.instance, stack_id=kept))
    return _deployed(job, stack_id)


def _deployed(job: Job, stack_id: str, reason: str = "") -> Outcome:
    names = frozenset(job.stack_set.definition.parameters)
    instance = replace(job.instance, stack_id=stack_id, created=True, parameters=names)
    return Outcome(replace(instance, status="CURRENT", detailed="SUCCEEDED", reason=""), Result("SUCCEEDED", reason))


def _values(job: Job) -> dict[str, str]:
    """Return the base values with the instance's overrides; one of a parameter that is gone has no effect."""
    base = job.stack_set.definition.parameters
    return {name: job.instance.overrides.get(name, value) for name, value in base.items()}


def _create(job: Job, ports: Ports) -> str:
    account, region = job.target.account, job.target.region
    _clear(job, ports)
    definition, suffix = job.stack_set.definition, f"-{ports.new_id()}"
    name = f"StackSet-{job.stack_set.name}"[: LONGEST_STACK_NAME - len(suffix)] + suffix
    template, tags, capabilities = definition.template, definition.tags, definition.capabilities
    return ports.backend.create_stack(account, region, name, template, _values(job), tags, capabilities)


def _clear(job: Job, ports: Ports) -> None:
    """Remove the stack that a failed creation left behind, rolled back: it cannot be updated."""
    left = job.instance.stack_id
    try:
        if left:
            ports.backend.delete_stack(job.target.account, job.target.region, left, retain=False)
    except StackFailed as failure:
        raise StackFailed(failure.reason, left) from failure


def _update(job: Job, ports: Ports) -> str:
    definition, stack_id = job.stack_set.definition, job.instance.stack_id
    template, tags, capabilities = definition.template, definition.tags, definition.capabilities
    where = (job.target.account, job.target.region, stack_id)
    ports.backend.update_stack(*where, template, _values(job), tags, capabilities)
    return stack_id


def _delete(job: Job, ports: Ports) -> Outcome:
    if job.instance.stack_id:
        ports.backend.delete_stack(job.target.account, job.target.region, job.instance.stack_id, retain=False)
    return Outcome(None, Result("SUCCEEDED"))


def _forget(job: Job, ports: Ports) -> Outcome:
    """Take an instance out and leave its stack; needs no access to its account, which may be closed."""
    if job.instance.stack_id:
        ports.backend.delete_stack(job.target.account, job.target.region, job.instance.stack_id, retain=True)
    return Outcome(None, Result("SUCCEEDED"))


def _detect_drift(job: Job, ports: Ports) -> Outcome:
    if not job.instance.created:
        return failed(job, "There is no stack to check")
    drift = ports.stack_drift(job.target.account, job.target.region, job.instance.stack_id)
    return Outcome(replace(job.instance, drift=drift, drift_checked=ports.clock()), Result("SUCCEEDED"))
