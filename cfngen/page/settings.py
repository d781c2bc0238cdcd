"""Settings: every value with its origin, for each account and region."""

from __future__ import annotations

from collections.abc import Iterator

from ..environment.config import Environment, Target
from ..environment.parameters import places, resolve
from ..environment.sourced import Sourced
from ..templates import BundleTemplates
from ..verify.world import World
from .content import Row, Section, Table, anchor, code, text

COLUMNS = ("Setting", "Value", "Where", "Origin", "What it is")


def settings_section(environment: Environment, world: World) -> Section:
    """Return the settings of each bundle; equal values of one origin share a row."""
    intro = ("The later wins: the template's default, `parameters`, the geography's `parameters`, `overrides`.",)
    parts = tuple(_bundle(environment, bundle) for bundle in world.bundles.values() if bundle.settings)
    return Section("settings", "Settings", intro, parts=(_places(environment), *parts), filters={}, noun="rows")


def _places(environment: Environment) -> Section:
    everywhere = dict.fromkeys((*environment.targets, *environment.every_place))
    rows = tuple(
        Row((code(str(each)), code(environment.account(each)), text(each.region), text(environment.region_role(each))))
        for each in everywhere
    )
    table = Table("Accounts and regions", ("Place", "Account", "Region", "Role"), rows)
    return Section("places", "Accounts and regions", tables=(table,))


def _bundle(environment: Environment, bundle: BundleTemplates) -> Section:
    rows = tuple(row for name in sorted(bundle.settings) for row in _setting(environment, bundle, name))
    table = Table(f"Settings of the bundle {bundle.name}", COLUMNS, rows)
    return Section(anchor("settings", bundle.name), bundle.name, tables=(table,))


def _setting(environment: Environment, bundle: BundleTemplates, name: str) -> Iterator[Row]:
    everywhere = places(environment, bundle)
    found: dict[Sourced, list[Target]] = {}
    for target in everywhere:
        given = resolve(environment, bundle, target).get(name)
        if given:
            found.setdefault(given, []).append(target)
    about = str(bundle.settings[name].get("Description", ""))
    for given, targets in found.items():
        where = ("everywhere",) if len(targets) == len(everywhere) else tuple(map(str, targets))
        yield Row((code(name), code(given.value or "(empty)"), text(*where), text(str(given.where)), text(about)))
