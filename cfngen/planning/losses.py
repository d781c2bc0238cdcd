"""The data-loss stop: what a plan deletes or replaces that cannot be made again, unless a person names it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..deployment import Instance
from ..errors import Problem, problem
from ..wording import likely
from .changes import Effect, ResourceChange
from .operations import Plan, Step

WORDS = {
    Effect.DELETE: "deletes",
    Effect.REPLACE: "replaces",
    Effect.MAY_REPLACE: "may replace",
    Effect.UNKNOWN: "does what is not known to",
}

KEPT = {
    "Retain": "the old one is retained, outside the stack",
    "RetainExceptOnCreate": "the old one is retained, outside the stack",
    "Snapshot": "a last snapshot of the old one is kept",
    "Delete": "the old one is deleted for good",
}


@dataclass(frozen=True)
class Loss:
    """A resource with data in it that a plan deletes, replaces, may replace, or does to what is not known."""

    bundle: str
    change: ResourceChange
    instances: tuple[Instance, ...]
    flag: str
    """What `--replace` must name: the logical id, with its layer where several layers lose one of that id."""

    @property
    def kept(self) -> str:
        """What becomes of the old one, in words."""
        return KEPT.get(self.change.policy, "")


def losses(steps: Sequence[Step]) -> tuple[Loss, ...]:
    """Return every loss of data that steps may bring, each resource and effect once, with its instances."""
    found: dict[tuple[str, str, Effect], tuple[ResourceChange, dict[Instance, None]]] = {}
    for step in steps:
        for group in step.groups:
            for change in group.impact.touched:
                if change.loses:
                    key = (step.bundle, change.name, change.effect)
                    found.setdefault(key, (change, {}))[1].update(dict.fromkeys(group.instances))
    owners: dict[str, set[str]] = {}
    for change, _ in found.values():
        owners.setdefault(change.logical_id, set()).add(change.name)
    return tuple(
        Loss(bundle, change, tuple(places), change.logical_id if len(owners[change.logical_id]) == 1 else change.name)
        for (bundle, *_), (change, places) in found.items()
    )


def check_data_loss(plan: Plan, named: Sequence[str]) -> list[Problem]:
    """Return a problem for each resource with data that a plan may lose and that nobody named.

    A name is a logical id, or `layer.LogicalId` where several layers have that id.
    """
    return list(check_losses(losses(plan.steps), named))


def check_losses(found: Sequence[Loss], named: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each loss that no name allows."""
    for loss in found:
        if not {loss.flag, loss.change.name} & set(named):
            yield _refusal(loss, named)


def _refusal(loss: Loss, named: Collection[str]) -> Problem:
    change = loss.change
    why = "; ".join(filter(None, (change.why, loss.kept)))
    what = f"{WORDS[change.effect]} {change.name} ({change.type}), which holds data, in {len(loss.instances)} instances"
    hint = f"if that is meant, add --replace {loss.flag}"
    if change.logical_id in named:
        hint = f"several layers have a {change.logical_id}: name this one with --replace {loss.flag}"
    elif guess := likely(loss.flag, named):
        hint = f"{hint}, not --replace {guess}"
    return problem(what + (f": {why}" if why else ""), where=loss.bundle, hint=hint)
