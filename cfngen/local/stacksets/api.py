"""The StackSets actions of CloudFormation's API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..query import ApiError
from . import answers, instances, sets
from .engine import Engine
from .model import Home
from .pages import page
from .requests import new_operation, require_self_managed
from .store import Record

Handler = Callable[[Engine, Home, Mapping[str, Any]], Mapping[str, Any]]


def answer(engine: Engine, home: Home, action: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Carry out one of `ACTIONS` for a caller in `home`; raises `ApiError`, as AWS would answer."""
    return ACTIONS[action](engine, home, params)


def describe_operation(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell of one operation."""
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        operation = record.operation(params["OperationId"])
        return {"StackSetOperation": answers.operation_details(operation, record)}


def list_operations(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """List operations, the latest first."""
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        newest = _newest_first(record)
        shown = ((key, answers.operation_summary(each, record.results[each.id])) for key, each in newest)
        summaries, token = page(shown, params)
    return {"Summaries": summaries, "NextToken": token}


def list_results(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """List what an operation did to each instance, by account and region."""
    wanted = {each["Values"] for each in params.get("Filters", ())}
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        results = record.results[record.operation(params["OperationId"]).id]
        told = [(target, each) for target, each in results.items() if not wanted or each.status in wanted]
        rows, token = page(((f"{target.account}/{target.region}", (target, each)) for target, each in told), params)
    return {"Summaries": [answers.result(*row) for row in rows], "NextToken": token}


def stop_operation(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Cancel what an operation has not started, and let it finish what it has."""
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        operation = record.operation(params["OperationId"])
        if not operation.active:
            why = f"Operation {operation.id} is {operation.status} and cannot be stopped"
            raise ApiError("InvalidOperationException", why)
        engine.runner.stop(record, operation)
    return {}


def detect_drift(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compare every instance's stack with what it should be."""
    require_self_managed(params)
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        operation = new_operation(engine, "DETECT_DRIFT", params)
        engine.runner.submit(record, operation)
    return {"OperationId": operation.id}


def _newest_first(record: Record) -> list[tuple[str, Any]]:
    return [(f"{10**12 - number:012d}", each) for number, each in enumerate(record.operations.values(), 1)]


ACTIONS: Mapping[str, Handler] = {
    "CreateStackSet": sets.create_stack_set,
    "UpdateStackSet": sets.update_stack_set,
    "DeleteStackSet": sets.delete_stack_set,
    "DescribeStackSet": sets.describe_stack_set,
    "ListStackSets": sets.list_stack_sets,
    "CreateStackInstances": instances.create_stack_instances,
    "UpdateStackInstances": instances.update_stack_instances,
    "DeleteStackInstances": instances.delete_stack_instances,
    "ListStackInstances": instances.list_stack_instances,
    "DescribeStackInstance": instances.describe_stack_instance,
    "DescribeStackSetOperation": describe_operation,
    "ListStackSetOperations": list_operations,
    "ListStackSetOperationResults": list_results,
    "StopStackSetOperation": stop_operation,
    "DetectStackSetDrift": detect_drift,
}
