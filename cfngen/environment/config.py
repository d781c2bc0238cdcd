"""An environment: which accounts and regions there are, what is deployed to them and with which values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..catalog import NAMES, Scope, bundle_named
from ..errors import CfngenError, Problem, Where, require
from ..regions import SLOTS
from ..wording import did_you_mean, shown
from .document import Document, Place, read_document
from .mistakes import EDGE_REGION, check_document
from .shape import Admin, Delivery, Edge, GeographyShape, Rollout, Shape, Slot, Target, read_shape
from .sourced import Sourced, check_values, read_values

__all__ = [
    "Admin",
    "Delivery",
    "Edge",
    "Environment",
    "Geography",
    "Rollout",
    "Sourced",
    "Target",
    "environment_names",
    "load_environment",
    "load_environments",
]

Judge = Callable[[Collection[str], Sequence[tuple[str, Sourced]]], list[Problem]]
"""What is wrong with values, given the names of the bundles: asked where the file around them is wrong, too."""

ADMIN, EDGE = "admin", "edge"
"""What stands for a geography where a place has none."""

WRITES_ONE = "`cfngen init NAME` writes one; or name another folder with --params DIR"
"""The hint where an environment is wanted and there is none."""

NAME = re.compile("[a-z][a-z0-9-]{1,11}")
"""An environment's name: part of the names of roles and buckets, which are short."""


@dataclass(frozen=True)
class Geography:
    """One account whose data stays together: an active region and perhaps a standby."""

    name: str
    account: str
    active: str
    standby: str | None
    parameters: Mapping[str, Sourced]
    home: str
    """Where what exists once per account is made: `active`, unless the file says otherwise."""
    where: Where = field(default_factory=Where)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The active region, then the standby if there is one."""
        regions = (self.active, self.standby) if self.standby else (self.active,)
        return tuple(Target(self.name, region) for region in regions)


@dataclass(frozen=True)
class Environment:
    """What one file of `params/` says."""

    name: str
    file: str
    project: str
    domain: str
    bundles: tuple[str, ...]
    permission_model: str
    admin: Admin
    edge: Edge | None
    rollout: Rollout
    delivery: Delivery | None
    geographies: Mapping[str, Geography]
    parameters: Mapping[str, Sourced]
    overrides: Mapping[Target, Mapping[str, Sourced]]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every geography's regions, in the order us, eu, apac, each active region before its standby."""
        return tuple(target for geography in self.geographies.values() for target in geography.targets)

    @property
    def every_place(self) -> tuple[Target, ...]:
        """Every account and region that receives a stack of any bundle, each once."""
        scopes = (bundle_named(name).scope for name in self.bundles)
        return tuple(dict.fromkeys(place for scope in scopes for place in self.places(scope)))

    @property
    def homes(self) -> tuple[Target, ...]:
        """Every account that receives stacks, each once, in its home region."""
        found = {self.account(home): home for home in self._geography_homes}
        for place in self.every_place:
            found.setdefault(self.account(place), place)
        return tuple(found.values())

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that receive stacks: the geographies' and, where a bundle goes there, the edge's and admin's."""
        return tuple(self.account(home) for home in self.homes)

    @property
    def _geography_homes(self) -> tuple[Target, ...]:
        return tuple(Target(geography.name, geography.home) for geography in self.geographies.values())

    @property
    def _others(self) -> tuple[Target, ...]:
        """The edge and the admin account, where this environment manages them and no geography is there."""
        edge = (Target(EDGE, EDGE_REGION),) if self.edge and self.edge.managed else ()
        admin = (Target(ADMIN, self.admin.region),) if self.admin.managed else ()
        taken = {geography.account for geography in self.geographies.values()}
        found = {self.account(place): place for place in (*admin, *edge) if self.account(place) not in taken}
        return tuple(reversed(found.values()))

    def places(self, scope: Scope) -> tuple[Target, ...]:
        """Return where the bundles of a scope go."""
        match scope:
            case Scope.EVERY_REGION:
                return self.targets
            case Scope.HOMES:
                return self._geography_homes
            case Scope.ACCOUNTS:
                return (*self._geography_homes, *self._others)
            case Scope.ACCOUNT_REGIONS:
                return (*self.targets, *self._others)
            case Scope.EDGE:
                return (Target(EDGE, EDGE_REGION),) if self.edge else ()
            case Scope.PLAIN_STACKS:
                return ()

    def account(self, target: Target) -> str:
        """Return the account that a target is in."""
        if target.geography == ADMIN:
            return self.admin.account
        if target.geography == EDGE:
            return self.edge.account if self.edge else ""
        return self.geographies[target.geography].account

    def region_role(self, target: Target) -> str:
        """Return `active` or `standby`; the edge's and the admin's places have no standby."""
        geography = self.geographies.get(target.geography)
        return "standby" if geography and geography.standby == target.region else "active"

    def peer_region(self, target: Target) -> str:
        """Return the geography's other region, or `none`."""
        geography = self.geographies.get(target.geography)
        others = [place.region for place in geography.targets if place != target] if geography else []
        return others[0] if others else "none"

    def home_region(self, target: Target) -> str:
        """Return the home region of the target's account."""
        geography = self.geographies.get(target.geography)
        return geography.home if geography else target.region


