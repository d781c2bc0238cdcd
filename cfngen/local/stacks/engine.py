"""Creating, updating and deleting stacks.

`start_*` checks a request, claims the stack and returns at once; `carry_out` does the work, in a thread of the API or
in the caller's. A stack is changed by one operation at a time; different stacks by any number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from ..query import ApiError
from .design import Design, design
from .ending import finish, undo_create, undo_update
from .failure import ResourceError, reason_of
from .forecast import forecast
from .maker import physical_name
from .nested import wanted_of
from .records import STACK_TYPE, Resource
from .refusal import invalid
from .removal import Doomed, Occasion, remove
from .rollout import Children, Rollout, Snapshot, advance
from .store import Settings, Stack, Store, Wanted, set_status
from .world import World

UPDATABLE = frozenset(
    ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "UPDATE_FAILED")
)
NO_UPDATES = "No updates are to be performed."


@dataclass(frozen=True)
class Engine:
    """The stacks of the local AWS and the world that they live in."""

    world: World
    store: Store = field(default_factory=Store)


def new_stack(
    engine: Engine, place: tuple[str, str], name: str, wanted: Wanted, settings: Settings | None = None
) -> Stack:
    """Return a stack that is in no store yet, in an account and region."""
    account, region = place
    stack_id = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{engine.world.token()}"
    return Stack(stack_id, name, account, region, engine.world.now(), wanted, settings or Settings())


def start_create(engine: Engine, stack: Stack, reason: str = "User Initiated") -> Rollout:
    """Claim a new stack for its creation; raises AWS's error where it cannot be made or its name is taken."""
    plan = design(engine.world, stack, stack.wanted)
    with engine.store.lock:
        if engine.store.stacks.get(stack.id) is not stack:
            engine.store.add(stack)
        set_status(stack, engine.world, "CREATE_IN_PROGRESS", reason)
    return Rollout(engine.world, stack, plan, _children(engine), Snapshot(stack.wanted, {}, ()))


def start_update(engine: Engine, stack: Stack, wanted: Wanted, reason: str = "User Initiated") -> Rollout:
    """Claim a stack for an update; raises AWS's `ValidationError`, also where nothing is to be done."""
    _require_updatable(stack)
    plan = design(engine.world, stack, wanted)
    _require_same_types(stack, plan)
    if not forecast(engine.world, engine.store, stack, plan).anything:
        raise invalid(NO_UPDATES)
    with engine.store.lock:
        _require_updatable(stack)
        before = Snapshot(stack.wanted, stack.present, stack.outputs)
        stack.wanted, stack.updated = wanted, engine.world.now()
        set_status(stack, engine.world, "UPDATE_IN_PROGRESS", reason)
    return Rollout(engine.world, stack, plan, _children(engine), before)


def carry_out(rollout: Rollout) -> None:
    """Do what was started, to its end, whatever that is: the stack's status tells."""
    stack = rollout.stack
    with stack.busy:
        creating = stack.status == "CREATE_IN_PROGRESS"
        try:
            if creating:
                _create(rollout)
            elif _update(rollout):
                finish(rollout)
        except Exception as error:
            kind = "CREATE" if creating else "UPDATE"
            set_status(stack, rollout.world, f"{kind}_FAILED", f"Internal failure: {type(error).__name__}: {error}")
            raise


def start_delete(engine: Engine, stack: Stack, retained: Collection[str] = ()) -> bool:
    """Claim a stack for its deletion and return whether it is to be carried out; raises AWS's `ValidationError`.

    `retained` names resources that are to stay, which AWS allows only after a deletion has failed.
    """
    if stack.settings.protected:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    if retained and stack.status != "DELETE_FAILED":
        raise invalid(
            f"Invalid operation on stack [{stack.id}]. "
            "Resources can be retained only in a stack that is in DELETE_FAILED state."
        )
    with engine.store.lock:
        if stack.deleted or stack.status == "DELETE_IN_PROGRESS":
            return False
        if not stack.moving:
            set_status(stack, engine.world, "DELETE_IN_PROGRESS", "User Initiated")
    return True


