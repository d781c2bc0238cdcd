"""A create or update under way: resources are brought to a design one after the other, so that all can be undone.

A nested stack's clean-up waits until its outermost parent has succeeded, as on AWS: until then everything that an
update took out or replaced still exists, and undoing brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...schemas import resource_schema
from ..query import ApiError
from .change import Effect, effect_of, fixed_name
from .design import Design, outputs_of, properties_of
from .failure import ResourceError
from .maker import create, updatable, update, with_identity
from .nested import outputs_as_attributes
from .records import STACK_TYPE, Output, Resource
from .store import Stack, Wanted, record
from .world import World


@dataclass(frozen=True)
class Step:
    """One thing done: a resource before (None if it is new) and after."""

    before: Resource | None
    after: Resource
    anew: bool = False
    """Whether another one was made though its id is the same: a record in another zone has the same name."""

    @property
    def replaces(self) -> bool:
        """Whether there are two now, of which one must go."""
        return self.before is not None and (self.anew or self.before.physical_id != self.after.physical_id)


@dataclass(frozen=True)
class Snapshot:
    """A stack as it was when an operation began."""

    wanted: Wanted
    resources: Mapping[str, Resource]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Children:
    """What is done with nested stacks; each raises `ResourceError`."""

    create: Callable[[Stack, Design, Resource], Stack]
    update: Callable[[Stack, Design, Resource], Rollout | None]
    """Returns the child's update, which is still to be finished or undone; None if nothing changed in it."""
    delete: Callable[[str], None]


@dataclass
class Rollout:
    """A create or update of one stack and what it has done so far."""

    world: World
    stack: Stack
    design: Design
    children: Children
    before: Snapshot
    steps: list[Step] = field(default_factory=list)
    updating: dict[str, Rollout] = field(default_factory=dict)
    """Updates of nested stacks that wait for this one to succeed or fail, by logical id."""


def advance(rollout: Rollout) -> str:
    """Bring every resource to the design; return '' or why it stopped."""
    for entry in rollout.design.entries.values():
        current = rollout.before.resources.get(entry.logical_id)
        try:
            _advance(rollout, entry, current)
        except ResourceError as error:
            return _fail(rollout, entry, current, error)
    try:
        rollout.stack.outputs = outputs_of(rollout.design, rollout.stack.resources)
    except ApiError as error:
        return f"{error.message} "
    return ""


def _advance(rollout: Rollout, entry: Resource, current: Resource | None) -> None:
    if current is None:
        _note(rollout, entry, "CREATE_IN_PROGRESS")
        made = _make(rollout, _resolved(rollout, entry))
        rollout.steps.append(Step(None, made))
        _note(rollout, made, "CREATE_COMPLETE")
        return
    after = replace(entry, properties=_properties(rollout, entry), physical_id=current.physical_id)
    after = replace(after, attributes=current.attributes, status=current.status, changed=current.changed)
    if entry.type == STACK_TYPE:
        _update_child(rollout, after, current)
        return
    can = updatable(rollout.world, entry.type)
    match effect_of(entry.type, rollout.stack.region, current.properties, after.properties, updatable=can):
        case Effect.NONE:
            _keep(rollout, after, current)
        case Effect.REPLACEMENT:
            _replace(rollout, after, current)
        case _:
            _update(rollout, after, current)


def _resolved(rollout: Rollout, entry: Resource) -> Resource:
    """Return a new resource with its properties, and remember them: what is half made is removed by them."""
    ready = replace(entry, properties=_properties(rollout, entry))
    noted = rollout.stack.resources[entry.logical_id]
    rollout.stack.resources[entry.logical_id] = replace(noted, properties=ready.properties)
    return ready


def _properties(rollout: Rollout, entry: Resource) -> Mapping[str, Any]:
    try:
        properties, problems = properties_of(rollout.design, entry, rollout.stack.resources)
    except ApiError as error:
        raise ResourceError(error.message) from error
    if problems:
        what = "\n".join(problems)
        raise ResourceError(f"Properties validation failed for resource {entry.logical_id} with message:\n{what}")
    return properties


def _keep(rollout: Rollout, after: Resource, current: Resource) -> None:
    """Take over what the template says about a resource that itself stays as it is."""
    rollout.stack.resources[after.logical_id] = after
    rollout.steps.append(Step(current, after))


def _replace(rollout: Rollout, after: Resource, current: Resource) -> None:
    schema = resource_schema(after.type, rollout.stack.region)
    name = fixed_name(schema, current.properties, after.properties)
    why = "Requested update requires the creation of a new physical resource; hence creating one."
    _note(rollout, current, "UPDATE_IN_PROGRESS", why)
    if name:
        raise ResourceError(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
    made = _make(rollout, after)
    rollout.steps.append(Step(current, made, anew=True))
    _note(rollout, made, "UPDATE_COMPLETE")


def _update(rollout: Rollout, after: Resource, current: Resource) -> None:
    _note(rollout, current, "UPDATE_IN_PROGRESS")
    rollout.steps.append(Step(current, after))
    made = update(rollout.world, rollout.stack, after, current.properties)
    changed = replace(after, physical_id=made.physical_id, attributes={**current.attributes, **made.attributes})
    changed = replace(changed, attributes=with_identity(changed, rollout.stack.region))
    if changed.physical_id != current.physical_id:  # an update may make another one, which takes the first one's place
        rollout.steps[-1] = Step(current, changed)
    _note(rollout, changed, "UPDATE_COMPLETE")


def _update_child(rollout: Rollout, after: Resource, current: Resource) -> None:
    changed = current.properties != after.properties
    if changed:
        _note(rollout, current, "UPDATE_IN_PROGRESS")
    child = rollout.children.update(rollout.stack, rollout.design, after)
    if child is None and not changed:
        _keep(rollout, after, current)
        return
    if not changed:
        _note(rollout, current, "UPDATE_IN_PROGRESS")
    if child is not None:
        rollout.updating[after.logical_id] = child
        after = replace(after, attributes=outputs_as_attributes(child.stack.outputs))
    rollout.steps.append(Step(current, after))
    _note(rollout, after, "UPDATE_COMPLETE")


def _make(rollout: Rollout, after: Resource) -> Resource:
    if after.type == STACK_TYPE:
        child = rollout.children.create(rollout.stack, rollout.design, after)
        return replace(after, physical_id=child.id, attributes=outputs_as_attributes(child.outputs))
    made = create(rollout.world, rollout.stack, after)
    resource = replace(after, physical_id=made.physical_id, attributes=made.attributes)
    return replace(resource, attributes=with_identity(resource, rollout.stack.region))


def _fail(rollout: Rollout, entry: Resource, current: Resource | None, error: ResourceError) -> str:
    """Record a failure and return the stack's reason for it."""
    if current is None:
        failed = replace(rollout.stack.resources[entry.logical_id], physical_id=error.physical_id)
        rollout.steps.append(Step(None, failed))
        _note(rollout, failed, "CREATE_FAILED", error.reason)
        return f"The following resource(s) failed to create: [{entry.logical_id}]. "
    rollout.steps.append(Step(current, current))
    _note(rollout, current, "UPDATE_FAILED", error.reason)
    return f"The following resource(s) failed to update: [{entry.logical_id}]. "


def _note(rollout: Rollout, resource: Resource, status: str, reason: str = "") -> None:
    noted = replace(resource, status=status, reason=reason, changed=rollout.world.now())
    rollout.stack.resources[resource.logical_id] = noted
    record(rollout.stack, rollout.world, noted)
