"""Whether a region offers the classes of machines that an environment wants there, by lists that cfn-lint ships.

A class that is not on a list is refused; a region or an engine that the lists do not know is let through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Problem
from ..schemas import database_classes, instance_types
from ..templates import BundleTemplates
from ..wording import did_you_mean, shown
from .config import Environment, Target
from .parameters import places, resolve

INSTANCE_TYPE = "InstanceType"
"""How the names of settings end that choose a machine of EC2."""

CLASS, ENGINE = "DatabaseInstanceClass", "DatabaseEngine"


def check_offers(environment: Environment, bundles: Sequence[BundleTemplates]) -> Iterator[Problem]:
    """Yield a problem for each value that names a class which its region does not offer."""
    for bundle in bundles:
        for target in places(environment, bundle):
            yield from _check(environment, bundle, target)


def _check(environment: Environment, bundle: BundleTemplates, target: Target) -> Iterator[Problem]:
    values = resolve(environment, bundle, target)
    engine = values[ENGINE].value if ENGINE in values else ""
    for name, given in values.items():
        if name.endswith(INSTANCE_TYPE):
            offered, what = instance_types(target.region), "EC2"
        elif name == CLASS and engine:
            offered, what = database_classes(engine, target.region), engine
        else:
            continue
        if offered and given.value not in offered:
            hint = did_you_mean(given.value, sorted(offered), f"choose another for overrides.{target}")
            yield Problem(
                given.where, f"{name} {shown(given.value)} is not offered for {what} in {target.region}", hint
            )
