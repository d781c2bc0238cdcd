"""How a create or update ends: its clean-up, or everything undone."""

from __future__ import annotations

from dataclasses import replace

from .failure import ResourceError
from .maker import update
from .records import STACK_TYPE, Resource
from .removal import Doomed, Occasion, remove
from .rollout import Rollout, Step
from .store import record, set_status


def finish(rollout: Rollout) -> None:
    """Remove what an update that succeeded took out or replaced, in nested stacks first.

    What cannot be removed is recorded and left behind, as on AWS: the update has succeeded all the same.
    """
    stack = rollout.stack
    for child in rollout.updating.values():
        finish(child)
    gone = {
        name: Doomed(each, Occasion.DELETION)
        for name, each in rollout.before.resources.items()
        if name not in rollout.design.entries
    }
    replaced = {
        step.before.logical_id: Doomed(step.before, Occasion.REPLACEMENT)
        for step in rollout.steps
        if step.before is not None and step.replaces
    }
    remove(rollout.world, stack, gone | replaced, rollout.children.delete)
    for name in gone:
        stack.resources.pop(name, None)
    set_status(stack, rollout.world, "UPDATE_COMPLETE")


def undo_create(rollout: Rollout, reason: str) -> None:
    """Remove what a create that failed has made."""
    stack, world = rollout.stack, rollout.world
    set_status(stack, world, "ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")
    doomed = {name: Doomed(each, Occasion.UNDOING) for name, each in stack.present.items()}
    failed = remove(world, stack, doomed, rollout.children.delete)
    stack.outputs = ()
    _conclude(rollout, "ROLLBACK", failed, "delete")


def undo_update(rollout: Rollout, reason: str) -> None:
    """Bring a stack back to what it was before an update: changes back first, then what is new removed."""
    stack, world = rollout.stack, rollout.world
    set_status(stack, world, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
    stack.wanted, stack.outputs = rollout.before.wanted, rollout.before.outputs
    failed = [step.after.logical_id for step in reversed(rollout.steps) if not _revert(rollout, step)]
    if failed:
        _conclude(rollout, "UPDATE_ROLLBACK", failed, "update")
        return
    set_status(stack, world, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    new = {
        step.after.logical_id: Doomed(step.after, Occasion.UNDOING)
        for step in rollout.steps
        if step.before is None or step.replaces
    }
    remove(world, stack, new, rollout.children.delete)
    for name in new.keys() - rollout.before.resources.keys():
        stack.resources.pop(name, None)
    set_status(stack, world, "UPDATE_ROLLBACK_COMPLETE")


def _conclude(rollout: Rollout, operation: str, failed: list[str], verb: str) -> None:
    names = f"[{', '.join(failed)}]"
    if failed:
        why = f"The following resource(s) failed to {verb}: {names}. "
        set_status(rollout.stack, rollout.world, f"{operation}_FAILED", why)
    else:
        set_status(rollout.stack, rollout.world, f"{operation}_COMPLETE")


def _revert(rollout: Rollout, step: Step) -> bool:
    """Bring one resource back; return whether that succeeded."""
    before, after = step.before, step.after
    if before is None:
        return True
    child = rollout.updating.get(after.logical_id)
    if child is not None:
        undo_update(child, "")
        if child.stack.status != "UPDATE_ROLLBACK_COMPLETE":
            _note(rollout, before, "UPDATE_FAILED", f"Embedded stack {child.stack.id} was not successfully rolled back")
            return False
    elif after.type != STACK_TYPE and not step.replaces and before.properties != after.properties:
        return _change_back(rollout, before, after)
    _restore(rollout, before)
    return True


def _change_back(rollout: Rollout, before: Resource, after: Resource) -> bool:
    _note(rollout, before, "UPDATE_IN_PROGRESS")
    try:
        made = update(rollout.world, rollout.stack, before, after.properties)
    except ResourceError as error:
        _note(rollout, before, "UPDATE_FAILED", error.reason)
        return False
    _note(rollout, replace(before, physical_id=made.physical_id, attributes=before.attributes), "UPDATE_COMPLETE")
    return True


def _restore(rollout: Rollout, before: Resource) -> None:
    if rollout.stack.resources[before.logical_id].status == "UPDATE_FAILED":
        _note(rollout, before, "UPDATE_COMPLETE")
    else:
        rollout.stack.resources[before.logical_id] = before


def _note(rollout: Rollout, resource: Resource, status: str, reason: str = "") -> None:
    noted = replace(resource, status=status, reason=reason, changed=rollout.world.now())
    rollout.stack.resources[resource.logical_id] = noted
    record(rollout.stack, rollout.world, noted)
