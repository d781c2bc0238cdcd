"""`cfngen status`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from .workspace import Deployed


@click.command
@options.environment
@options.bundle
@options.templates
@options.local
@options.form("text", "json")
@click.option("--watch", is_flag=True, help="Look again until no operation runs.")
@click.pass_obj
def command(
    params: Path, environment: str, bundle: str | None, templates: Path, form: str, *, local: bool, watch: bool
) -> int:
    """Show what is deployed where, and what failed first.

    Exits with 1 if any instance is not current.

    \b
    Example:
      cfngen status prod --watch
    """
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        while True:
            current, running = show(there, form)
            if not (watch and running):
                return 0 if current else 1
            time.sleep(0.5 if there.aws.endpoint else 10)


def show(there: Deployed, form: str) -> tuple[bool, bool]:
    """Print the table; return whether everything is current and whether an operation runs."""
    from ..text.tables import failure_lines, status_json, status_table
    from .console import show_lines, show_table

    space, observed = there.workspace, there.observe()
    if form == "json":
        click.echo(status_json(space.wanted, observed, space.places), nl=False)
    else:
        show_table(status_table(space.environment, space.wanted, observed))
        show_lines(failure_lines(space.wanted, observed, space.places))
    states = [
        observed[name].instances[place].status if name in observed and place in observed[name].instances else ""
        for item in space.wanted
        for name, place in ((item.definition.name, place) for place in item.instances)
    ]
    running = any(found.running for found in observed.values())
    return all(state == "CURRENT" for state in states), running
