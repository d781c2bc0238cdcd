"""What becomes of a bundle's resources at one place when it goes from one version to another. Pure.

Both versions are evaluated with the values they have there, so a changed parameter is followed through
references, conditions, maps and nested stacks to the properties that it reaches. What is replaced, or
changes in place, is then followed through the references to it, until nothing new is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..expressions.evaluate import Resource
from ..expressions.nested import Stack
from ..expressions.values import Unknown, Value, references, unknowns
from ..templates import ROOT
from .changes import Effect, PropertyChange, ResourceChange
from .diff import STACK, Leaf, leaves, path_text, same, written
from .fates import Fate, Fates, calm, fate, freshened, settle
from .replacement import Verdict, is_unordered, reasons, verdict, worst
from .sources import Source
from .stateful import is_stateful

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy")
"""Attributes of a resource that count although they change nothing of what is there."""

FOLLOWED = ("TemplateURL", "Parameters")
"""Properties of a nested stack whose changes are followed into the stack itself."""

SNAPSHOT_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html."""

Key = tuple[str, str]
"""A resource by layer and logical id."""


@dataclass(frozen=True)
class Version:
    """A bundle as it is, or will be, at one place: its templates and what they come to there."""

    source: Source
    stacks: Mapping[str, Stack]

    @property
    def resources(self) -> Mapping[Key, Resource]:
        """Every resource that exists, or may; one in a stack that only may exist only may too."""
        found = {}
        for layer, stack in self.stacks.items():
            certain = self._is_certain(layer)
            for name, resource in stack.resources.items():
                found[layer, name] = resource if certain else replace(resource, certain=False)
        return found

    def _is_certain(self, layer: str) -> bool:
        nested = self.stacks[ROOT].resources.get(self.source.nested(layer))
        return nested is None or nested.certain


