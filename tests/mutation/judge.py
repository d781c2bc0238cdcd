"""The judge: our lint rules and the proofs, over a template that was weakened in memory.

A weakening is caught when a rule or a proof says so and names the property. Rules are asked first, the
one that caught the last weakening of the same kind before all others; then the proofs, of one account
with an active and a standby region: what holds there fails nowhere else that it would hold.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cfngen import rules
from cfngen.catalog import BOOTSTRAP, Scope, bundle_named
from cfngen.environment.config import Environment, load_environment
from cfngen.environment.sourced import Sourced
from cfngen.errors import Where
from cfngen.findings import Finding
from cfngen.templates import BundleTemplates, TemplateFile, load_bundle, read_template
from cfngen.verify import PROOFS
from cfngen.verify.world import World, assemble

from .mutants import Mutant
from .worlds import altered

ASKED: Mapping[str, tuple[str, ...]] = {
    "access": ("access",),
    "compute": ("reachability",),
    "continuity": ("capacity",),
    "public access": ("reachability",),
    "reachability": ("reachability",),
}
"""Proofs that a weakening may fail, by its class; to ask more would only take longer."""

SLOW = "access"
"""The proof that takes longer than all rules together: they are asked before it, whatever it has caught."""


@dataclass(frozen=True)
class Verdict:
    """What was found, and by which rule or proof; `names` says whether it names the property."""

    rule: str
    message: str
    names: bool


@dataclass
class Judge:
    """The rules, and the world that the proofs look at."""

    folder: Path
    environment: Environment
    bundles: Mapping[str, BundleTemplates]
    bootstrap: tuple[TemplateFile, ...]
    rules: Mapping[str, Any]
    small: Mapping[str, Environment] = field(default_factory=dict)
    """The part of the environment that is asked first, by class of property."""
    known: set[str] = field(default_factory=set)
    """What is found in the templates as they are: nothing, one hopes."""
    last: dict[str, str] = field(default_factory=dict)
    """Which rule caught the last weakening of a kind."""
    worlds: dict[tuple[str, bool], World] = field(default_factory=dict)
    """The worlds of the templates as they are, by class of property, small and whole."""
    lately: dict[str, dict[str, None]] = field(default_factory=dict)
    """Rules that caught a weakening of a type, in no order: they are asked before the others."""

    def judge(self, mutant: Mutant) -> Verdict | None:
        """Return the finding that names the property, another one if none does, None if there is none."""
        unnamed: Verdict | None = None
        for rule, message in self._found(mutant):
            verdict = Verdict(rule, message, mutant.is_named_by(message))
            if verdict.names:
                self.last[mutant.key] = rule
                self.lately.setdefault(mutant.type, {})[rule] = None
                return verdict
            unnamed = unnamed or verdict
        return unnamed

    def _found(self, mutant: Mutant) -> Iterator[tuple[str, str]]:
        """Yield what is found, beginning with what found the last weakening of the kind."""
        usual = self.last.get(mutant.key, "")
        proved_first = usual in PROOFS and usual != SLOW
        if usual in self.rules:
            yield from self.linted(mutant.file, mutant.body, usual)
        elif proved_first:
            yield from self._proved(mutant)
        likely = [rule for rule in self.lately.get(mutant.type, {}) if rule in self.rules]
        for rule in dict.fromkeys((*likely, *self.rules)):
            yield from self.linted(mutant.file, mutant.body, rule)
        if not proved_first:
            yield from self._proved(mutant)

    def linted(self, file: TemplateFile, body: Mapping[str, Any], rule: str) -> Iterator[tuple[str, str]]:
        """Yield what one rule finds in a template and its metadata does not answer."""
        template = SimpleNamespace(template=body, filename=str(file.path))
        for match in self.rules[rule].match(template):
            resource = body.get("Resources", {}).get(match.path[1], {}) if len(match.path) > 1 else {}
            answered = resource.get("Metadata", {}).get("cfn-lint", {}).get("config", {}).get("ignore_checks", ())
            message = f"{'.'.join(map(str, match.path))}: {match.message}"
            if rule not in answered and message not in self.known:
                yield rule, message

    def _proved(self, mutant: Mutant) -> Iterator[tuple[str, str]]:
        """Yield what the proofs of its class find: in one region first, and where nothing is found, in all."""
        asked = [name for name in ASKED.get(mutant.property_class, ()) if name in PROOFS]
        changed = replace(mutant.file, body=mutant.body)
        if not asked or not self._is_looked_at(changed):
            return
        for small in (True, False):
            world = self.world(mutant.property_class, changed, small=small)
            for name in asked:
                for finding in PROOFS[name](world).findings:
                    if said(finding) not in self.known:
                        yield name, said(finding)

    def _is_looked_at(self, file: TemplateFile) -> bool:
        files = [each for bundle in self.bundles.values() for each in bundle.files]
        return any(each.path == file.path for each in (*files, *self.bootstrap))

    def world(self, property_class: str, changed: TemplateFile, *, small: bool) -> World:
        """Return the world that the proofs of a class look at, with one template changed."""
        key = (property_class, small)
        if key not in self.worlds:
            environment = self.small[property_class] if small else self.environment
            with_bootstrap = "access" in ASKED[property_class]  # nobody else asks for its stacks
            self.worlds[key] = self.evaluated(environment, with_bootstrap=with_bootstrap)
        return altered(self.worlds[key], changed) or self._evaluated_again(self.worlds[key], changed)

    def evaluated(self, environment: Environment, *, with_bootstrap: bool = True) -> World:
        """Return the world of an environment, as the templates are."""
        bundles = {name: self.bundles[name] for name in environment.bundles}
        return assemble([environment], self.folder, bundles, self.bootstrap if with_bootstrap else ())

    def _evaluated_again(self, world: World, changed: TemplateFile) -> World:
        bundles = {name: _changed(bundle, changed) for name, bundle in world.bundles.items()}
        bootstrap = [changed if each.path == changed.path else each for each in world.bootstrap]
        return assemble(world.environments, self.folder, bundles, bootstrap)


def said(finding: Finding) -> str:
    return f"{finding.problem.where.path}: {finding.problem.what}"


def make_judge(home: Path, folder: Path) -> Judge:
    """Return the judge of a folder of templates, with production's first geography as its world."""
    prod = load_environment(home / "params", "prod")
    first = dict(list(prod.geographies.items())[:1])
    bundles = {name: load_bundle(folder, name) for name in prod.bundles}
    environment = replace(prod, geographies=first, parameters={**prod.parameters, **_switched_on(prod, bundles)})
    bootstrap = tuple(read_template(path) for path in sorted((folder / BOOTSTRAP.name).glob("*.yaml")))
    rules_ = {rule.id: rule for rule in _rules()}
    judge = Judge(folder, environment, bundles, bootstrap, rules_, _small(environment))
    world = judge.evaluated(environment)
    names = {name for asked in ASKED.values() for name in asked if name in PROOFS}
    proved = {said(finding) for name in names for finding in PROOFS[name](world).findings}
    files = [read_template(path) for path in sorted(folder.rglob("*.yaml"))]
    judge.known |= proved | {found for each in files for found in _linted(judge, each)}
    return judge


