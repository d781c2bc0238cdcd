"""`cfngen deploy`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


def _named(_context: click.Context, option: click.Parameter, release: str | None) -> str | None:
    """Refuse an empty release, as an unset variable of a shell is: the files are not what was meant."""
    if release is not None and not release.strip():
        raise click.BadParameter("it is empty; `cfngen history ENV` shows the releases", param=option)
    return release


@click.command
@options.environment
@options.bundle
@options.templates
@options.no_cache
@options.local
@options.yes
@click.option(
    "--delete", is_flag=True, help="Allow the plan to delete: instances, and bundles that are not named any more."
)
@click.option(
    "--replace", "named", multiple=True, metavar="ID", help="Allow a resource with data to be replaced or deleted."
)
@click.option(
    "--to",
    "release",
    metavar="RELEASE",
    callback=_named,
    help="Bring back the templates and values of a recorded release.",
)
@click.option("--stop", is_flag=True, help="Stop the operations that run now, wait until they have, do nothing else.")
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
    named: tuple[str, ...],
    release: str | None,
    stop: bool,
) -> None:
    """Show the plan, ask, and carry it out.

    Deploys in waves, bundle after bundle, and reads the result of every instance. There is no state
    file: after a failure or an interruption run it again, and it does what is left, joining what
    still runs. Ctrl-C leaves the operation running at AWS; --stop stops it. What may lose data is
    refused unless --replace names each resource, by its logical id or by layer.LogicalId. --to takes
    a release's id, or its beginning (`cfngen history`); it never adds or removes instances.

    \b
    Example:
      cfngen deploy prod --bundle foundation
      cfngen deploy prod --to 9f2c41d7
    """
    from ..aws.lock import locked
    from .rollout import Rollout, brought_back, prepare, roll_out, stop_running
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        if stop:
            stop_running(there)
            return
        arn = prepare(there, local=local)
        with locked(there.bucket, arn) as renew:
            wanted = space.wanted if release is None else brought_back(there, release)
            roll_out(Rollout(there, wanted, arn, renew, delete=delete, yes=yes or local, named=named))
