"""`cfngen drift`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..deployment import Instance
    from ..errors import Problem
    from ..execution.drift import InstanceDrift
    from ..planning.operations import ObservedStackSet
    from .workspace import Deployed, Workspace


@click.command
@options.environment
@options.bundle
@options.templates
@options.no_cache
@options.local
@options.form("text", "json")
@click.pass_obj
def command(params: Path, environment: str, bundle: str | None, templates: Path, form: str, *, local: bool) -> int:
    """Detect what was changed behind CloudFormation's back.

    Starts drift detection on every stack set, waits, and checks each nested stack through the reader
    role of its account, because StackSets does not look inside them. Exits with 1 if anything drifted,
    is missing or could not be checked, and while somebody deploys. Changes nothing.

    \b
    Example:
      cfngen drift prod --format json
    """
    from ..text.drift import drift_json, drift_lines, drift_table
    from .console import show_lines, show_table
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        found = check(there)
    if form == "json":
        click.echo(drift_json(found, space.places), nl=False)
    else:
        show_table(drift_table(found, space.places))
        show_lines(drift_lines(found, space.places))
    return 0 if all(item.status == "IN_SYNC" for item in found) else 1


def check(there: Deployed) -> list[InstanceDrift]:
    """Check every instance that is wanted or there, in the order of the bundles; one that is missing is a problem."""
    from ..aws.calls import side_by_side
    from ..aws.drift import DriftCheck
    from ..errors import require
    from ..execution.drift import InstanceDrift

    observed, checks = there.observe(), DriftCheck(there.readers, there.interval)
    require(busy(there, observed))
    detect(there, observed)

    def checked(key: tuple[str, Instance, str | None]) -> InstanceDrift:
        bundle, place, stack_id = key
        if stack_id is None:
            missing = f"it does not exist; see `cfngen status {there.workspace.environment.name}`"
            return InstanceDrift(bundle, place, problem=missing)
        return checks.instance(bundle, place, stack_id)

    return [found for _, found in side_by_side(checked, _instances(there.workspace, observed))]


def busy(there: Deployed, observed: Mapping[str, ObservedStackSet]) -> Iterator[Problem]:
    """Yield why nothing can be checked now: a stack that is being changed differs, and AWS would make one wait."""
    from ..aws.lock import holder
    from ..errors import problem

    name = there.workspace.environment.name
    hint = f"check the drift when it has ended: see `cfngen status {name} --watch`"
    if found := holder(there.bucket):
        yield problem(f"{found} is deploying", where=name, hint=hint)
    for item in there.workspace.wanted:
        stack_set = item.definition.name
        running = there.stacksets.under_way(stack_set) if stack_set in observed and observed[stack_set].running else ()
        for each in running:
            yield problem(f"{each} has not ended", where=item.bundle, hint=hint)


def detect(there: Deployed, observed: Mapping[str, ObservedStackSet]) -> None:
    """Let StackSets check its instances, so that `status` tells of drift, too."""
    from ..aws.drift import start_detection
    from ..execution.events import UnderWay
    from ..execution.execute import Means, join
    from .board import progress

    started: dict[str, list[UnderWay]] = {}
    for item in there.workspace.wanted:
        if (name := item.definition.name) in observed:
            operation = start_detection(there.stacksets.cloudformation, name)
            started[item.bundle] = [UnderWay(name, operation, "DETECT_DRIFT", "RUNNING")]
    with progress(there.workspace.places) as report:
        join(started, {}, Means(there.stacksets, report, interval=there.interval))


def _instances(
    space: Workspace, observed: Mapping[str, ObservedStackSet]
) -> Iterator[tuple[str, Instance, str | None]]:
    """Yield each instance with its bundle and its stack's id, None where it is only wanted."""
    for item in space.wanted:
        found = observed.get(item.definition.name)
        known = {place: each.stack_id for place, each in found.instances.items()} if found else {}
        for place in (*item.instances, *sorted(known.keys() - item.instances.keys())):
            yield item.bundle, place, known.get(place)
