"""What the actions on instances and operations have in common: targets, preferences, the new operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..query import ApiError
from ..stacks.refusal import invalid
from .engine import Engine
from .model import Action, Operation, Target


def targets(params: Mapping[str, Any]) -> tuple[Target, ...]:
    """Return accounts × regions of a request, each pair once; raises AWS's `ValidationError`."""
    accounts, regions = params.get("Accounts", ()), params.get("Regions", ())
    if not accounts:
        raise invalid("You must specify at least one value for either Accounts or DeploymentTargets")
    if not regions:
        raise invalid("You must specify at least one value for Regions")
    return tuple(dict.fromkeys(Target(account, region) for region in regions for account in accounts))


def new_operation(engine: Engine, action: Action, params: Mapping[str, Any], **what: Any) -> Operation:
    """Return the operation that a request starts, with its preferences checked."""
    preferences = params.get("OperationPreferences", {})
    for name in ("FailureTolerance", "MaxConcurrent"):
        if f"{name}Count" in preferences and f"{name}Percentage" in preferences:
            raise invalid(f"You can specify either {name}Count or {name}Percentage, but not both")
    identity = params.get("OperationId") or engine.ports.new_id()
    return replace(Operation(identity, action, engine.ports.clock(), preferences), **what)


def require_self_managed(params: Mapping[str, Any]) -> None:
    """Refuse what belongs to service-managed permissions, which the local AWS does not have."""
    if params.get("CallAs", "SELF") != "SELF":
        raise invalid("CallAs DELEGATED_ADMIN is valid only for service-managed permissions")
    for name in ("DeploymentTargets", "AutoDeployment"):
        if name in params and params.get("PermissionModel", "SELF_MANAGED") == "SELF_MANAGED":
            why = f"{name} is valid only for service-managed permissions"
            raise ApiError("ValidationError", f"{why}; for self-managed permissions specify Accounts and Regions")