@dataclass(frozen=True)
class Comparison:
    """Two versions of a bundle at one place, and the root parameters whose values differ."""

    old: Version
    new: Version
    changed: frozenset[str]

    @property
    def unknown(self) -> frozenset[str]:
        """The templates of which one version cannot be read."""
        return self.old.source.unknown | self.new.source.unknown

    def changes(self, given: Fates) -> Mapping[Key, ResourceChange]:
        """Return what happens to each resource, given the fates of resources that other bundles have there."""
        before, after = self.old.resources, self.new.resources
        fates = {**given, **self._unknown_fates()}
        users = _users(after)
        waiting: set[Key] = {*before, *after}
        found: dict[Key, ResourceChange] = {}
        while waiting:
            news = {key: self._change(key, before.get(key), after.get(key), fates) for key in sorted(waiting)}
            changed = {key: each for key, each in news.items() if each and each != found.get(key)}
            found |= changed
            fates |= {self._address(key): fate(each) for key, each in changed.items()}
            waiting = {user for key in changed for user in users.get(self._address(key), ())}
        return {key: found[key] for key in (*after, *before) if key in found}

    def _change(self, key: Key, old: Resource | None, new: Resource | None, fates: Fates) -> ResourceChange | None:
        layer, name = key
        nested = self.old.source.reach.children.get(name) if layer == ROOT else None
        if nested in self.unknown:
            return self._unknown_stack(name, nested)
        if layer in self.unknown:
            return None
        if new is None:
            return self._gone(layer, old) if old else None
        if old is None:
            return self._made(ResourceChange(layer, name, new.type, Effect.CREATE, perhaps=not new.certain))
        return self._both(layer, old, new, fates)

    def _both(self, layer: str, old: Resource, new: Resource, fates: Fates) -> ResourceChange | None:
        name = new.logical_id
        former, present = (version.source.nested(layer) for version in (self.old, self.new))
        if former != present:
            why = f"its nested stack is no longer {former} but {present}"
            return self._made(self._policed(ResourceChange(layer, name, new.type, Effect.REPLACE, why=why)))
        if old.type != new.type:
            why = f"its type is no longer {old.type}; CloudFormation may refuse that: give it another logical id"
            return self._made(self._policed(ResourceChange(layer, name, new.type, Effect.REPLACE, why=why)))
        if self._may_vanish(layer, old, new):
            why = "whether its condition holds cannot be known"
            return self._made(ResourceChange(layer, name, new.type, Effect.UNKNOWN, perhaps=True, why=why))
        settled = {key: settle(value, fates) for key, value in new.properties.items()}
        found = list(self._properties(layer, old, replace(new, properties=settled)))
        properties = (*(change for change, _ in found), *self._attributes(layer, name))
        if not properties:
            return None
        effect = worst(change.effect for change in properties)
        why = reasons(each for change, each in found if change.effect is effect)
        change = ResourceChange(layer, name, new.type, effect, properties, why=why)
        return self._made(self._policed(replace(change, perhaps=all(each.perhaps for each in properties))))

    def _properties(self, layer: str, old: Resource, new: Resource) -> Iterator[tuple[PropertyChange, Verdict]]:
        """Yield each changed place with what it does to the resource."""
        policy = self.new.source.declared(layer, new.logical_id).get("UpdatePolicy")
        for name in dict.fromkeys((*old.properties, *new.properties)):
            if new.type == STACK and name in FOLLOWED:
                continue
            for leaf in self._leaves(layer, name, old, new):
                found = verdict(new.type, leaf, old.properties, new.properties, policy)
                perhaps = same(leaf.before, calm(leaf.after)) or any(unknowns([leaf.before, leaf.after]))
                if perhaps and found.effect is Effect.REPLACE:
                    found = found._replace(effect=Effect.MAY_REPLACE)
                before, after = (None if value is None else written(value) for value in leaf[1:])
                because = self._because(layer, new.logical_id, name, leaf.after)
                yield PropertyChange(path_text(leaf.path), before, after, found.effect, perhaps, because), found

    def _leaves(self, layer: str, name: str, old: Resource, new: Resource) -> list[Leaf]:
        before, after = old.properties.get(name), new.properties.get(name)
        found = leaves(before, after, (name,), unordered=lambda path: is_unordered(new.type, path))
        if result := list(found):
            return result
        if any(unknowns([before, after])) and self._because(layer, new.logical_id, name, after):
            return [Leaf((name,), before, Unknown("not known"))]  # the same words for what may be another value
        return []

    def _because(self, layer: str, resource: str, name: str, value: Value) -> tuple[str, ...]:
        """Return what makes a property change: the template, parameters, or what it refers to."""
        found: set[str] = set()
        raw = []
        for version in (self.old, self.new):
            expression = version.source.declared(layer, resource).get("Properties", {}).get(name)
            raw.append(expression)
            found |= version.source.reach.of(layer, expression) & self.changed
        edited = () if same(*raw) else ("template",)
        return (*edited, *sorted(found), *sorted(freshened(value)))

    def _attributes(self, layer: str, name: str) -> Iterator[PropertyChange]:
        old, new = (version.source.declared(layer, name) for version in (self.old, self.new))
        for attribute in POLICIES:
            for leaf in leaves(old.get(attribute), new.get(attribute), (attribute,)):
                before, after = (None if value is None else written(value) for value in leaf[1:])
                yield PropertyChange(
                    path_text(leaf.path), before, after, Effect.IN_PLACE, perhaps=False, because=("template",)
                )

    def _gone(self, layer: str, old: Resource) -> ResourceChange:
        declared = self.old.source.declared(layer, old.logical_id)
        policy = deletion_policy(old.type, declared)
        change = ResourceChange(layer, old.logical_id, old.type, Effect.DELETE, policy=policy, perhaps=not old.certain)
        return self._made(change)

    def _policed(self, change: ResourceChange) -> ResourceChange:
        if change.effect not in (Effect.REPLACE, Effect.MAY_REPLACE, Effect.UNKNOWN):
            return change
        declared = self.new.source.declared(change.layer, change.logical_id)
        return replace(change, policy=str(declared.get("UpdateReplacePolicy", "Delete")))

    def _made(self, change: ResourceChange) -> ResourceChange:
        """Say whether the resource of a change holds what cannot be made again."""
        notes = [version.source.metadata(change.layer, change.logical_id) for version in (self.old, self.new)]
        return replace(change, stateful=any(is_stateful(change.type, each) for each in notes))

    def _may_vanish(self, layer: str, old: Resource, new: Resource) -> bool:
        if old.certain and new.certain:
            return False
        if old.certain != new.certain:
            return True
        conditions = [
            version.source.declared(layer, old.logical_id).get("Condition") for version in (self.old, self.new)
        ]
        reached = [
            version.source.reach.of(layer, {"Condition": name})
            for version, name in zip((self.old, self.new), conditions, strict=True)
        ]
        return conditions[0] != conditions[1] or any(names & self.changed for names in reached)

    def _unknown_stack(self, name: str, layer: str) -> ResourceChange:
        held = self.new.stacks.get(layer)
        resources = held.resources.items() if held else ()
        stateful = not held or any(
            is_stateful(each.type, self.new.source.metadata(layer, key)) for key, each in resources
        )
        why = f"the template {layer} that it is made from cannot be read, so what changes in it is not known"
        return ResourceChange(ROOT, name, STACK, Effect.UNKNOWN, stateful=stateful, perhaps=True, why=why)

    def _unknown_fates(self) -> dict[Key, Fate]:
        return {
            self._address((layer, name)): Fate(resource.type, Effect.UNKNOWN, perhaps=True)
            for layer in self.unknown & self.new.stacks.keys()
            for name, resource in self.new.stacks[layer].resources.items()
        }

    def _address(self, key: Key) -> tuple[str, str]:
        """Return how references name a resource."""
        layer, name = key
        return f"{self.new.source.bundle.name}/{layer}", name


def made(version: Version) -> tuple[ResourceChange, ...]:
    """Return the resources of stacks that are created."""
    return tuple(
        ResourceChange(
            layer, name, each.type, Effect.CREATE,
            stateful=is_stateful(each.type, version.source.metadata(layer, name)), perhaps=not each.certain,
        )
        for (layer, name), each in version.resources.items()
    )  # fmt: skip


def deleted(version: Version) -> tuple[ResourceChange, ...]:
    """Return the resources of stacks that are deleted, with the policy that says what is kept."""
    return tuple(
        ResourceChange(
            layer, name, each.type, Effect.DELETE,
            policy=deletion_policy(each.type, version.source.declared(layer, name)),
            stateful=is_stateful(each.type, version.source.metadata(layer, name)) or layer in version.source.unknown,
            perhaps=not each.certain,
        )
        for (layer, name), each in version.resources.items()
    )  # fmt: skip


def deletion_policy(kind: str, declared: Mapping[str, Any]) -> str:
    """Return what becomes of a resource that is deleted: Delete, Retain, RetainExceptOnCreate or Snapshot."""
    in_cluster = "DBClusterIdentifier" in declared.get("Properties", {})
    default = "Snapshot" if kind in SNAPSHOT_BY_DEFAULT and not in_cluster else "Delete"
    return str(declared.get("DeletionPolicy", default))


def _users(resources: Mapping[Key, Resource]) -> Mapping[tuple[str, str], set[Key]]:
    """Return who refers to each resource."""
    found: dict[tuple[str, str], set[Key]] = {}
    for key, resource in resources.items():
        for reference in references(dict(resource.properties)):
            found.setdefault(reference.resource, set()).add(key)
    return found
