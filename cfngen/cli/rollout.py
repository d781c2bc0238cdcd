"""A deployment from the first look at AWS to the recorded release; what `deploy` does, step by step."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import click

from ..aws.preflight import preflight
from ..deployment import Instance, WantedStackSet, plain_stacks
from ..errors import CfngenError, Problem, problem, require
from ..execution.events import Report, UnderWay
from ..execution.execute import Journal, Means, Numbered, execute, join
from ..execution.releases import RecordedOperation, Release, ReleasedBundle, concluded, newest_first, recorded, release
from ..execution.releases import brought_back as bring_back
from ..execution.standing import Standing, refusal
from ..late import check_known
from ..planning.losses import check_data_loss
from ..planning.operations import ObservedStackSet, Plan, Step
from ..planning.recheck import again, same_plan, with_known
from ..text.progress import stopped_lines
from ..verify.claims import Claim, claims
from ..verify.world import survey
from .ask import confirm
from .board import progress
from .bootstrap import make
from .console import note
from .delegation import require_delegation
from .git import commit
from .interrupted import interruptible
from .permission import show
from .workspace import Deployed

Observed = dict[str, ObservedStackSet]


@dataclass(frozen=True)
class Rollout:
    """One deployment: where, what is wanted, who does it, and what was permitted."""

    there: Deployed
    wanted: tuple[WantedStackSet, ...]
    arn: str
    renew: Callable[[], None]
    """Prolongs the lock; called at every look at AWS."""
    delete: bool
    yes: bool
    named: tuple[str, ...] = ()
    """Resources with data that may be replaced or deleted."""

    @property
    def stack_sets(self) -> tuple[tuple[str, str], ...]:
        """The bundles that are looked at, with their stack sets; bringing back a release removes none."""
        space = self.there.workspace
        if self.wanted is space.wanted:
            return space.stack_sets
        return tuple((item.bundle, item.definition.name) for item in self.wanted)

    def means(self, report: Report, journal: Journal, check: Callable[[Step], Step]) -> Means:
        """Return what `execute` works with."""
        return Means(self.there.stacksets, report, journal, check, self.sleep, self.there.interval)

    def sleep(self, seconds: float) -> None:
        """Wait, and keep the lock."""
        self.renew()
        time.sleep(seconds)


def prepare(there: Deployed, *, local: bool) -> str:
    """Check what must be true before; on the local AWS bootstrap when needed. Return who deploys."""
    space = there.workspace
    stacks = plain_stacks(space.environment, space.templates)
    check = partial(
        preflight, there.aws, space.environment, there.bucket, stacks, space.wanted, claims=partial(_claims, there)
    )
    try:
        return check()
    except CfngenError:
        if not local:
            raise
    make(there.aws, space.environment, stacks)
    return check()


def _claims(there: Deployed, due: Collection[tuple[str, Instance]]) -> tuple[Claim, ...]:
    space = there.workspace
    return tuple(claims(survey([space.environment], space.templates), due))


def roll_out(rollout: Rollout) -> None:
    """Join what runs, plan, show, ask, carry out, and record the release whatever the outcome."""
    there = rollout.there
    stands, plan = settle(rollout)
    show(there, plan, stands, delete=rollout.delete, named=rollout.named)
    if plan.is_empty:
        for item in concluded(there.bucket.newest(1), rollout.wanted):
            _record(there, item)
        return
    confirm(f"Carry out this plan in {there.workspace.environment.name}?", yes=rollout.yes)
    rollout.renew()
    carry_out(rollout, stands, plan)


def settle(rollout: Rollout) -> tuple[Standing, Plan]:
    """Wait for operations that bring what is wanted, and plan what is left; raises for those that do not."""
    there = rollout.there
    observed = _observe(rollout)
    while any(found.running for found in observed.values()):
        _join(rollout, observed)
        observed = _observe(rollout)
    stands = there.standing(rollout.wanted, observed)
    for line in stands.notes:
        note(line)
    require(stands.stuck)
    return stands, there.plan(stands)


def look_again(rollout: Rollout, step: Step) -> WantedStackSet:
    """Plan a step again just before its first call; raises where it would no longer do what was shown.

    Return its stack set with the late values that earlier bundles have given meanwhile.
    """
    there = rollout.there
    wanted = [item for item in rollout.wanted if item.definition.name == step.name]
    stands = there.standing(wanted, there.stacksets.observe([step.name]))
    require(problem for item in stands.wanted for problem in check_known(item))
    plan = there.plan(stands)
    require(check_data_loss(plan, rollout.named))
    if not same_plan(step, again(step, plan)):
        hint = f"somebody else deploys; see `cfngen plan {there.workspace.environment.name}` and deploy again"
        raise CfngenError(problem("is no longer what the plan was made for", where=step.bundle, hint=hint))
    return stands.wanted[0]


def carry_out(rollout: Rollout, stands: Standing, plan: Plan) -> None:
    """Execute, with every operation written down before it begins."""
    there = rollout.there
    named = {item.definition.name: item for item in there.filled(rollout.wanted, stands.everything)}
    began, made_from = datetime.now(UTC), commit()
    operations: dict[str, RecordedOperation] = {}

    def now(outcome: str) -> Release:
        item = release(tuple(named.values()), at=began, by=rollout.arn, commit=made_from, outcome=outcome)
        return replace(item, operations=dict(operations))

    def journal(step: Step, numbered: Sequence[Numbered]) -> None:
        known = stands.everything.get(step.name)
        if step.name in named:  # of one that is not wanted any more the release has nothing
            made = {each.operation_id: recorded(each.operation, named[step.name], known) for each in numbered}
            operations.update(made)
        there.bucket.record(now("RUNNING"))

    def check(step: Step) -> Step:
        """Look again at what the step would do, just before its first call, and give it its late values."""
        item = look_again(rollout, step)
        require_delegation(there, step)
        if step.removes:
            return step
        named[step.name] = replace(named[step.name], instances={**named[step.name].instances, **item.instances})
        return with_known(step, item)

    outcome = "INTERRUPTED"
    try:
        with interruptible(there.workspace.environment.name), progress(there.workspace.places) as report:
            execute(plan, rollout.means(report, journal, check))
        outcome = "SUCCEEDED"
    except CfngenError:
        outcome = "FAILED"
        raise
    finally:
        _record(there, now(outcome))


def brought_back(there: Deployed, wanted_id: str) -> tuple[WantedStackSet, ...]:
    """Return the stack sets that exist now with the templates and values of a recorded release."""
    old = _find(there, wanted_id)
    observed = there.observe()
    wanted, problems = list[WantedStackSet](), list[Problem]()
    for item in there.workspace.wanted:
        found, bundle = observed.get(item.definition.name), old.bundles.get(item.bundle)
        if found is None or bundle is None:
            note(f"{item.bundle}: left as it is, {'the release' if bundle is None else 'AWS'} does not have it")
            continue
        try:
            wanted.append(_as_it_was(there, item, bundle, found))
        except CfngenError as error:
            problems += error.problems
    require(problems)
    note(f"bringing back release {old.id} of {old.at}")
    return tuple(wanted)


def stop_running(there: Deployed) -> None:
    """Stop every running operation of the environment's stack sets, and wait until they have ended."""
    running = {bundle: there.stacksets.stop(name) for bundle, name in there.workspace.stack_sets}
    if not any(running.values()):
        click.echo("No operation runs.")
        return
    with progress(there.workspace.places) as report:
        finished = join(running, {}, Means(there.stacksets, report, interval=there.interval))
    for line in stopped_lines(finished, there.workspace.places):
        click.echo(line)


