"""verify(): proofs about all environments, read from template files and `params/` alone.

They are independent of the Python that wrote the templates: whatever a layer believes, a proof
evaluates what CloudFormation will see, with the values that each target gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..environment.config import Environment
from .access import prove_access
from .addressing import prove_addressing
from .capacity import prove_capacity
from .limits import prove_limits
from .placement import prove_placement
from .proof import Proof
from .reachability import prove_reachability
from .settings import prove_settings
from .world import World, survey

__all__ = ["PROOFS", "Proof", "verify"]

PROOFS: Mapping[str, Callable[[World], Proof]] = {
    "settings": prove_settings,
    "limits": prove_limits,
    "placement": prove_placement,
    "addressing": prove_addressing,
    "capacity": prove_capacity,
    "reachability": prove_reachability,
    "access": prove_access,
}
"""Every proof by its name, in the order in which they are shown."""


def verify(environments: Sequence[Environment], folder: Path) -> tuple[Proof, ...]:
    """Return every proof over all environments given; raises `CfngenError` where a template cannot be read.

    Where a value is wrong, what would be made of it says nothing: the other proofs wait until it is mended.
    """
    world = survey(environments, folder)
    first, *others = PROOFS
    values = PROOFS[first](world)
    if not values.holds:
        waiting = f"not proved while values are wrong: {', '.join(others)}"
        return (replace(values, details=(*values.details, waiting)),)
    return (values, *(PROOFS[name](world) for name in others))
