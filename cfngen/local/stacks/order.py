"""The order in which resources can be made: each after all that it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from .refusal import invalid


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return names so that each stands after those it needs, else as given; names needed but not given are ignored.

    Raises the `ValidationError` of AWS for a cycle.
    """
    present = {name: [need for need in needs[name] if need in needs] for name in needs}
    try:
        return list(TopologicalSorter(present).static_order())
    except CycleError as error:
        members = sorted(set(error.args[1]))
        raise invalid(f"Circular dependency between resources: [{', '.join(members)}]") from error
