"""Settings: every value that an environment file gives is one that `plan` and `deploy` take.

Looks at files alone, so whoever checks without AWS learns it as early as whoever plans.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..environment.config import Environment
from ..environment.offers import check_offers
from ..environment.parameters import check_addresses, check_parameters, given_values
from ..errors import Problem
from .proof import HOLDS, Fact, Proof, against, proof
from .world import World


def prove_settings(world: World) -> Proof:
    """Prove that values are known, fit what the templates declare, and are offered where they are wanted."""
    bundles = tuple(world.bundles.values())
    facts = [fact for environment in world.environments for fact in _values(environment, world)]
    told = {fact.finding.problem for fact in facts if fact.finding}
    apart = [_wrong("overlap", each) for each in check_addresses(world.environments, bundles) if each not in told]
    return proof("settings", [*facts, *apart])


def _values(environment: Environment, world: World) -> Iterator[Fact]:
    """Yield a fact for each value that is given, and one for each problem."""
    deployed = [world.bundles[name] for name in environment.bundles]
    values = check_parameters(environment, tuple(world.bundles.values()))
    offers = list(check_offers(environment, deployed))
    wrong = {each.where for each in (*values, *offers)}
    yield from (HOLDS for _, given in given_values(environment) if given.where not in wrong)
    yield from (_wrong("value", each) for each in values)
    yield from (_wrong("offer", each) for each in offers)


def _wrong(about: str, found: Problem) -> Fact:
    return against(f"settings.{about}", found.where, found.what, found.hint)
