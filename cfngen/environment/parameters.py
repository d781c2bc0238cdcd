"""Which value each setting has at each target, where that value comes from, and whether it may be so.

The later wins: the template's default, `parameters`, the geography's `parameters`, `overrides`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..catalog import bundle_named
from ..errors import Problem, Where
from ..templates import BundleTemplates
from ..wording import did_you_mean, shown
from .addresses import SETTING as VPC_CIDR
from .addresses import Range, check_overlaps, check_range
from .config import Environment, Target
from .declarations import Declaration, as_text, check_value, placeholder
from .sourced import Sourced


def resolve(environment: Environment, bundle: BundleTemplates, target: Target) -> Mapping[str, Sourced]:
    """Return every setting of a bundle at a target, with the value's origin; one without a value is left out."""
    found_there = environment.geographies.get(target.geography)
    geography = found_there.parameters if found_there else {}
    levels = (environment.overrides.get(target, {}), geography, environment.parameters, _defaults(bundle))
    found = {name: next((level[name] for level in levels if name in level), None) for name in bundle.settings}
    return {name: given for name, given in found.items() if given}


def places(environment: Environment, bundle: BundleTemplates) -> tuple[Target, ...]:
    """Return where a bundle goes."""
    return environment.places(bundle_named(bundle.name).scope)


def base(environment: Environment, bundle: BundleTemplates) -> Mapping[str, str]:
    """Return the stack set's own values: what `parameters` says, else the default.

    Never a majority vote over the targets, nor any target's value if it can be avoided: the base
    would then change with that target, and a changed base is an update of every instance. A setting
    that only targets give gets a placeholder that its declaration admits, and every target overrides it;
    only where a pattern admits none of ours is it the first target's value.
    """
    shared = {**_defaults(bundle), **environment.parameters}
    found = {name: shared[name].value for name in bundle.settings if name in shared}
    for name, declared in bundle.settings.items():
        if name not in found and (value := _stand_in(environment, bundle, name, declared)) is not None:
            found[name] = value
    return dict(sorted(found.items()))


def overrides(environment: Environment, bundle: BundleTemplates, target: Target) -> Mapping[str, str]:
    """Return the values of a target that differ from the stack set's own."""
    shared = base(environment, bundle)
    wanted = resolve(environment, bundle, target)
    return {name: wanted[name].value for name in sorted(wanted) if wanted[name].value != shared[name]}


def check_parameters(environment: Environment, bundles: Sequence[BundleTemplates]) -> list[Problem]:
    """Return what is wrong with an environment's values, against the root templates of its bundles."""
    deployed = [bundle for bundle in bundles if bundle.name in environment.bundles]
    found = list(_unfed(environment, deployed))
    found += check_given(environment.bundles, list(given_values(environment)), bundles)
    found += _missing(environment, deployed)
    found += check_overlaps(_ranges(environment, deployed))
    return sorted(set(found))


def check_given(
    named: Collection[str], given: Sequence[tuple[str, Sourced]], bundles: Sequence[BundleTemplates]
) -> list[Problem]:
    """Return what is wrong with values by themselves, wherever they are written, against the bundles that are named."""
    deployed = [bundle for bundle in bundles if bundle.name in named]
    return [
        found
        for name, value in given
        for found in _wrong_name(name, value, deployed, bundles) or _wrong_value(name, value, deployed)
    ]


def check_addresses(environments: Sequence[Environment], bundles: Sequence[BundleTemplates]) -> list[Problem]:
    """Return the overlapping VPC ranges within and across environments, each naming both places."""
    return check_overlaps([each for environment in environments for each in _ranges(environment, bundles)])


def _defaults(bundle: BundleTemplates) -> dict[str, Sourced]:
    origin = Where(path=f"default in {bundle.name}/{bundle.root.path.name}")
    settings = bundle.settings.items()
    return {name: Sourced(as_text(each["Default"]), origin) for name, each in settings if "Default" in each}


def _stand_in(environment: Environment, bundle: BundleTemplates, name: str, declared: Declaration) -> str | None:
    inert = placeholder(declared)
    if inert is not None:
        return inert
    resolved = (resolve(environment, bundle, target).get(name) for target in places(environment, bundle))
    return next((given.value for given in resolved if given), None)


