"""What an update would do, found without doing it: what change sets show, and whether there is anything to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...schemas import resource_schema
from ..query import ApiError
from .change import UNKNOWN, Effect, changed_properties, effect_of
from .design import Design, design, outputs_of, properties_of
from .nested import wanted_of
from .records import STACK_TYPE, Resource
from .store import Stack, Store
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

    @property
    def resource(self) -> Resource:
        """The resource, as it is or will be."""
        found = self.after or self.before
        assert found is not None
        return found


def forecast(world: World, store: Store, stack: Stack, plan: Design) -> list[Foreseen]:
    """Return what bringing a stack to a design would do, in the order of the update."""
    present = stack.present
    known: dict[str, Resource] = dict(present)
    found: list[Foreseen] = []
    for name, entry in plan.entries.items():
        foreseen = _foresee(world, store, stack, plan, entry, known)
        if foreseen:
            found.append(foreseen)
            known[name] = _afterwards(foreseen)
    gone = [Foreseen("Remove", present[name], None) for name in present if name not in plan.entries]
    return found + gone


def changes_anything(world: World, store: Store, stack: Stack, plan: Design) -> bool:
    """Return whether there is anything to do: resources, tags or outputs that differ."""
    if dict(stack.wanted.tags) != dict(plan.wanted.tags):
        return True
    return bool(forecast(world, store, stack, plan)) or outputs_of(plan, stack.present) != stack.outputs


def _foresee(
    world: World, store: Store, stack: Stack, plan: Design, entry: Resource, known: Mapping[str, Resource]
) -> Foreseen | None:
    current = known.get(entry.logical_id)
    after = replace(entry, properties=_expected(plan, entry, known))
    if current is None:
        return Foreseen("Add", None, after)
    handler = world.handlers.get(entry.type)
    effect = effect_of(
        entry.type,
        stack.region,
        current.properties,
        after.properties,
        updatable=handler is not None and handler.update is not None,
    )
    behaviour = tuple(name for name in _BEHAVIOUR if current.body.get(name) != entry.body.get(name))
    if effect is Effect.NONE and entry.type == STACK_TYPE and _child_changes(world, store, stack, plan, after, current):
        effect = Effect.IN_PLACE
    if effect is Effect.NONE and not behaviour:
        return None
    changed = changed_properties(current.properties, after.properties)
    return Foreseen("Modify", current, after, effect, changed, behaviour)


def _expected(plan: Design, entry: Resource, known: Mapping[str, Resource]) -> Mapping[str, Any]:
    try:
        return properties_of(plan, entry, known)[0]
    except ApiError:  # a function over a value that is not known yet; the update itself reports a real mistake
        return {"*": UNKNOWN}


def _afterwards(foreseen: Foreseen) -> Resource:
    """Return a resource as later ones will see it: what may be new about it is not known."""
    resource, before = foreseen.resource, foreseen.before
    unknown: dict[str, Any] = defaultdict(lambda: UNKNOWN)
    if before is None or foreseen.effect in (Effect.REPLACEMENT, Effect.CONDITIONAL):
        return replace(resource, physical_id=UNKNOWN, attributes=unknown)
    schema = resource_schema(resource.type)
    if foreseen.effect is not Effect.NONE and set(foreseen.changed) != {schema.tag_property if schema else ""}:
        unknown.update({name: value for name, value in before.attributes.items() if value == before.physical_id})
        return replace(resource, physical_id=before.physical_id, attributes=unknown)
    return replace(resource, physical_id=before.physical_id, attributes=before.attributes)


def _child_changes(world: World, store: Store, stack: Stack, plan: Design, after: Resource, current: Resource) -> bool:
    """Return whether a nested stack would change although its properties do not: an SSM value or its template did."""
    child = store.find(stack.account, stack.region, current.physical_id)
    if child is None:
        return False
    try:
        wanted = wanted_of(world, plan, stack, after.properties)
        return changes_anything(world, store, child, design(world, child, wanted))
    except ApiError:
        return True
