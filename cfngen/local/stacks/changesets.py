"""CloudFormation's actions about change sets: what a create or update would do, described before it is done."""

from __future__ import annotations

import re
from typing import Any

from ..query import ApiError
from .actions import checked_name
from .call import Call, stack_of, wanted_of_call
from .descriptions import parameter_pairs, tag_pairs
from .design import design
from .engine import UPDATABLE, carry_out, new_stack, start_create, start_update
from .filling import discard, fill
from .refusal import invalid, unavailable
from .rollout import Rollout
from .store import ChangeSet, Settings, Stack, set_status


def create_change_set(call: Call) -> dict[str, Any]:
    """Answer CreateChangeSet: it returns at once, and the changes are found beside the caller."""
    kind = call.params.get("ChangeSetType", "UPDATE")
    if kind not in ("CREATE", "UPDATE"):
        raise unavailable(f"Change sets of type {kind} are")
    stack = _target(call, kind)
    name, token = call.params["ChangeSetName"], call.engine.world.token()
    if any(each.name == name for each in stack.change_sets.values()):
        raise ApiError("AlreadyExistsException", f"ChangeSet {name} already exists")
    wanted = stack.wanted if stack.id not in call.engine.store.stacks else wanted_of_call(call, stack)
    change_set = ChangeSet(
        id=f"arn:aws:cloudformation:{call.region}:{call.account}:changeSet/{name}/{token}",
        name=name,
        created=call.engine.world.now(),
        wanted=wanted,
        kind=kind,
        description=call.params.get("Description", ""),
        with_children=bool(call.params.get("IncludeNestedStacks")),
    )
    plan = design(call.engine.world, stack, wanted)
    if stack.id not in call.engine.store.stacks:
        call.engine.store.add(stack)
        set_status(stack, call.engine.world, "REVIEW_IN_PROGRESS", "User Initiated")
    stack.change_sets[change_set.id] = change_set
    call.engine.world.spawn(lambda: fill(call.engine, stack, change_set, plan))
    return {"Id": change_set.id, "StackId": stack.id}


def describe_change_set(call: Call) -> dict[str, Any]:
    """Answer DescribeChangeSet."""
    stack, change_set = _find(call)
    valued = call.params.get("IncludePropertyValues")
    return {
        "ChangeSetName": change_set.name,
        "ChangeSetId": change_set.id,
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": change_set.description or None,
        "Parameters": parameter_pairs(change_set.wanted.parameters.items()),
        "CreationTime": change_set.created,
        "ExecutionStatus": change_set.execution,
        "Status": change_set.status,
        "StatusReason": change_set.reason or None,
        "NotificationARNs": list(stack.settings.notification_arns),
        "RollbackConfiguration": {},
        "Capabilities": list(change_set.wanted.capabilities),
        "Tags": tag_pairs(change_set.wanted.tags.items()),
        "Changes": list(change_set.valued if valued else change_set.changes),
        "IncludeNestedStacks": change_set.with_children,
        "ParentChangeSetId": change_set.parent_id or None,
        "RootChangeSetId": change_set.root_id or None,
    }


def list_change_sets(call: Call) -> dict[str, Any]:
    """Answer ListChangeSets."""
    stack = stack_of(call, "Stack [{}] does not exist")
    return {"Summaries": [_summary(stack, each) for each in dict(stack.change_sets).values()]}


def delete_change_set(call: Call) -> dict[str, Any]:
    """Answer DeleteChangeSet; one that does not exist is deleted already."""
    try:
        stack, change_set = _find(call)
    except ApiError as error:
        if error.code == "ChangeSetNotFoundException":
            return {}
        raise
    discard(call.engine, change_set)
    stack.change_sets.pop(change_set.id, None)
    return {}


def execute_change_set(call: Call) -> dict[str, Any]:
    """Answer ExecuteChangeSet: the change is made beside the caller, and the stack's other change sets are obsolete."""
    stack, change_set = _find(call)
    if change_set.parent_id:
        root = change_set.root_id
        raise invalid(f"ChangeSet [{change_set.id}] is nested; execute the root change set [{root}] instead.")
    if change_set.execution != "AVAILABLE":
        message = f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{change_set.status}]"
        raise ApiError("InvalidChangeSetStatus", message)
    if change_set.kind == "CREATE":
        stack.wanted = change_set.wanted
        rollout = start_create(call.engine, stack)
    else:
        rollout = start_update(call.engine, stack, change_set.wanted)
    for other in stack.change_sets.values():
        other.execution = "OBSOLETE"
    discard(call.engine, change_set)
    change_set.execution = "EXECUTE_IN_PROGRESS"
    call.engine.world.spawn(lambda: _execute(rollout, change_set))
    return {}


def _execute(rollout: Rollout, change_set: ChangeSet) -> None:
    carry_out(rollout)
    done = rollout.stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    change_set.execution = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"


def _target(call: Call, kind: str) -> Stack:
    """Return the stack that a change set is for; a new one, in no store yet, for a create."""
    name = str(call.params.get("StackName", ""))
    found = call.engine.store.find(call.account, call.region, name)
    if kind == "UPDATE":
        if found is None or found.status == "REVIEW_IN_PROGRESS":
            raise invalid(f"Stack [{name}] does not exist")
        if found.status not in UPDATABLE:
            raise invalid(f"Stack:{found.id} is in {found.status} state and can not be updated.")
        return found
    if found is None:
        settings = Settings(notification_arns=tuple(call.params.get("NotificationARNs") or ()))
        return new_stack(call.engine, call.place, checked_name(call), wanted_of_call(call), settings)
    if found.status != "REVIEW_IN_PROGRESS":
        change_set = call.params["ChangeSetName"]
        raise invalid(f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}].")
    return found


def _find(call: Call) -> tuple[Stack, ChangeSet]:
    wanted = str(call.params["ChangeSetName"])
    if re.match("arn:", wanted):
        stacks = call.engine.store.of(call.account, call.region)
    else:
        stacks = [stack_of(call, "Stack [{}] does not exist")]
    for stack in stacks:
        for change_set in dict(stack.change_sets).values():
            if wanted in (change_set.id, change_set.name):
                return stack, change_set
    raise ApiError("ChangeSetNotFoundException", f"ChangeSet [{wanted}] does not exist", 404)


def _summary(stack: Stack, change_set: ChangeSet) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": change_set.id,
        "ChangeSetName": change_set.name,
        "ExecutionStatus": change_set.execution,
        "Status": change_set.status,
        "StatusReason": change_set.reason or None,
        "CreationTime": change_set.created,
        "Description": change_set.description or None,
        "IncludeNestedStacks": change_set.with_children,
    }
