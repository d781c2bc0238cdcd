"""What a plan does in the stacks of every instance, bundle after bundle and place by place. Pure.

Instances with the same templates and the same values that matter are assessed once. A value that is
the same before and after, differs between instances and decides nothing stays a name, `${VpcCidr}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import names
from ..deployment import Instance, WantedStackSet
from ..errors import Problem, problem
from .changes import Impact, TemplateChange
from .courses import Course, State, course
from .operations import ObservedStack, ObservedStackSet
from .passages import Passage, Site, looked_up, passages
from .reach import NOTHING, Names, deciding, differing
from .sources import Source, source, template_changes

PSEUDO = frozenset({"AWS::AccountId", "AWS::Region"})
"""Pseudo parameters that stay names where they decide nothing."""

_NOTHING = Impact("update")


@dataclass(frozen=True)
class Assessment:
    """What happens to one bundle: to its templates, and in each instance to which anything happens."""

    templates: tuple[TemplateChange, ...] = ()
    impacts: Mapping[Instance, Impact] = field(default_factory=dict)
    refresh: Mapping[Instance, tuple[str, ...]] = field(default_factory=dict)
    """Instances that nothing but a wire of another bundle changes, and which wires do."""
    problems: tuple[Problem, ...] = ()
    gives: Mapping[Instance, frozenset[str]] = field(default_factory=dict)
    """Outputs of an instance's stack that become others, or may."""


@dataclass(frozen=True)
class _Bundle:
    """A bundle with what is known of it before any place is looked at."""

    item: WantedStackSet
    found: ObservedStackSet | None
    old: Source | None
    new: Source
    own: dict[str, Source]
    """Templates that stacks were made from that are not as their stack set, by the text of their root."""

    @property
    def name(self) -> str:
        return self.item.bundle

    def has(self, place: Instance) -> bool:
        return place in self.item.instances or (self.found is not None and place in self.found.instances)

    @property
    def places(self) -> frozenset[Instance]:
        return frozenset(self.item.instances) | frozenset(self.found.instances if self.found else ())

    @property
    def sources(self) -> list[Source]:
        return [*filter(None, (self.old, self.new)), *self.own.values()]

    def course(self, place: Instance) -> Course:
        return course(self.item, self.found, place, (self.old, self.new), self._own_source)

    def _own_source(self, stack: ObservedStack | None) -> Source:
        return self.own[stack.template if stack else ""]

    @property
    def varying(self) -> Names:
        """Parameters that instances have values of their own for."""
        wanted = {name for values in self.item.instances.values() for name in values}
        known = self.found.instances.values() if self.found else ()
        return frozenset(wanted | {name for each in known for name in each.overrides or ()})

    @property
    def exact(self) -> Names:
        """Parameters whose values must be known, because they decide something or because what they reach differs."""
        found = {name for each in self.sources for name in deciding(each.reach)}
        others = [each for each in self.sources if each is not self.new]
        return frozenset(found | {name for each in others for name in differing(each.reach, self.new.reach)})


def assess(wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet]) -> dict[str, Assessment]:
    """Return what happens to each bundle; `wanted` is in the order of deployment."""
    bundles = [_bundle(item, observed.get(item.definition.name)) for item in wanted]
    passed: dict[tuple[str, Instance], Passage] = {}
    known: dict[object, Mapping[str, Passage]] = {}
    varying = {each.name: each.varying for each in bundles}
    exact = _through_wires(bundles, varying)
    for place in sorted({place for each in bundles for place in each.places}):
        courses = {each.name: each.course(place) for each in bundles if each.has(place)}
        if all(each.action == "keep" for each in courses.values()):
            continue
        site = _site(place, courses, exact, varying)
        if site.key not in known:
            known[site.key] = passages(site)
        passed |= {(bundle, place): each for bundle, each in known[site.key].items()}
    return {each.name: _assessment(each, passed) for each in bundles}


def _through_wires(bundles: Sequence[_Bundle], varying: Mapping[str, Names]) -> dict[str, Names]:
    """Return the exact parameters of each bundle; what decides something in a later bundle is exact in its giver."""
    exact: dict[str, Names] = {}
    for each in reversed(bundles):
        exact[each.name] = exact.get(each.name, NOTHING) | each.exact
        for wire in each.new.bundle.wires:
            if wire.name in exact[each.name]:
                exact[wire.bundle] = exact.get(wire.bundle, NOTHING) | varying.get(wire.bundle, NOTHING) | PSEUDO
    return exact


