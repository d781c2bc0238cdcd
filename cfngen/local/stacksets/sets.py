"""The actions on stack sets themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..query import ApiError
from ..stacks.refusal import invalid
from . import answers
from .definitions import Declared, define
from .engine import Engine
from .model import Home, StackSet
from .operations import in_progress
from .pages import page
from .requests import new_operation, require_self_managed, targets
from .store import Record


def create_stack_set(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Create an empty stack set."""
    require_self_managed(params)
    _require_name(params["StackSetName"])
    definition, declared = define(params, partial(engine.ports.fetch_template, home.account, home.region))
    _require_local_model(params, declared)
    name = params["StackSetName"]
    created = StackSet(
        home=home,
        name=name,
        id=f"{name}:{engine.ports.new_id()}",
        definition=definition,
        token=params.get("ClientRequestToken", ""),
        description=params.get("Description", ""),
        managed_execution=params.get("ManagedExecution", {}).get("Active", False),
    )
    with engine.store.lock:
        return {"StackSetId": engine.store.add(created).stack_set.id}


def update_stack_set(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change a stack set, and all or some of its instances."""
    require_self_managed(params)
    present = engine.store.find(home, params["StackSetName"])
    previous = present.stack_set.definition
    definition, declared = define(params, partial(engine.ports.fetch_template, home.account, home.region), previous)
    _require_local_model(params, declared)
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        chosen = targets(params) if "Accounts" in params or "Regions" in params else None
        for target in chosen or ():
            record.instance(target)
        changed = _described(record, params)
        operation = new_operation(engine, "UPDATE", params, targets=chosen, definition=definition)
        engine.runner.submit(record, operation)
        record.stack_set = replace(
            record.stack_set, description=changed.description, managed_execution=changed.managed_execution
        )
    return {"OperationId": operation.id}


def delete_stack_set(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Delete a stack set that has no instances; one that is not there is deleted already."""
    with engine.store.lock:
        try:
            record = engine.store.find(home, params["StackSetName"])
        except ApiError:
            return {}
        if record.active:
            raise in_progress(record)
        if record.instances:
            raise ApiError("StackSetNotEmptyException", "StackSet is not empty", 409)
        engine.store.delete(record)
    return {}


def describe_stack_set(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell of one stack set."""
    with engine.store.lock:
        return {"StackSet": answers.stack_set(engine.store.find(home, params["StackSetName"]))}


def list_stack_sets(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """List the stack sets of a home, by name."""
    with engine.store.lock:
        records = engine.store.at(home, params.get("Status", "ACTIVE"))
        summaries, token = page(((record.stack_set.id, _summary(record)) for record in records), params)
    return {"Summaries": summaries, "NextToken": token}


def _summary(record: Record) -> dict[str, Any]:
    drift = {"DriftStatus": answers.drift_status(record), "LastDriftCheckTimestamp": record.stack_set.drift_checked}
    return answers.summary(record.stack_set) | drift


def _described(record: Record, params: Mapping[str, Any]) -> StackSet:
    present = record.stack_set
    managed = params.get("ManagedExecution", {}).get("Active", present.managed_execution)
    if managed != present.managed_execution and record.active:
        why = "The execution configuration can't be modified while there are running or queued operations"
        raise ApiError("InvalidOperationException", f"{why} for StackSet {present.name}")
    return replace(present, description=params.get("Description", present.description), managed_execution=managed)


def _require_name(name: str) -> None:
    ascii_only = name.isascii() and name.replace("-", "").isalnum()
    if not ascii_only or not name[0].isalpha() or len(name) > 128:
        constraint = "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]{0,127}"
        where = f"Value '{name}' at 'stackSetName' failed to satisfy constraint"
        raise invalid(f"1 validation error detected: {where}: {constraint}")


def _require_local_model(params: Mapping[str, Any], declared: Declared) -> None:
    if params.get("PermissionModel", "SELF_MANAGED") == "SELF_MANAGED":
        return
    if declared.nested:
        raise invalid("Stack sets with service-managed permissions can't deploy nested stacks")
    why = "The local AWS carries out self-managed stack sets only: specify PermissionModel SELF_MANAGED"
    raise ApiError("InvalidOperationException", why)