def carry_out_deletion(engine: Engine, stack: Stack, retained: Collection[str] = ()) -> None:
    """Delete a stack, after the operation that is under way, if any."""
    with stack.busy:
        if stack.deleted:
            return
        if stack.status != "DELETE_IN_PROGRESS":
            set_status(stack, engine.world, "DELETE_IN_PROGRESS", "User Initiated")
        _delete(engine, stack, retained)


def _create(rollout: Rollout) -> None:
    stack, world = rollout.stack, rollout.world
    why = advance(rollout)
    if not why:
        set_status(stack, world, "CREATE_COMPLETE")
    elif stack.settings.on_failure == "DO_NOTHING":
        set_status(stack, world, "CREATE_FAILED", why)
    else:
        undo_create(rollout, why)
        if stack.settings.on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            set_status(stack, world, "DELETE_IN_PROGRESS", why)
            set_status(stack, world, "DELETE_COMPLETE")


def _update(rollout: Rollout) -> bool:
    """Bring a stack to a new design and return whether that succeeded; what it took out still exists."""
    why = advance(rollout)
    if why:
        undo_update(rollout, why)
        return False
    set_status(rollout.stack, rollout.world, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    return True


def _delete(engine: Engine, stack: Stack, retained: Collection[str]) -> None:
    doomed = {name: Doomed(each, Occasion.DELETION) for name, each in stack.present.items() if name not in retained}
    failed = remove(engine.world, stack, doomed, partial(_delete_child, engine))
    if failed:
        why = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
        set_status(stack, engine.world, "DELETE_FAILED", why)
    else:
        set_status(stack, engine.world, "DELETE_COMPLETE")


def _children(engine: Engine) -> Children:
    return Children(
        create=partial(_create_child, engine),
        update=partial(_update_child, engine),
        delete=partial(_delete_child, engine),
    )


def _create_child(engine: Engine, parent: Stack, plan: Design, resource: Resource) -> Stack:
    place = (parent.account, parent.region)
    root = parent.settings.root_id or parent.id
    settings = Settings(on_failure="DO_NOTHING", parent_id=parent.id, root_id=root)
    try:
        wanted = wanted_of(engine.world, plan, parent, resource.properties)
        child = new_stack(engine, place, physical_name(parent.name, resource.logical_id, 128), wanted, settings)
        rollout = start_create(engine, child, "")
    except Exception as error:
        raise ResourceError(reason_of(error, STACK_TYPE, engine.world.token())) from error
    carry_out(rollout)
    if child.status != "CREATE_COMPLETE":
        raise ResourceError(f"Embedded stack {child.id} was not successfully created: {child.reason}", child.id)
    return child


def _update_child(engine: Engine, parent: Stack, plan: Design, resource: Resource) -> Rollout | None:
    child = engine.store.find(parent.account, parent.region, resource.physical_id)
    if child is None or child.deleted:
        raise ResourceError(f"Stack [{resource.physical_id}] does not exist", resource.physical_id)
    try:
        wanted = wanted_of(engine.world, plan, parent, resource.properties)
        rollout = start_update(engine, child, wanted, "")
    except Exception as error:
        if isinstance(error, ApiError) and error.message == NO_UPDATES:
            child.wanted = wanted
            return None
        raise ResourceError(reason_of(error, STACK_TYPE, engine.world.token()), child.id) from error
    with child.busy:
        why = advance(rollout)
        if not why:
            set_status(child, engine.world, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            return rollout
        undo_update(rollout, why)
    raise ResourceError(
        f"Embedded stack {child.id} was not successfully updated. "
        f"Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: {why}",
        child.id,
    )


def _delete_child(engine: Engine, child_id: str) -> None:
    child = engine.store.stacks.get(child_id)
    if child is None or child.deleted:
        return
    carry_out_deletion(engine, child)
    if child.status != "DELETE_COMPLETE":
        raise ResourceError(f"Embedded stack {child.id} was not successfully deleted: {child.reason}", child.id)


def _require_updatable(stack: Stack) -> None:
    if stack.status not in UPDATABLE:
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


def _require_same_types(stack: Stack, plan: Design) -> None:
    present = stack.present
    changed = [name for name, each in plan.entries.items() if name in present and present[name].type != each.type]
    if changed:
        raise invalid(
            "Update of resource type is not permitted. "
            f"The new template modifies resource type of the following resources: [{', '.join(changed)}]"
        )