def _site(
    place: Instance, courses: Mapping[str, Course], exact: Mapping[str, Names], varying: Mapping[str, Names]
) -> Site:
    real = {"AWS::AccountId": place.account, "AWS::Region": place.region}
    pseudo = {
        bundle: {name: value if name in exact[bundle] else f"${{{name}}}" for name, value in real.items()}
        for bundle in courses
    }
    reduced = {bundle: _reduced(each, varying[bundle] - exact[bundle]) for bundle, each in courses.items()}
    return Site(pseudo, names.partition(place.region), reduced)


def _reduced(found: Course, symbolic: Names) -> Course:
    """Leave names for values that are the same in every state."""
    values = [state.given for state in found.states]
    paths = {name for state in found.states for name in looked_up(state)}
    steady = {name for name in symbolic - paths if len({each.get(name) for each in values}) == 1 and name in values[0]}
    states = (
        State(state.source, {name: f"${{{name}}}" if name in steady else value for name, value in given.items()})
        for state, given in zip(found.states, values, strict=True)
    )
    return Course(found.action, tuple(states))


def _bundle(item: WantedStackSet, found: ObservedStackSet | None) -> _Bundle:
    known = {**(found.children if found else {}), **{upload.key: upload.body for upload in item.uploads}}
    new = source(item.bundle, item.definition.template, known) or _empty(item.bundle)
    if found is None:
        return _Bundle(item, None, None, new, {})
    deployed = found.definition.template
    same = deployed == item.definition.template
    old = new if same else source(item.bundle, deployed, known, like=new) or new
    unread = source(item.bundle, "", {}, like=old)
    own = {"": unread} if unread else {}
    for each in found.instances.values():
        text = each.stack.template if each.stack else ""
        if text and text not in own:
            given = {deployed: old, item.definition.template: new}
            own[text] = given.get(text) or source(item.bundle, text, known, like=new) or new
    return _Bundle(item, found, old, new, own)


def _empty(bundle: str) -> Source:
    made = source(bundle, "Resources: {}", {})
    assert made is not None
    return made


def _assessment(bundle: _Bundle, passed: Mapping[tuple[str, Instance], Passage]) -> Assessment:
    here = {place: each for (name, place), each in passed.items() if name == bundle.name}
    old = bundle.old
    return Assessment(
        templates=template_changes(old, bundle.new) if old and old is not bundle.new else (),
        impacts=_noted(bundle, {place: each.impact for place, each in here.items() if each.impact}),
        refresh={place: each.wires for place, each in here.items() if each.wires},
        problems=tuple(_not_inert(bundle, here)),
        gives={place: each.gives for place, each in here.items() if each.gives},
    )


def _noted(bundle: _Bundle, impacts: Mapping[Instance, Impact]) -> Mapping[Instance, Impact]:
    """Add to every update that the stack set's tags change, which are the tags of all resources too."""
    if bundle.found is None or bundle.found.definition.tags == bundle.item.definition.tags:
        return impacts
    old, new = bundle.found.definition.tags, bundle.item.definition.tags
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    notes = (f"tags of every resource change: {', '.join(changed)}",)
    staying = (place for place in bundle.item.instances if place in bundle.found.instances)
    noted: dict[int, Impact] = {}
    found = dict(impacts)
    for place in staying:
        impact = impacts.get(place, _NOTHING)
        found[place] = noted.setdefault(id(impact), replace(impact, notes=notes))
    return found


def _not_inert(bundle: _Bundle, here: Mapping[Instance, Passage]) -> Iterable[Problem]:
    """Yield the new parameters whose base value does what the instances' own values would not."""
    blamed: dict[str, dict[Instance, tuple[str, ...]]] = {}
    for place, each in here.items():
        for name, does in each.not_inert.items():
            blamed.setdefault(name, {})[place] = does
    for name, places in blamed.items():
        base = bundle.item.definition.parameters.get(name, "")
        does = tuple(dict.fromkeys(each for told in places.values() for each in told))
        what = (
            f"the parameter {name} is new to the stack set {bundle.item.definition.name}, which first gives every"
            f" instance its base value {base!r}: that would {'; '.join(does)} in {_named(bundle.item, places)}"
            " before their own values can be set"
        )
        hint = f"give {name} a default that changes nothing, deploy that, and then set the targets' own values"
        yield problem(what, where=bundle.name, hint=hint)


def _named(item: WantedStackSet, places: Iterable[Instance]) -> str:
    return ", ".join(str(item.targets.get(place, place)) for place in places)