def environment_names(folder: Path) -> tuple[str, ...]:
    """Return the environments that a folder has a file of, sorted; raises `CfngenError` without the folder."""
    if not folder.is_dir():
        raise CfngenError(Problem(Where(str(folder)), "there is no such folder", WRITES_ONE))
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if not path.name.startswith(".")))


def load_environment(folder: Path, name: str, judge: Judge | None = None) -> Environment:
    """Read `<folder>/<name>.yaml`; raises `CfngenError` with everything that is wrong in it.

    Whether values are right is told by the templates, once there is an environment; where there is none, `judge` says
    what can be said of them all the same, so that nobody mends a file in two rounds.
    """
    path = folder / f"{name}.yaml"
    known = environment_names(folder)
    if name not in known:
        raise CfngenError(_unknown(folder, name, known))
    require_name(path)
    return _environment(name, read_document(path), judge)


def require_name(path: Path) -> None:
    """Raise `CfngenError` if a file of this name cannot be an environment's."""
    if not NAME.fullmatch(path.stem):
        hint = "name the file with 2 to 12 lower-case letters, digits and hyphens, beginning with a letter"
        raise CfngenError(Problem(Where(str(path)), f"{shown(path.stem)} cannot be the name of an environment", hint))


def load_environments(folder: Path, judge: Judge | None = None, names: Sequence[str] = ()) -> tuple[Environment, ...]:
    """Read environments, all of a folder when none is named; raises `CfngenError` with the problems of all of them."""
    problems: list[Problem] = []
    found: list[Environment] = []
    for name in dict.fromkeys(names or environment_names(folder)):
        try:
            found.append(load_environment(folder, name, judge))
        except CfngenError as error:
            problems.extend(error.problems)
    if not found and not problems:
        problems.append(Problem(Where(str(folder)), "has no environment", WRITES_ONE))
    require(problems)
    return tuple(found)


def _unknown(folder: Path, name: str, known: tuple[str, ...]) -> Problem:
    there = f"there are {', '.join(known)}" if known else "there is none yet"
    hint = did_you_mean(name, known, WRITES_ONE)
    if NAME.fullmatch(name) and (folder / f"{name}.yml").exists():
        hint = f"rename {name}.yml to {name}.yaml"
    return Problem(Where(str(folder)), f"there is no environment {shown(name)}: {there}", hint)


def _environment(name: str, document: Document, judge: Judge | None) -> Environment:
    shape, problems = read_shape(document)
    problems += check_document(document)
    problems += [problem for place in _value_places(document) for problem in check_values(document, place)]
    if shape is None or problems:
        if judge:
            problems += judge(_written_bundles(document), _written_values(document, {each.where for each in problems}))
        raise CfngenError(*sorted(set(problems)))
    return _built(name, document, shape)


def _written_bundles(document: Document) -> list[str]:
    """Return the bundles that a file names; all of them where it does not."""
    written = document.at("bundles")
    return [name for name in NAMES if name in written] if isinstance(written, list) else list(NAMES)


def _written_values(document: Document, wrong: Collection[Where]) -> list[tuple[str, Sourced]]:
    """Return the values that a file gives, without those of which something wrong is known already."""
    given = (pair for place in _value_places(document) for pair in read_values(document, place).items())
    return [(name, value) for name, value in given if value.where not in wrong]


def _value_places(document: Document) -> Iterator[Place]:
    """Yield every place of a file where parameters get values."""
    geographies, overrides = document.at("geographies"), document.at("overrides")
    yield ("parameters",)
    for name in geographies if isinstance(geographies, dict) else ():
        yield ("geographies", name, "parameters")
    for name in overrides if isinstance(overrides, dict) else ():
        yield ("overrides", name)


def _built(name: str, document: Document, shape: Shape) -> Environment:
    geographies: dict[str, Geography] = {
        slot: _geography(slot, document, shape.geographies[slot]) for slot in _slots(shape)
    }
    targets = {str(target): target for geography in geographies.values() for target in geography.targets}
    return Environment(
        name=name,
        file=document.file,
        project=shape.project,
        domain=shape.domain,
        bundles=tuple(shape.bundles),
        permission_model=shape.permission_model,
        admin=shape.admin,
        edge=shape.edge,
        rollout=shape.rollout or Rollout(),
        delivery=shape.delivery,
        geographies=geographies,
        parameters=read_values(document, ("parameters",)),
        overrides={targets[key]: read_values(document, ("overrides", key)) for key in shape.overrides or {}},
    )


def _geography(slot: str, document: Document, part: GeographyShape) -> Geography:
    place = ("geographies", slot)
    values = read_values(document, (*place, "parameters"))
    home = part.home or part.active
    return Geography(slot, part.account, part.active, part.standby, values, home, document.where(*place))


def _slots(shape: Shape) -> list[Slot]:
    return sorted(shape.geographies, key=SLOTS.index)
