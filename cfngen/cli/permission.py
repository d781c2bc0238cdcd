"""What a person sees of a plan before it is carried out, and what of it must be permitted by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..aws.leavings import read_leavings
from ..deployment import Instance
from ..errors import Problem, problem, require
from ..execution.standing import Standing, protected
from ..planning.losses import check_data_loss
from ..planning.operations import ObservedStackSet, Plan
from ..planning.promotions import check_promotions
from ..text.leavings import leavings_lines
from ..text.plan import plan_lines
from .console import show_lines
from .workspace import Deployed


def show(there: Deployed, plan: Plan, stands: Standing, *, delete: bool, named: tuple[str, ...]) -> None:
    """Print the plan, and what stays of what it deletes; refuse it unless somebody said that it may delete and lose."""
    show_lines(plan_lines(plan, there.workspace.places))
    going = _going(plan, stands)
    show_lines(leavings_lines(*read_leavings(there.readers, going), there.workspace.places))
    problems = check_data_loss(plan, named)
    problems += check_promotions(stands.wanted, stands.observed, named)
    problems += [] if delete else _not_permitted(plan)
    problems += protected(going)
    require(problems)


def _not_permitted(plan: Plan) -> Iterator[Problem]:
    """Yield what a plan deletes, which is never implied."""
    hint = "add --delete if that is meant; their stacks and what they hold go, but for what is retained"
    gone = [str(place) for item in plan.deletions for place in item.area.instances]
    if gone:
        yield problem(f"the plan deletes {len(gone)} instances: {', '.join(gone)}", hint=hint)
    for bundle in plan.abandoned:
        what = "the plan deletes its stack set, because the environment does not name the bundle any more"
        yield problem(what, where=bundle, hint=hint)


def _going(plan: Plan, stands: Standing) -> dict[str, ObservedStackSet]:
    """Return, by bundle, what is there of the instances that a plan deletes."""
    gone: dict[str, set[Instance]] = {}
    for item in plan.deletions:
        gone.setdefault(item.name, set()).update(item.area.instances)
    bundles = {step.name: step.bundle for step in plan.steps}
    return {
        bundles[name]: replace(found, instances={p: each for p, each in found.instances.items() if p in gone[name]})
        for name, found in stands.everything.items()
        if name in gone
    }
