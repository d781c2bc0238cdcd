"""The three slots for geographies in templates that serve all of them, each behind a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from troposphere import AWSHelperFn, Equals, If, Join, NoValue, Template

from ..layer import Wire, take

SLOTS = ("us", "eu", "apac")

Chosen: TypeAlias = AWSHelperFn | str


def has(slot: str) -> str:
    """Return the name of the condition that holds where the environment has the geography."""
    return f"Has{slot.title()}"


def take_slots(template: Template, wires: Mapping[str, Wire]) -> None:
    """Add the condition of each slot from the wires that say which geographies are served."""
    for slot, wire in wires.items():
        template.add_condition(has(slot), Equals(take(template, wire), "true"))


def names() -> Join:
    """Return the names of the geographies that there are, with spaces between and around them."""
    return Join(" ", [If(has(slot), slot, "") for slot in SLOTS])


def first(values: Mapping[str, Chosen], order: Sequence[str], otherwise: Chosen = NoValue) -> Chosen:
    """Return the value of the first geography of an order that the environment has."""
    chosen = otherwise
    for slot in reversed(order):
        chosen = If(has(slot), values[slot], chosen)
    return chosen
