"""`cfngen deploy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..operations import Plan
    from .workspace import Deployed


@click.command
@options.environment
@options.bundle
@options.templates
@options.local
@options.yes
@click.option("--delete", is_flag=True, help="Allow the plan to delete stack instances.")
@click.option("--stop", is_flag=True, help="Stop the operations that run now, and do nothing else.")
@click.pass_obj
def command(
    params: Path,
    environment: str,
    bundle: str | None,
    templates: Path,
    *,
    local: bool,
    yes: bool,
    delete: bool,
    stop: bool,
) -> None:
    """Show the plan, ask, and carry it out.

    Deploys in waves, bundle after bundle, and reads the result of every instance. There is no state
    file: after a failure or an interruption run it again, and it does what is left.

    \b
    Example:
      cfngen deploy prod --bundle foundation
    """
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        if stop:
            stop_running(there)
            return
        arn = prepare(there, local=local)
        plan = there.plan()
        show(there, plan, delete=delete)
        if not plan.is_empty:
            ask_and_execute(there, plan, arn, yes=yes or local)


def prepare(there: Deployed, *, local: bool) -> str:
    """Check what must be true before; on the local AWS bootstrap when needed. Return who deploys."""
    from ..aws.preflight import bootstrapped, preflight
    from ..deployment import plain_stacks
    from .bootstrap import make

    space = there.workspace
    if local and not bootstrapped(there.aws, space.environment, there.bucket):
        make(there.aws, space.environment, plain_stacks(space.environment, space.templates))
    return preflight(there.aws, space.environment, there.bucket)


def show(there: Deployed, plan: Plan, *, delete: bool) -> None:
    """Print the plan; refuse it when it deletes and nobody said that it may."""
    from ..errors import CfngenError, problem
    from ..text.plan import plan_lines
    from .console import show_lines

    named = there.workspace.places
    show_lines(plan_lines(plan, named))
    gone = [str(place) for item in plan.deletions for place in item.area.instances]
    if gone and not delete:
        hint = "add --delete if that is meant; their stacks and what they hold go, but for what is retained"
        raise CfngenError(problem(f"the plan deletes {len(gone)} instances: {', '.join(gone)}", hint=hint))


def ask_and_execute(there: Deployed, plan: Plan, arn: str, *, yes: bool) -> None:
    """Ask, carry out, and record the release whatever the outcome."""
    from ..errors import CfngenError
    from ..execute import execute
    from .ask import confirm
    from .console import note, progress

    space = there.workspace
    confirm(f"Carry out this plan in {space.environment.name}?", yes=yes)
    outcome = "INTERRUPTED"
    try:
        with progress(space.places) as report:
            execute(plan, there.stacksets, report, interval=0.2 if there.aws.endpoint else 5.0)
        outcome = "SUCCEEDED"
    except CfngenError:
        outcome = "FAILED"
        raise
    except KeyboardInterrupt:
        name = space.environment.name
        note(f"The operation goes on at AWS. Watch it: `cfngen status {name} --watch`.")
        note(f"Stop it: `cfngen deploy {name} --stop`. Finish it later: `cfngen deploy {name}`.")
        raise
    finally:
        record(there, arn, outcome)


def record(there: Deployed, arn: str, outcome: str) -> None:
    """Write the release into the template bucket."""
    from datetime import UTC, datetime

    from ..releases import release
    from .console import note
    from .git import commit

    item = release(there.workspace.wanted, at=datetime.now(UTC), by=arn, commit=commit(), outcome=outcome)
    there.bucket.record(item)
    note(f"release {item.id} {outcome}")


def stop_running(there: Deployed) -> None:
    """Stop every running operation of the environment's stack sets."""
    stopped = [
        f"{item.definition.name}: stopping {operation}"
        for item in there.workspace.wanted
        for operation in there.stacksets.stop(item.definition.name)
    ]
    for line in stopped or ["No operation runs."]:
        click.echo(line)
