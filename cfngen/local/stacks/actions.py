"""CloudFormation's actions that change stacks: they check, start the work beside the caller, and return at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from .call import Call, stack_of, wanted_of_call
from .engine import carry_out, carry_out_deletion, new_stack, start_create, start_delete, start_update
from .refusal import invalid
from .store import Settings

NAME = r"[a-zA-Z][-a-zA-Z0-9]*"


def create_stack(call: Call) -> dict[str, Any]:
    """Answer CreateStack."""
    name = checked_name(call)
    stack = new_stack(call.engine, call.place, name, wanted_of_call(call), _settings(call))
    rollout = start_create(call.engine, stack)
    call.engine.world.spawn(lambda: carry_out(rollout))
    return {"StackId": stack.id}


def update_stack(call: Call) -> dict[str, Any]:
    """Answer UpdateStack; raises AWS's `ValidationError` where nothing is to be done."""
    stack = stack_of(call, "Stack [{}] does not exist")
    rollout = start_update(call.engine, stack, wanted_of_call(call, stack))
    call.engine.world.spawn(lambda: carry_out(rollout))
    return {"StackId": stack.id}


def delete_stack(call: Call) -> dict[str, Any]:
    """Answer DeleteStack; a stack that does not exist is deleted already."""
    stack = call.engine.store.find(call.account, call.region, call.params["StackName"])
    retained = tuple(call.params.get("RetainResources") or ())
    if stack is not None and start_delete(call.engine, stack, retained):
        call.engine.world.spawn(lambda: carry_out_deletion(call.engine, stack, retained))
    return {}


def update_termination_protection(call: Call) -> dict[str, Any]:
    """Answer UpdateTerminationProtection."""
    stack = stack_of(call, "Stack [{}] does not exist")
    stack.settings = replace(stack.settings, protected=bool(call.params["EnableTerminationProtection"]))
    return {"StackId": stack.id}


def checked_name(call: Call) -> str:
    """Return the name for a new stack; raises AWS's `ValidationError` where it is none."""
    name = str(call.params.get("StackName", ""))
    rule = f"Member must satisfy regular expression pattern: {NAME}"
    if len(name) > 128:
        rule = "Member must have length less than or equal to 128"
    if len(name) > 128 or not re.fullmatch(NAME, name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: {rule}"
        )
    return name


def _settings(call: Call) -> Settings:
    params = call.params
    if "OnFailure" in params and "DisableRollback" in params:
        raise invalid("Either OnFailure or DisableRollback may be given, not both.")
    default = "DO_NOTHING" if params.get("DisableRollback") else "ROLLBACK"
    return Settings(
        on_failure=params.get("OnFailure", default),
        notification_arns=tuple(params.get("NotificationARNs") or ()),
        role_arn=params.get("RoleARN", ""),
        timeout=params.get("TimeoutInMinutes"),
        protected=bool(params.get("EnableTerminationProtection")),
    )
