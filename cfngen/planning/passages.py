"""Passages: one place, through all its bundles in the order of deployment, from what is there to what is wanted. Pure.

What an earlier bundle replaces is replaced for the later ones too: values travel through SSM
parameters as they do through the outputs of nested stacks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..expressions.nested import SSM_VALUE, evaluate_bundle, pseudo_parameters
from ..expressions.nested import published as written_parameters
from ..expressions.values import Reference, Value
from ..templates import ROOT
from .changes import DRASTIC, FLEET, Effect, Impact, Lookup, ParameterChange, ResourceChange
from .courses import Course, State
from .diff import same
from .fates import Fate, Fates, fate, settle
from .iam_changes import iam_changes
from .impact import Comparison, Version, deleted, made
from .reach import NOTHING

SSM = "ssm"
"""Stack of the references that stand for values in SSM that no bundle of the plan writes."""

DOES = {
    Effect.CREATE: "create",
    Effect.DELETE: "delete",
    Effect.REPLACE: "replace",
    Effect.MAY_REPLACE: "perhaps replace",
    Effect.UNKNOWN: "do what is not known to",
}


@dataclass(frozen=True)
class Site:
    """A place, or many that are alike: what its bundles go through there."""

    pseudo: Mapping[str, Mapping[str, str]]
    """Account and region by bundle, as names where they decide nothing."""
    partition: str
    courses: Mapping[str, Course]

    @property
    def key(self) -> object:
        """What is equal for places that are alike."""
        courses = (
            (
                bundle,
                *self.pseudo[bundle].values(),
                each.action,
                tuple((id(state.source), *sorted(state.values.items())) for state in each.states),
            )
            for bundle, each in self.courses.items()
        )
        return (self.partition, *courses)


@dataclass(frozen=True)
class Passage:
    """What happens to one bundle at a place."""

    impact: Impact | None = None
    wires: tuple[str, ...] = ()
    """The wires that change what the bundle has although nothing else does."""
    not_inert: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """New parameters whose base value does something, and what."""
    gives: frozenset[str] = frozenset()
    """Outputs of the root that become others, or may."""


@dataclass(frozen=True)
class _Around:
    """What the bundles before have made of a place."""

    before: Mapping[str, Value] = field(default_factory=dict)
    """SSM parameters before the plan, by name."""
    after: Mapping[str, Value] = field(default_factory=dict)
    fates: Fates = field(default_factory=dict)


def passages(site: Site) -> Mapping[str, Passage]:
    """Return what happens to each bundle of a place."""
    around, found = _Around(), dict[str, Passage]()
    for bundle, each in site.courses.items():
        versions = _versions(site, each, around)
        passage, fates = _passage(each, versions, around)
        found[bundle] = replace(passage, impact=_placeless(passage.impact, site.pseudo[bundle]))
        first, last = versions[:1], versions[-1:]
        before = {} if each.action == "create" else written_parameters(first[0].stacks) if first else {}
        after = {} if each.action == "delete" else written_parameters(last[0].stacks) if last else {}
        around = _Around({**around.before, **before}, {**around.after, **after}, {**around.fates, **fates})
    return found


def _placeless(impact: Impact | None, pseudo: Mapping[str, str]) -> Impact | None:
    """Write account and region as names, so that the same looks the same in every place."""
    if impact is None:
        return None

    def name(text: str) -> str:
        for pseudo_name, value in pseudo.items():
            text = text.replace(value, f"${{{pseudo_name}}}")
        return text

    def named(change: ResourceChange) -> ResourceChange:
        properties = (
            replace(each, before=each.before and name(each.before), after=each.after and name(each.after))
            for each in change.properties
        )
        return replace(change, properties=tuple(properties))

    iam = (
        replace(each, who=name(each.who), resource=name(each.resource), condition=name(each.condition))
        for each in impact.iam
    )
    resources, passing = (tuple(map(named, changes)) for changes in (impact.resources, impact.passing))
    return replace(impact, resources=resources, passing=passing, iam=tuple(iam))


def _versions(site: Site, found: Course, around: _Around) -> list[Version]:
    """Evaluate each state; the first one with the wires as they were, the others with the wires as they will be."""
    states = found.states if len(found.states) > 1 or found.action not in ("keep", "update") else found.states * 2
    was = found.action in ("keep", "update", "delete")
    return [
        _version(site, state, around.before if was and not number else around.after)
        for number, state in enumerate(states)
    ]


def _version(site: Site, state: State, ssm: Mapping[str, Value]) -> Version:
    bundle = state.source.bundle
    paths = looked_up(state)
    values = {path: Reference(SSM, path) for path in paths.values()} | {
        path: ssm[path] for path in paths.values() if path in ssm
    }
    pseudo = {**pseudo_parameters("", "", site.partition), **site.pseudo[bundle.name]}
    return Version(state.source, evaluate_bundle(bundle, bundle.name, state.values, pseudo, values))


def looked_up(state: State) -> dict[str, str]:
    """Return the root parameters that CloudFormation looks up in SSM, and where."""
    declared = state.source.bundle.root.parameters.items()
    return {
        name: str(state.values.get(name, each.get("Default")))
        for name, each in declared
        if str(each.get("Type")).startswith(SSM_VALUE)
    }


def _passage(found: Course, versions: Sequence[Version], around: _Around) -> tuple[Passage, Fates]:
    if not versions:
        return Passage(), {}
    if found.action == "create":
        return Passage(Impact("create", resources=made(versions[0]))), {}
    if found.action == "delete":
        return Passage(Impact("delete", resources=deleted(versions[0]))), {}
    return _update(found, versions, around)


def _update(found: Course, versions: Sequence[Version], around: _Around) -> tuple[Passage, Fates]:
    first, last = versions[0], versions[-1]
    parameters = _parameter_changes(found)
    compared = Comparison(first, last, frozenset(each.name for each in parameters))
    changes = compared.changes(around.fates)
    fates = {(f"{last.source.bundle.name}/{layer}", name): fate(each) for (layer, name), each in changes.items()}
    wires = _wires(first, last, {**around.fates, **fates}) if found.action == "keep" and changes else ()
    if found.action == "keep" and not wires:
        return Passage(), {}
    passing = _passing(found, versions, around.fates, changes.values())
    lookups, risky = _lookups(found.states[-1], compared, around.fates, changes)
    impact = Impact(
        action="update",
        parameters=parameters,
        resources=(*changes.values(), *risky),
        passing=passing,
        iam=iam_changes(first.stacks, last.stacks),
        lookups=lookups,
    )
    gives = _gives(first, last, {**around.fates, **fates})
    return Passage(impact, wires, _not_inert(found, passing, last), gives), fates


def _parameter_changes(found: Course) -> tuple[ParameterChange, ...]:
    before, after = found.states[0], found.states[-1]
    declared = dict.fromkeys((*before.source.bundle.root.parameters, *after.source.bundle.root.parameters))
    old, new = before.given, after.given
    return tuple(
        ParameterChange(name, _shown(before, name), _shown(after, name))
        for name in declared
        if old.get(name) != new.get(name)
    )


def _shown(state: State, name: str) -> str | None:
    declared = state.source.bundle.root.parameters.get(name, {})
    hidden = str(declared.get("NoEcho")).lower() == "true"
    return "(hidden)" if hidden and name in state.given else state.given.get(name)


def _wires(first: Version, last: Version, fates: Fates) -> tuple[str, ...]:
    """Return the root's parameters that other bundles give and that become others, or may."""
    old, new = (version.stacks[ROOT].frame.parameters for version in (first, last))
    return tuple(name for name in new if not same(old.get(name), settle(new[name], fates)))


