"""The actions on stack instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..query import ApiError
from . import answers
from .definitions import overrides_of
from .engine import Engine
from .model import Home, Instance, Target
from .pages import page
from .requests import new_operation, require_self_managed, targets


def create_stack_instances(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Create instances in accounts × regions; those that exist are updated."""
    require_self_managed(params)
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        overrides = overrides_of(params, record.stack_set.definition)
        operation = new_operation(engine, "CREATE", params, targets=targets(params), overrides=overrides)
        engine.runner.submit(record, operation)
    return {"OperationId": operation.id}


def update_stack_instances(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change the overrides of existing instances, and bring them up to date."""
    require_self_managed(params)
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        overrides = overrides_of(params, record.stack_set.definition)
        chosen = targets(params)
        for target in chosen:
            _require_deployed(record.instance(target), overrides or {})
        operation = new_operation(engine, "UPDATE", params, targets=chosen, overrides=overrides)
        engine.runner.submit(record, operation)
    return {"OperationId": operation.id}


def delete_stack_instances(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Delete those of accounts × regions that exist."""
    require_self_managed(params)
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        what = {"targets": targets(params), "retain": params["RetainStacks"]}
        operation = new_operation(engine, "DELETE", params, **what)
        engine.runner.submit(record, operation)
    return {"OperationId": operation.id}


def list_stack_instances(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """List instances by account and region, without their overrides."""
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        chosen = [each for each in record.instances.values() if _listed(each, params)]
        rows = ((f"{each.target.account}/{each.target.region}", each) for each in chosen)
        instances, token = page(rows, params)
    summaries = [answers.instance_summary(each, record.stack_set) for each in instances]
    return {"Summaries": summaries, "NextToken": token}


def describe_stack_instance(engine: Engine, home: Home, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell of one instance, overrides included."""
    with engine.store.lock:
        record = engine.store.find(home, params["StackSetName"])
        instance = record.instance(Target(params["StackInstanceAccount"], params["StackInstanceRegion"]))
        return {"StackInstance": answers.instance_details(instance, record.stack_set)}


def _require_deployed(instance: Instance, overrides: Mapping[str, str | None]) -> None:
    """Refuse to override a parameter that the instance's stack does not have yet."""
    new = [name for name in overrides if instance.created and name not in instance.parameters]
    if new:
        where = f"account {instance.target.account} and region {instance.target.region}"
        why = f"The stack instance with {where} has not been updated with the parameters: [{', '.join(new)}]"
        hint = "use UpdateStackSet to update all stack instances before you override them"
        raise ApiError("InvalidOperationException", f"{why}; {hint}")


def _listed(instance: Instance, params: Mapping[str, Any]) -> bool:
    target = instance.target
    return (
        params.get("StackInstanceAccount", target.account) == target.account
        and params.get("StackInstanceRegion", target.region) == target.region
        and all(_FILTERED[each["Name"]](instance) == each["Values"] for each in params.get("Filters", ()))
    )


_FILTERED: Mapping[str, Callable[[Instance], str]] = {
    "DETAILED_STATUS": lambda instance: instance.detailed,
    "LAST_OPERATION_ID": lambda instance: instance.last_operation,
    "DRIFT_STATUS": lambda instance: instance.drift,
}
