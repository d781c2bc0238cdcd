"""The world that proofs look at: every template, evaluated at every place it is deployed to.

A `Site` is one account and region of an environment with the stacks of all its bundles, wired as
they will be. A standby region is there twice: as it stands by, and as it will be when promoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import deployment, names
from ..catalog import BOOTSTRAP
from ..environment.config import Environment, Target
from ..environment.parameters import places, resolve
from ..expressions.evaluate import Resource
from ..expressions.nested import Stack, evaluate_bundle, evaluate_template, pseudo_parameters, published
from ..expressions.values import Reference, Value
from ..late import KNOWN_AFTER_DEPLOY
from ..templates import BundleTemplates, TemplateFile, load_bundle, read_template


@dataclass(frozen=True)
class Located:
    """A resource with the stack it is in."""

    stack: Stack
    resource: Resource


@dataclass(frozen=True)
class Site:
    """One account and region of an environment, with all its stacks."""

    environment: Environment
    target: Target | None
    account: str
    region: str
    role: str
    """`active`, `standby`, `promoted` or `bootstrap`."""
    given: Mapping[str, Mapping[str, str]]
    """Values of the root's parameters, by bundle."""
    stacks: tuple[Stack, ...]

    def __str__(self) -> str:
        promoted = " once promoted" if self.role == "promoted" else ""
        return f"{self.environment.name} {self.target or f'{self.account}/{self.region}'}{promoted}"

    def resources(self, *types: str) -> Iterator[Located]:
        """Yield the resources of the types given, or all."""
        for stack in self.stacks:
            for resource in stack.resources.values():
                if not types or resource.type in types:
                    yield Located(stack, resource)

    def find(self, value: Value) -> Located | None:
        """Return the resource of this site that a value refers to."""
        if not isinstance(value, Reference):
            return None
        stacks = [stack for stack in self.stacks if stack.frame.stack == value.stack]
        found = stacks[0].resources.get(value.logical_id) if stacks else None
        return Located(stacks[0], found) if found else None


@dataclass(frozen=True)
class World:
    """Every environment, every template file, and every site."""

    environments: tuple[Environment, ...]
    bundles: Mapping[str, BundleTemplates]
    bootstrap: tuple[TemplateFile, ...]
    sites: tuple[Site, ...]
    """Bootstrap's places, and every target as it is deployed."""
    promoted: tuple[Site, ...]
    """The standby regions as they will be when they serve users."""

    @property
    def serving(self) -> tuple[Site, ...]:
        """The places that serve users, now or once promoted."""
        return (*(site for site in self.sites if site.role == "active"), *self.promoted)


def survey(environments: Sequence[Environment], folder: Path) -> World:
    """Read the templates of all environments' bundles and evaluate them wherever they go.

    Raises `CfngenError` where a template cannot be read.
    """
    wanted = dict.fromkeys(name for environment in environments for name in environment.bundles)
    bundles = {name: load_bundle(folder, name) for name in wanted}
    home = folder / BOOTSTRAP.name
    bootstrap = tuple(read_template(path) for path in sorted(home.glob("*.yaml")))
    return assemble(environments, folder, bundles, bootstrap)


def assemble(
    environments: Sequence[Environment],
    folder: Path,
    bundles: Mapping[str, BundleTemplates],
    bootstrap: Sequence[TemplateFile],
) -> World:
    """Evaluate templates wherever they go; they need not be those that the folder has now."""
    targets = [(environment, target) for environment in environments for target in environment.every_place]
    sites = [_site(environment, bundles, target) for environment, target in targets]
    plain = [site for each in environments if bootstrap for site in _plain_sites(each, folder, bootstrap)]
    promoted = [
        _site(environment, bundles, target, promoted=True)
        for environment, target in targets
        if environment.region_role(target) == "standby"
    ]
    return World(tuple(environments), bundles, tuple(bootstrap), (*plain, *sites), tuple(promoted))


def _site(
    environment: Environment, bundles: Mapping[str, BundleTemplates], target: Target, *, promoted: bool = False
) -> Site:
    account, partition = environment.account(target), names.partition(target.region)
    role = "promoted" if promoted else environment.region_role(target)
    given: dict[str, Mapping[str, str]] = {}
    stacks: list[Stack] = []
    ssm: dict[str, Value] = {}
    here = [name for name in environment.bundles if target in places(environment, bundles[name])]
    for name in here:
        given[name] = _given(environment, bundles[name], target, promoted=promoted)
        home = f"{environment.name}/{target}/{name}"
        pseudo = pseudo_parameters(account, target.region, partition)
        found = evaluate_bundle(bundles[name], home, given[name], pseudo, ssm)
        ssm |= published(found)
        stacks += found.values()
    return Site(environment, target, account, target.region, role, given, tuple(stacks))


def _given(environment: Environment, bundle: BundleTemplates, target: Target, *, promoted: bool) -> Mapping[str, str]:
    """Return the value of each of the root's parameters, as the deployment gives it."""
    known = deployment.facts(environment, target) | ({"RegionRole": "active"} if promoted else {})
    wires = {wire.name: f"/{environment.project}/{environment.name}/{wire.path}" for wire in bundle.wires}
    settings = {name: sourced.value for name, sourced in resolve(environment, bundle, target).items()}
    late = dict.fromkeys(deployment.late_values(environment, bundle, target), KNOWN_AFTER_DEPLOY)
    return {name: known[name] for name in bundle.facts if name in known} | wires | late | settings


def _plain_sites(environment: Environment, folder: Path, bootstrap: Sequence[TemplateFile]) -> Iterator[Site]:
    files = {file.path: file for file in bootstrap}
    for plain in deployment.plain_stacks(environment, folder):
        account, region = plain.place
        pseudo = pseudo_parameters(account, region, names.partition(region))
        name = f"{environment.name}/{account}/{region}/{plain.layer}"
        stack = evaluate_template(files[plain.template], name, plain.parameters, pseudo)
        given = {BOOTSTRAP.name: plain.parameters}
        yield Site(environment, None, account, region, "bootstrap", given, (stack,))
