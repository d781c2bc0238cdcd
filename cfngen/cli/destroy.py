"""`cfngen destroy`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@options.environment
@options.bundle
@options.templates
@options.no_cache
@options.local
@options.yes
@click.pass_obj
def command(params: Path, environment: str, bundle: str | None, templates: Path, *, local: bool, yes: bool) -> None:
    """Delete an environment's stack sets in reverse order.

    Lists what its templates retain: those resources stay in their accounts. The bootstrap's roles and
    the template bucket with its releases stay, too. Refuses to begin while a deletion protection is
    in force, because the deletion would fail half-way, and with --bundle while a later bundle is there.
    Includes bundles that the environment does not name any more. Passes over suspended accounts, says
    what stays in them, and then exits with 1.

    \b
    Example:
      cfngen destroy dev
    """
    from .destruction import destroy
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle, abandoned=True)
    with deployed(space, local=local) as there:
        destroy(there, yes=yes)
