"""`cfngen status`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..deployment import Instance
    from ..execution.status import Found
    from .workspace import Deployed

RELEASES = 20
"""Releases among which an instance's own is looked for."""


@click.command
@options.environment
@options.bundle
@options.templates
@options.no_cache
@options.local
@options.form("text", "json")
@click.option("--watch", is_flag=True, help="Look again until no operation runs.")
@click.pass_obj
def command(
    params: Path, environment: str, bundle: str | None, templates: Path, form: str, *, local: bool, watch: bool
) -> int:
    """Show what is deployed where, and what failed first.

    A row for each target and bundle: its state, the release it has, whether it drifted, how many
    values of its own are in force, and the stack set's last operation. Below, the first real failure
    of each instance that failed, and the command that mends one that is stuck. Bundles that are there
    and that the environment does not name any more are told, too. Exits with 1 if any instance is not
    current. With --watch, JSON is a line for each look.

    \b
    Example:
      cfngen status prod --watch
    """
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        while True:
            fine, running = show(there, form, watched=watch)
            if not (watch and running):
                return 0 if fine else 1
            time.sleep(0.5 if there.aws.endpoint else 10)


def show(there: Deployed, form: str, *, watched: bool) -> tuple[bool, bool]:
    """Print the table; return whether everything is fine and whether an operation runs."""
    from ..execution.standing import abandoned
    from ..execution.status import statuses
    from ..text.status import status_json, status_lines, status_table
    from .console import show_lines, show_table

    space, found = there.workspace, look(there)
    unnamed = [abandoned(bundle, found.observed[name]) for bundle, name in space.unnamed if name in found.observed]
    items = statuses((*space.wanted, *unnamed), found, space.environment.admin.region)
    if form == "json":
        click.echo(status_json(items, space.places, on_a_line=watched), nl=False)
    else:
        show_table(status_table(space.environment, space.wanted, items, space.places))
        show_lines(status_lines(items, space.places))
    return all(item.is_fine for item in items), any(each.running for each in found.observed.values())


def look(there: Deployed) -> Found:
    """Ask AWS and the releases; follow each failure into its stacks."""
    from ..aws.calls import side_by_side
    from ..execution.events import InstanceResult
    from ..execution.status import Found, failing

    observed = there.observe_all()
    failed = failing(observed)

    def followed(key: tuple[str, Instance]) -> str:
        each, (name, place) = failed[key], key
        since = there.stacksets.since(name, each.operation_id)
        return str(there.readers.failure(each.stack_id, InstanceResult(place, "FAILED", each.reason), since))

    failures = dict(side_by_side(followed, failed))
    last = dict(side_by_side(there.stacksets.last_operation, observed))
    states = there.stacksets.states_of_stacks(observed)
    return Found(observed, states, failures, last, there.bucket.newest(RELEASES))
