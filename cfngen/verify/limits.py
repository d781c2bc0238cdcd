"""Limits: every quota of CloudFormation, StackSets and what they make, as used / allowed."""

from __future__ import annotations

from collections.abc import Iterable

from .proof import HOLDS, Fact, Proof, against, proof
from .quotas import Quota
from .usage import Use, usage
from .world import World


def prove_limits(world: World) -> Proof:
    """Prove that nothing is over a quota; the details are each quota's highest use."""
    uses = list(usage(world))
    return proof("limits", map(_fact, uses), _highest(uses))


def _fact(use: Use) -> Fact:
    quota = use.quota
    if use.used <= quota.allowed:
        return HOLDS
    what = f"{use.of}: {quota.name}: {use.used:,} of {quota.allowed:,}"
    if quota.adjustable:
        hint = "ask AWS to raise it before deploying, or use fewer"
        return against(quota.rule, use.where, what, hint, source=quota.source, level="warning")
    return against(quota.rule, use.where, what, "split it, or make it smaller", source=quota.source)


def _highest(uses: Iterable[Use]) -> list[str]:
    highest: dict[Quota, Use] = {}
    for use in uses:
        if use.quota not in highest or use.used > highest[use.quota].used:
            highest[use.quota] = use
    return [f"{quota.name}: {use.used:,} of {quota.allowed:,} ({use.of})" for quota, use in highest.items()]
