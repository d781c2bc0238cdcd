"""`cfngen plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..planning.operations import Plan
    from ..planning.opinions import Opinion
    from ..text.words import Places
    from .workspace import Deployed


@click.command
@options.environment
@options.bundle
@options.templates
@options.no_cache
@options.local
@options.form("text", "json", "markdown")
@click.option("--live", is_flag=True, help="Ask CloudFormation too, by change sets that are deleted again.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 if there is anything to do.")
@click.pass_obj
def command(
    params: Path,
    environment: str,
    bundle: str | None,
    templates: Path,
    form: str,
    *,
    local: bool,
    live: bool,
    exit_code: bool,
) -> int:
    """Show what a deployment would change; changes nothing.

    Shows which resources are created, changed in place, replaced or deleted in which instances, who
    gains or loses which permission, and what data could be lost. With --live CloudFormation says so too:
    a change set with nested stacks in one instance of each group, for which the new templates are put
    into the template bucket.

    \b
    Example:
      cfngen plan prod --format markdown
    """
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        plan = there.plan()
        opinions = ask(there, plan) if live else None
    show(plan, opinions, space.places, environment, form)
    return 3 if exit_code and not plan.is_empty else 0


def ask(there: Deployed, plan: Plan) -> tuple[Opinion, ...]:
    """Ask CloudFormation about each group of instances; what is asked about must be in the bucket."""
    from ..aws.live import opinions
    from ..planning.operations import UploadTemplates

    for operation in plan.operations:
        if isinstance(operation, UploadTemplates):
            there.bucket.upload(operation.uploads)
    observed = there.observe()
    wanted = there.filled(there.workspace.wanted, observed)
    return opinions(plan, wanted, observed, there.readers, interval=there.interval)


def show(plan: Plan, opinions: tuple[Opinion, ...] | None, named: Places, environment: str, form: str) -> None:
    """Print a plan, and what CloudFormation says of it where it was asked."""
    from ..text.live import live_json, live_lines, live_markdown
    from ..text.plan import plan_lines
    from ..text.plan_json import plan_json
    from ..text.plan_markdown import plan_markdown
    from .console import show_lines

    if form == "json":
        said = None if opinions is None else live_json(opinions, named)
        click.echo(plan_json(plan, named, environment, said), nl=False)
    elif form == "markdown":
        click.echo(plan_markdown(plan, named, environment, live_markdown(opinions or (), named)), nl=False)
    else:
        show_lines([*plan_lines(plan, named), *live_lines(opinions or (), named)])
