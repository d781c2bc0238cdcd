"""`cfngen local`."""

from __future__ import annotations

from pathlib import Path

import click

from .endpoint import PORT, VARIABLE


@click.group(name="local")
def command() -> None:
    """Run the local AWS.

    \b
    Example:
      cfngen local up
    """


@command.command
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Port on 127.0.0.1.")
@click.option("--faults", type=click.Path(path_type=Path, dir_okay=False), help="File of faults to inject.")
@click.option("--enforce", is_flag=True, help="Let stack sets do only what their execution role allows.")
@click.pass_obj
def up(params: Path, port: int, faults: Path | None, *, enforce: bool) -> None:
    """Serve the local AWS on 127.0.0.1 until Ctrl-C.

    Prints the line that makes other programs use it. Everything is kept in memory and gone afterwards.

    \b
    Example:
      cfngen local up --port 5757
    """
    from ..local.faults import faults_file, no_faults
    from .endpoint import server, settings
    from .enforcement import Enforcement

    made = settings(params)
    injected = faults_file(faults) if faults else no_faults
    judge = Enforcement() if enforce else None
    ready = lambda url: click.echo(f"export {VARIABLE}={url}")  # noqa: E731
    server().serve_forever(made, port, faults=injected, judge=judge, ready=ready)
