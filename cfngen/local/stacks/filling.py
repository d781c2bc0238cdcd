"""Finding out what a change set would do, in nested stacks too where they are included."""

from __future__ import annotations

from collections.abc import Mapping

from .changes import Causes, as_change, with_values
from .design import Design
from .engine import Engine
from .forecast import Forecast, Foreseen, forecast
from .records import STACK_TYPE
from .store import ChangeSet, Stack, set_status

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def fill(engine: Engine, stack: Stack, change_set: ChangeSet, plan: Design) -> None:
    """Complete a change set with what it would do, or fail it where that is nothing."""
    change_set.status = "CREATE_IN_PROGRESS"
    found = forecast(engine.world, engine.store, stack, plan)
    if change_set.kind == "UPDATE" and not found.anything:
        change_set.reason, change_set.status = NO_CHANGES, "FAILED"
        return
    _complete(engine, change_set, found)


def discard(engine: Engine, change_set: ChangeSet) -> None:
    """Forget the change sets of nested stacks, and the stacks that were only to come."""
    for stack in list(engine.store.stacks.values()):
        for each in change_set.children:
            stack.change_sets.pop(each, None)
        if stack.status == "REVIEW_IN_PROGRESS" and stack.settings.parent_id and not stack.change_sets:
            engine.store.discard(stack)
    change_set.children = ()


def _complete(engine: Engine, change_set: ChangeSet, found: Forecast) -> None:
    nested = _children(engine, change_set, found) if change_set.with_children else {}
    causes = _causes(found)
    plain = [as_change(each, causes, nested.get(each.resource.logical_id)) for each in found.changes]
    change_set.changes = tuple(plain)
    change_set.valued = tuple(with_values(change, each) for change, each in zip(plain, found.changes, strict=True))
    change_set.execution = "AVAILABLE"
    change_set.status = "CREATE_COMPLETE"


def _children(engine: Engine, parent: ChangeSet, found: Forecast) -> Mapping[str, str]:
    """Make the change sets of nested stacks and return their ids by logical id."""
    made = {
        each.resource.logical_id: _child(engine, parent, each, each.child)
        for each in found.changes
        if each.child is not None and each.resource.type == STACK_TYPE
    }
    parent.children = tuple(name for child in made.values() for name in (child.id, *child.children))
    return {name: child.id for name, child in made.items()}


def _child(engine: Engine, parent: ChangeSet, foreseen: Foreseen, found: Forecast) -> ChangeSet:
    stack, world = found.stack, engine.world
    name = f"{parent.name}-{foreseen.resource.logical_id}"
    child = ChangeSet(
        id=f"arn:aws:cloudformation:{stack.region}:{stack.account}:changeSet/{name}/{world.token()}",
        name=name,
        created=world.now(),
        wanted=found.plan.wanted,
        kind="CREATE" if foreseen.action == "Add" else "UPDATE",
        with_children=True,
        parent_id=parent.id,
        root_id=parent.root_id or parent.id,
    )
    if foreseen.action == "Add":
        engine.store.add(stack)
        set_status(stack, world, "REVIEW_IN_PROGRESS")
    stack.change_sets[child.id] = child
    _complete(engine, child, found)
    return child


def _causes(found: Forecast) -> Causes:
    before, after = found.stack.wanted.parameters, found.plan.wanted.parameters
    parameters = {name for name, each in after.items() if name not in before or before[name].value != each.value}
    return Causes(parameters, {each.resource.logical_id for each in found.changes})