def _gives(first: Version, last: Version, fates: Fates) -> frozenset[str]:
    """Return the root's outputs that become others, or may: stacks of other places have them as parameters."""
    old, new = (version.stacks[ROOT].outputs for version in (first, last))
    return frozenset(name for name in new if not same(old.get(name), settle(new[name], fates)))


def _passing(
    found: Course, versions: Sequence[Version], fates: Fates, net: Collection[ResourceChange]
) -> tuple[ResourceChange, ...]:
    """Return what is created, deleted or replaced on the way and not between the two ends."""
    if len(versions) < 3:
        return ()
    told = {(each.name, each.effect) for each in net}
    passing: dict[tuple[str, Effect], ResourceChange] = {}
    for number in range(len(versions) - 1):
        values = [state.given for state in found.states[number : number + 2]]
        changed = {name for name in {*values[0], *values[1]} if values[0].get(name) != values[1].get(name)}
        step = Comparison(versions[number], versions[number + 1], frozenset(changed)).changes(fates)
        for each in step.values():
            if each.effect in DRASTIC and (each.name, each.effect) not in told:
                passing.setdefault((each.name, each.effect), each)
    return tuple(passing.values())


def _not_inert(found: Course, passing: Sequence[ResourceChange], last: Version) -> Mapping[str, tuple[str, ...]]:
    """Return the new parameters with a value of their own here that are to blame for what happens on the way."""
    if len(found.states) < 3:
        return {}
    first, base, final = found.states[0].given, found.states[-2].given, found.states[-1].given
    new = {name for name in final if name not in first and base.get(name) != final[name]}
    blamed: dict[str, list[str]] = {}
    for each in passing:
        reached = last.source.reach.of(each.layer, last.source.declared(each.layer, each.logical_id)) & new
        for name in sorted(reached or new):
            blamed.setdefault(name, []).append(f"{DOES[each.effect]} {each.name}")
    return {name: tuple(does) for name, does in blamed.items()}


def _lookups(
    state: State, compared: Comparison, fates: Fates, changes: Mapping[tuple[str, str], ResourceChange]
) -> tuple[tuple[Lookup, ...], tuple[ResourceChange, ...]]:
    """Return what is looked up again with every update, and what that puts at risk besides the fleets it may roll."""
    wires = {wire.name for wire in state.source.bundle.wires}
    found, risky = [], []
    for name, path in looked_up(state).items():
        if name in wires or ":" in path.rpartition("/")[2]:  # a version or label is pinned
            continue
        again = {**fates, (SSM, path): Fate("", Effect.MAY_REPLACE, NOTHING, perhaps=True)}
        more = {key: each for key, each in compared.changes(again).items() if each != changes.get(key)}
        if more:
            rolled = [each.name for each in more.values() if each.type == FLEET]
            found.append(Lookup(name, path, tuple(rolled or [each.name for each in more.values()])))
            risky += [each for key, each in more.items() if each.loses and key not in changes]
    return tuple(found), tuple(risky)
