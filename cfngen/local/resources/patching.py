"""Patch baselines, maintenance windows with their tasks, and associations. Nothing is ever patched or run.

Not represented: targets of windows, calendars, the default baseline, and output locations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import dropped_tags, gone, leave, new_tags, send, tag_list
from .handler import Handler, Made, Request


def _tag(r: Request, kind: str) -> None:
    ssm = r.clients("ssm")
    if dropped_tags(r):
        ssm.remove_tags_from_resource(ResourceType=kind, ResourceId=r.physical_id, TagKeys=dropped_tags(r))
    if new_tags(r):
        ssm.add_tags_to_resource(ResourceType=kind, ResourceId=r.physical_id, Tags=new_tags(r))


def _create_baseline(r: Request) -> Made:
    given, tags = {"OperatingSystem": "WINDOWS", **leave(r.properties, "Tags", "PatchGroups")}, tag_list(r.properties)
    made = send(r.clients("ssm").create_patch_baseline, given, Tags=tags)["BaselineId"]
    _set_groups(r, made)
    return Made(made, {"Id": made})


def _set_groups(r: Request, baseline: str) -> None:
    ssm = r.clients("ssm")
    old, new = (set(p.get("PatchGroups", ())) for p in (r.before, r.properties))
    for group in sorted(old - new):
        gone(ssm.deregister_patch_baseline_for_patch_group, BaselineId=baseline, PatchGroup=group)
    for group in sorted(new - old):
        ssm.register_patch_baseline_for_patch_group(BaselineId=baseline, PatchGroup=group)


def _update_baseline(r: Request) -> Made:
    given = leave(r.properties, "Tags", "PatchGroups")
    send(r.clients("ssm").update_patch_baseline, given, BaselineId=r.physical_id)
    _set_groups(r, r.physical_id)
    _tag(r, "PatchBaseline")
    return Made(r.physical_id, {"Id": r.physical_id})


def _delete_baseline(r: Request) -> None:
    """Delete a baseline once no patch group has it, as Systems Manager demands."""
    ssm = r.clients("ssm")
    for group in r.properties.get("PatchGroups", ()):
        gone(ssm.deregister_patch_baseline_for_patch_group, BaselineId=r.physical_id, PatchGroup=group)
    gone(ssm.delete_patch_baseline, BaselineId=r.physical_id)


def _create_window(r: Request) -> Made:
    given, tags = leave(r.properties, "Tags"), tag_list(r.properties)
    made = send(r.clients("ssm").create_maintenance_window, given, Tags=tags)["WindowId"]
    return Made(made, {"WindowId": made})


def _update_window(r: Request) -> Made:
    send(r.clients("ssm").update_maintenance_window, leave(r.properties, "Tags"), WindowId=r.physical_id)
    _tag(r, "MaintenanceWindow")
    return Made(r.physical_id, {"WindowId": r.physical_id})


def _task(r: Request) -> dict[str, Any]:
    """Return a task as the service wants it: its API has shorter names for how each kind is started."""
    kinds = {
        "MaintenanceWindowAutomationParameters": "Automation",
        "MaintenanceWindowRunCommandParameters": "RunCommand",
        "MaintenanceWindowLambdaParameters": "Lambda",
        "MaintenanceWindowStepFunctionsParameters": "StepFunctions",
    }
    given = r.properties.get("TaskInvocationParameters") or {}
    started = {kinds[kind]: each for kind, each in given.items()}
    return {**r.properties, **({"TaskInvocationParameters": started} if started else {})}


def _create_task(r: Request) -> Made:
    made = send(r.clients("ssm").register_task_with_maintenance_window, _task(r))["WindowTaskId"]
    return Made(made, {"WindowTaskId": made})


def _update_task(r: Request) -> Made:
    given = leave(_task(r), "TaskType")
    send(r.clients("ssm").update_maintenance_window_task, given, WindowTaskId=r.physical_id)
    return Made(r.physical_id, {"WindowTaskId": r.physical_id})


def _delete_task(r: Request) -> None:
    window = r.properties["WindowId"]
    gone(r.clients("ssm").deregister_task_from_maintenance_window, WindowId=window, WindowTaskId=r.physical_id)


def _create_association(r: Request) -> Made:
    given = leave(r.properties, "Tags")
    made = send(r.clients("ssm").create_association, given, Tags=tag_list(r.properties))["AssociationDescription"]
    return Made(made["AssociationId"], {"AssociationId": made["AssociationId"]})


def _update_association(r: Request) -> Made:
    send(r.clients("ssm").update_association, leave(r.properties, "Tags"), AssociationId=r.physical_id)
    _tag(r, "Association")
    return Made(r.physical_id, {"AssociationId": r.physical_id})


HANDLERS: Mapping[str, Handler] = {
    "AWS::SSM::PatchBaseline": Handler(_create_baseline, _delete_baseline, _update_baseline),
    "AWS::SSM::MaintenanceWindow": Handler(
        _create_window,
        lambda r: gone(r.clients("ssm").delete_maintenance_window, WindowId=r.physical_id),
        _update_window,
    ),
    "AWS::SSM::MaintenanceWindowTask": Handler(_create_task, _delete_task, _update_task),
    "AWS::SSM::Association": Handler(
        _create_association,
        lambda r: gone(r.clients("ssm").delete_association, AssociationId=r.physical_id),
        _update_association,
    ),
}