def _linted(judge: Judge, file: TemplateFile) -> list[str]:
    return [found for rule in judge.rules for _, found in judge.linted(file, file.body, rule)]


def _small(environment: Environment) -> Mapping[str, Environment]:
    """Return one active region of the environment by class; of its network alone where that is all that matters."""
    (geography,) = environment.geographies.values()
    active = replace(environment, geographies={geography.name: replace(geography, standby=None)})
    regional = tuple(name for name in environment.bundles if bundle_named(name).scope is Scope.EVERY_REGION)
    network = replace(active, bundles=regional)
    return {name: active if "access" in asked else network for name, asked in ASKED.items()}


def _switched_on(environment: Environment, bundles: Mapping[str, BundleTemplates]) -> Mapping[str, Sourced]:
    """Return the switches that are off as if they were on: what is not deployed cannot fail."""
    declared = {name: each for bundle in bundles.values() for name, each in bundle.settings.items()}
    chosen = {name: str(each.get("Default")) for name, each in declared.items()}
    chosen |= {name: given.value for name, given in environment.parameters.items()}
    off = [name for name in declared if chosen[name] == "false"]
    return {name: Sourced("true", Where()) for name in off}


def _changed(bundle: BundleTemplates, changed: TemplateFile) -> BundleTemplates:
    children = {name: changed if file.path == changed.path else file for name, file in bundle.children.items()}
    return replace(bundle, root=changed if bundle.root.path == changed.path else bundle.root, children=children)


def _rules() -> Iterator[Any]:
    for info in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        for value in vars(module).values():
            if inspect.isclass(value) and value.__module__ == module.__name__ and hasattr(value, "shortdesc"):
                yield value()
