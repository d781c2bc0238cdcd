"""`cfngen plan`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@options.environment
@options.bundle
@options.templates
@options.local
@options.form("text", "json", "markdown")
@click.option("--exit-code", is_flag=True, help="Exit with 3 if there is anything to do.")
@click.pass_obj
def command(
    params: Path, environment: str, bundle: str | None, templates: Path, form: str, *, local: bool, exit_code: bool
) -> int:
    """Show what a deployment would change; changes nothing.

    \b
    Example:
      cfngen plan prod --format markdown
    """
    from ..text.plan import plan_json, plan_lines, plan_markdown
    from .console import show_lines
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        plan = there.plan()
    if form == "json":
        click.echo(plan_json(plan, space.places, environment), nl=False)
    elif form == "markdown":
        click.echo(plan_markdown(plan, space.places, environment), nl=False)
    else:
        show_lines(plan_lines(plan, space.places))
    return 3 if exit_code and not plan.is_empty else 0