def given_values(environment: Environment) -> Iterator[tuple[str, Sourced]]:
    """Yield every value that the file gives, in the order of the file's levels."""
    yield from environment.parameters.items()
    for geography in environment.geographies.values():
        yield from geography.parameters.items()
    for values in environment.overrides.values():
        yield from values.items()


def _wrong_name(
    name: str, given: Sourced, deployed: Sequence[BundleTemplates], bundles: Sequence[BundleTemplates]
) -> list[Problem]:
    known = sorted({setting for bundle in deployed for setting in bundle.settings})
    if name in known:
        return []
    reason = next((reason for bundle in deployed if (reason := _filled_in(name, bundle))), None)
    if reason:
        return [Problem(given.where, f"{name} is not for a person to give: {reason}", "remove the line")]
    elsewhere = next((bundle.name for bundle in bundles if name in bundle.settings), None)
    if elsewhere:
        hint = f"remove the line, or add {elsewhere} to bundles"
        return [Problem(given.where, f"{name} belongs to the bundle {elsewhere}, which is not deployed", hint)]
    hint = did_you_mean(name, known, "remove the line; schema.json lists all parameters")
    return [Problem(given.where, f"{shown(name)} is no parameter of a bundle of this environment", hint)]


def _filled_in(name: str, bundle: BundleTemplates) -> str | None:
    """Return who gives a value that is not a setting, if anybody does."""
    if name in bundle.facts:
        return "the environment itself knows it"
    givers = {wire.name: wire.bundle for wire in bundle.wires} | {wire.name: wire.bundle for wire in bundle.late}
    giver = givers.get(name)
    if giver:
        return f"the bundle {giver} gives it"
    wired = any(name in child.parameters for child in bundle.children.values())
    return f"a layer of the bundle {bundle.name} gives it" if wired else None


def _wrong_value(name: str, given: Sourced, deployed: Sequence[BundleTemplates]) -> list[Problem]:
    unfit = check_range(given) if name == VPC_CIDR and not given.is_list else []
    declarations = [bundle.settings[name] for bundle in deployed if name in bundle.settings]
    return unfit or [problem for declared in declarations for problem in check_value(name, given, declared)]


def _missing(environment: Environment, deployed: Sequence[BundleTemplates]) -> Iterator[Problem]:
    for bundle in deployed:
        without: dict[str, list[Target]] = {}
        for target in places(environment, bundle):
            for name in bundle.settings.keys() - resolve(environment, bundle, target).keys():
                without.setdefault(name, []).append(target)
        for name, targets in sorted(without.items()):
            yield _missing_at(environment, name, targets)


def _missing_at(environment: Environment, name: str, targets: Sequence[Target]) -> Problem:
    geographies = {target.geography for target in targets}
    first = environment.geographies.get(targets[0].geography)
    where = first.where if first else Where(environment.file, path="parameters")
    if len(geographies) > 1:
        where = Where(environment.file, path="parameters")
    places = f"geographies.{targets[0].geography}.parameters or overrides.{targets[0]}"
    what = f"{name} has no value for {', '.join(map(str, targets))} and no default"
    return Problem(where, what, f"write {name} under parameters, {places}")


def _unfed(environment: Environment, deployed: Sequence[BundleTemplates]) -> Iterator[Problem]:
    """Yield the bundles that take wires of a bundle that is not deployed."""
    for bundle in deployed:
        for giver in sorted({wire.bundle for wire in bundle.wires} - set(environment.bundles)):
            what = f"the bundle {bundle.name} takes wires from {giver}, which is not deployed"
            yield Problem(Where(environment.file, path="bundles"), what, f"add {giver} before {bundle.name}")


def _ranges(environment: Environment, bundles: Sequence[BundleTemplates]) -> list[Range]:
    ranged = [bundle for bundle in bundles if bundle.name in environment.bundles and VPC_CIDR in bundle.settings]
    return [
        Range(f"{environment.name} {target}", values[VPC_CIDR])
        for bundle in ranged[:1]
        for target in environment.targets
        if VPC_CIDR in (values := resolve(environment, bundle, target))
    ]
