"""A destruction from the first look at AWS to its end; what `destroy` does, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from .. import names
from ..aws.leavings import read_leavings
from ..aws.lock import locked
from ..aws.session import require_account
from ..catalog import NAMES
from ..errors import Problem, problem, require
from ..execution.execute import Means, execute, join
from ..execution.standing import forget, protected, reachable, refusal
from ..planning.operations import ObservedStackSet, Plan
from ..planning.plan import destruction
from ..text.leavings import leavings_lines
from ..text.plan import plan_lines
from .ask import confirm_typed
from .board import progress
from .console import note, show_lines
from .interrupted import interruptible
from .workspace import Deployed

Observed = dict[str, ObservedStackSet]


def destroy(there: Deployed, *, yes: bool) -> None:
    """Show what goes and what stays, ask, and delete; nothing is begun that could not be finished."""
    space = there.workspace
    arn = require_account(there.aws, space.environment.admin.account)
    if not there.observe_all():
        show_lines(["Nothing to do."])
        return
    require(_later(there))
    with locked(there.bucket, arn) as renew:
        observed = reachable(_settled(there, renew))
        plan = _plan(there, observed)
        show_lines(plan_lines(plan, space.places))
        bundles = {bundle: observed[name] for bundle, name in space.stack_sets if name in observed}
        show_lines(leavings_lines(*read_leavings(there.readers, bundles), space.places))
        require(protected(bundles))
        if not plan.is_empty:
            confirm_typed("This deletes them.", space.environment.name, yes=yes)
            renew()
            _carry_out(there, plan, renew)
        require(_left(there))


def _carry_out(there: Deployed, plan: Plan, renew: Callable[[], None]) -> None:
    space = there.workspace
    with interruptible(space.environment.name), progress(space.places) as report:
        execute(plan, Means(there.stacksets, report, sleep=partial(_sleep, renew), interval=there.interval))


def _later(there: Deployed) -> Iterator[Problem]:
    """Yield the bundles that stay and that come after one that would go: what they are made on would be pulled away."""
    environment, going = there.workspace.environment, [bundle for bundle, _ in there.workspace.stack_sets]
    staying = {
        names.stack_set(environment.project, environment.name, bundle): bundle
        for bundle in NAMES[NAMES.index(going[0]) + 1 :]
        if bundle not in going
    }
    later = [staying[name] for name in there.stacksets.observe(staying)]
    if later:
        last = max(later, key=NAMES.index)
        hint = f"destroy the later ones first, the last one before the others: `cfngen destroy ENV --bundle {last}`"
        yield problem(f"{', '.join(sorted(later, key=NAMES.index))} may still use it", where=going[0], hint=hint)


def _left(there: Deployed) -> Iterator[Problem]:
    """Yield what could not go: instances in suspended accounts, and so their stack sets."""
    space, found = there.workspace, reachable(there.observe_all())
    for bundle, name in space.stack_sets:
        for place in found[name].passed_over if name in found else ():
            command = forget(name, place, space.environment.admin.region)
            hint = f"if the account is closed for good: `{command}`, then run the same command again"
            yield problem(f"the stack set {name} stays: the account of {place} is suspended", where=bundle, hint=hint)


def _plan(there: Deployed, observed: Observed) -> Plan:
    return destruction(there.workspace.stack_sets, observed, preferences=there.workspace.preferences)


def _settled(there: Deployed, renew: Callable[[], None]) -> Observed:
    """Wait for deletions that run already; raises for any other operation that runs."""
    observed = there.observe_all()
    while any(found.running for found in observed.values()):
        running = {bundle: there.stacksets.under_way(name) for bundle, name in there.workspace.stack_sets}
        hint = "wait for it (`cfngen status ENV --watch`) or stop it (`cfngen deploy ENV --stop`)"
        require(
            problem(f"{each} runs, and {why}", where=bundle, hint=hint)
            for bundle, items in running.items()
            for each in items
            if (why := refusal(None, observed[each.stack_set], each, None))
        )
        note("An operation runs already; waiting for its end.")
        with interruptible(there.workspace.environment.name), progress(there.workspace.places) as report:
            join(running, {}, Means(there.stacksets, report, sleep=partial(_sleep, renew), interval=there.interval))
        observed = there.observe_all()
    return observed


def _sleep(renew: Callable[[], None], seconds: float) -> None:
    renew()
    time.sleep(seconds)
