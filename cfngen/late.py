"""Late values: put among the values that are wanted, as far as anybody knows them. Pure.

What a stack gives is read by `cfngen.aws.outputs` and comes in here. What nobody can know before its
giver is deployed is `KNOWN_AFTER_DEPLOY`, which a plan shows and which never goes to AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from .deployment import LateValue, WantedStackSet
from .errors import Problem, problem

KNOWN_AFTER_DEPLOY = "(known after deploy)"

Outputs = Mapping[LateValue, str]
"""The late values that could be read."""


def filled(item: WantedStackSet, outputs: Outputs) -> WantedStackSet:
    """Return a stack set whose instances have their late values, or what stands for those that nobody knows."""
    return _with(item, lambda late: {name: outputs.get(each, KNOWN_AFTER_DEPLOY) for name, each in late.items()})


def forgotten(item: WantedStackSet, changing: Collection[LateValue]) -> WantedStackSet:
    """Return a stack set of which some late values are not known any more: what gives them changes before."""
    return _with(item, lambda late: {name: KNOWN_AFTER_DEPLOY for name, each in late.items() if each in changing})


def certain(item: WantedStackSet) -> WantedStackSet:
    """Return a stack set without the values that nobody knows yet."""
    instances = {
        place: {name: value for name, value in values.items() if value != KNOWN_AFTER_DEPLOY}
        for place, values in item.instances.items()
    }
    return replace(item, instances=instances)


def givers(wanted: Sequence[WantedStackSet]) -> tuple[LateValue, ...]:
    """Return every late value of the stack sets once."""
    late = (each for item in wanted for place in item.instances for each in item.late.get(place, {}).values())
    return tuple(dict.fromkeys(late))


def check_known(item: WantedStackSet) -> list[Problem]:
    """Return the values that are needed now and that nobody could read."""
    missing: dict[LateValue, list[str]] = {}
    for place, values in item.instances.items():
        for name, late in item.late.get(place, {}).items():
            if values.get(name) == KNOWN_AFTER_DEPLOY:
                missing.setdefault(late, []).append(str(item.targets.get(place, place)))
    return [
        problem(
            f"{', '.join(takers)} need {late.output}, which the stack of {late.stack_set} in {late.place} has not",
            where=item.bundle,
            hint=f"deploy the bundle {late.bundle} first: `cfngen deploy ENV --bundle {late.bundle}`",
        )
        for late, takers in missing.items()
    ]


def _with(item: WantedStackSet, found: Callable[[Mapping[str, LateValue]], Mapping[str, str]]) -> WantedStackSet:
    instances = {
        place: dict(sorted({**values, **found(item.late[place])}.items())) if place in item.late else values
        for place, values in item.instances.items()
    }
    return replace(item, instances=instances)