def _observe(rollout: Rollout) -> Observed:
    return rollout.there.stacksets.observe(name for _, name in rollout.stack_sets)


def _join(rollout: Rollout, observed: Observed) -> None:
    """Watch the operations that run, if each brings what is wanted."""
    there = rollout.there
    running: dict[str, Sequence[UnderWay]] = {}
    problems: list[Problem] = []
    items = {item.definition.name: item for item in rollout.wanted}
    for bundle, stack_set in rollout.stack_sets:
        found = observed.get(stack_set)
        running[bundle] = there.stacksets.under_way(stack_set) if found else ()
        for each in running[bundle]:
            why = refusal(items.get(stack_set), found, each, _recorded(there, each)) if found else ""
            if why:
                name = there.workspace.environment.name
                hint = f"wait (`cfngen status {name} --watch`), or stop it with `cfngen deploy {name} --stop`"
                problems.append(problem(f"{each} cannot be joined: {why}", where=bundle, hint=hint))
    require(problems)
    if any(running.values()):
        note("What runs brings what is wanted; joining it.")
    sizes = Counter(each.operation_id for found in observed.values() for each in found.instances.values())
    with interruptible(there.workspace.environment.name), progress(there.workspace.places) as report:
        join(running, sizes, Means(there.stacksets, report, sleep=rollout.sleep, interval=there.interval))


def _recorded(there: Deployed, running: UnderWay) -> ReleasedBundle | None:
    """Return the bundle of the release that began an operation, if any did."""
    found = there.bucket.trusted([running.id]).get(running.id)
    return found.bundles[found.operations[running.id].bundle] if found else None


def _as_it_was(
    there: Deployed, item: WantedStackSet, bundle: ReleasedBundle, found: ObservedStackSet
) -> WantedStackSet:
    return bring_back(item, bundle, found, there.bucket.read(bundle.url))


def _find(there: Deployed, wanted_id: str) -> Release:
    """Return the newest release whose id begins so; raises `CfngenError` if none does, or if two do."""
    releases = newest_first(there.bucket.releases())
    fitting = {item.id: item for item in reversed(releases) if wanted_id and item.id.startswith(wanted_id)}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    name = there.workspace.environment.name
    what = f"there is no release {wanted_id}" if not fitting else f"{wanted_id} begins {', '.join(fitting)}"
    raise CfngenError(problem(what, hint=f"see `cfngen history {name}`"))


def _record(there: Deployed, item: Release) -> None:
    """Write the release into the template bucket; that this fails must not hide what happened before."""
    try:
        there.bucket.record(item)
        note(f"release {item.id} {item.outcome}")
    except CfngenError as error:
        note(f"release {item.id} {item.outcome}, which could not be recorded: {error.problems[0].what}")
