"""What an update would do, found without doing it: what change sets show, and whether there is anything to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...schemas import resource_schema
from ..query import ApiError
from .change import Effect, changed_properties, effect_of
from .design import Design, design, outputs_of, properties_of
from .maker import physical_name, updatable
from .nested import outputs_as_attributes, wanted_of
from .records import STACK_TYPE, UNKNOWN, Output, Resource
from .store import Settings, Stack, Store
from .world import World

_BEHAVIOUR = ("CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy")


@dataclass(frozen=True)
class Foreseen:
    """One resource that an update would add, change or remove."""

    action: str
    """`Add`, `Modify` or `Remove`."""
    before: Resource | None
    after: Resource | None
    """With the properties that it would have; `UNKNOWN` stands where only the update will tell."""
    effect: Effect = Effect.NONE
    changed: tuple[str, ...] = ()
    """Names of the changed properties."""
    behaviour: tuple[str, ...] = ()
    """Names of other attributes that changed, such as `Metadata`."""
    child: Forecast | None = None
    """What would happen in a nested stack, where that can be told."""

    @property
    def resource(self) -> Resource:
        """The resource, as it will be, or as it is."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Forecast:
    """What bringing a stack to a design would do, in the order of the update."""

    stack: Stack
    plan: Design
    changes: tuple[Foreseen, ...]
    outputs: tuple[Output, ...]
    """The outputs afterwards, as far as they are known."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to do: resources, tags or outputs that differ."""
        retagged = dict(self.stack.wanted.tags) != dict(self.plan.wanted.tags)
        return retagged or bool(self.changes) or self.outputs != self.stack.outputs


def forecast(world: World, store: Store, stack: Stack, plan: Design) -> Forecast:
    """Return what bringing a stack to a design would do; nothing is changed."""
    present = stack.present
    known: dict[str, Resource] = dict(present)
    found: list[Foreseen] = []
    for name, entry in plan.entries.items():
        foreseen = _foresee(world, store, stack, plan, entry, known)
        if foreseen:
            found.append(foreseen)
            known[name] = _afterwards(foreseen)
    found += [Foreseen("Remove", present[name], None) for name in present if name not in plan.entries]
    try:
        outputs = outputs_of(plan, known)
    except ApiError:  # not to be told yet, or wrong: the update itself says so
        outputs = (Output(UNKNOWN, UNKNOWN),)
    return Forecast(stack, plan, tuple(found), outputs)


def _foresee(
    world: World, store: Store, stack: Stack, plan: Design, entry: Resource, known: Mapping[str, Resource]
) -> Foreseen | None:
    current = known.get(entry.logical_id)
    after = replace(entry, properties=_expected(plan, entry, known))
    child = _child(world, store, stack, plan, after, current) if entry.type == STACK_TYPE else None
    if current is None:
        return Foreseen("Add", None, after, child=child)
    before = current.properties
    can = updatable(world, entry.type)
    effect = effect_of(entry.type, stack.region, before, after.properties, updatable=can)
    if effect is Effect.NONE and entry.type == STACK_TYPE and (child is None or child.anything):
        effect = Effect.IN_PLACE
    behaviour = tuple(name for name in _BEHAVIOUR if current.body.get(name) != entry.body.get(name))
    if effect is Effect.NONE and not behaviour:
        return None
    changed = changed_properties(before, after.properties)
    return Foreseen("Modify", current, after, effect, changed, behaviour, child)


def _expected(plan: Design, entry: Resource, known: Mapping[str, Resource]) -> Mapping[str, Any]:
    try:
        return properties_of(plan, entry, known)[0]
    except ApiError:  # a function over a value that is not known yet; the update itself reports a real mistake
        return {"*": UNKNOWN}


def _afterwards(foreseen: Foreseen) -> Resource:
    """Return a resource as later ones will see it: what may be new about it is not known."""
    resource, before = foreseen.resource, foreseen.before
    fresh = before is None or foreseen.effect in (Effect.REPLACEMENT, Effect.CONDITIONAL)
    physical_id = UNKNOWN if before is None or fresh else before.physical_id
    known: Mapping[str, Any] = before.attributes if before else {}
    if foreseen.child:
        known = outputs_as_attributes(foreseen.child.outputs)
    elif fresh:
        known = {}
    elif not _keeps_attributes(foreseen):
        known = {name: value for name, value in known.items() if value == physical_id}
    return replace(resource, physical_id=physical_id, attributes=defaultdict(lambda: UNKNOWN, known))


def _keeps_attributes(foreseen: Foreseen) -> bool:
    """Return whether a change leaves all attributes as they are: one of tags or of the template only."""
    schema = resource_schema(foreseen.resource.type)
    return foreseen.effect is Effect.NONE or set(foreseen.changed) == {schema.tag_property if schema else ""}


def _child(
    world: World, store: Store, parent: Stack, plan: Design, after: Resource, current: Resource | None
) -> Forecast | None:
    """Return what would happen in a nested stack; None where its parameters are not known well enough to tell."""
    try:
        wanted = wanted_of(world, plan, parent, after.properties)
        child = store.find(parent.account, parent.region, current.physical_id) if current else None
        if child is None:
            settings = Settings(parent_id=parent.id, root_id=parent.settings.root_id or parent.id)
            name = physical_name(parent.name, after.logical_id, 128)
            stack_id = f"arn:aws:cloudformation:{parent.region}:{parent.account}:stack/{name}/{world.token()}"
            child = Stack(stack_id, name, parent.account, parent.region, world.now(), wanted, settings)
        return forecast(world, store, child, design(world, child, wanted))
    except (ApiError, KeyError):
        return None
