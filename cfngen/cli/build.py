"""`cfngen build`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@click.option("--check", is_flag=True, help="Write nothing; fail if the folder is stale.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("templates_out"),
    show_default=True,
    help="Folder to write.",
)
@options.no_cache
@click.pass_obj
def command(params: Path, out: Path, *, check: bool) -> None:
    """Write the templates that the layers make.

    Writes the JSON Schema of the environment files beside them, too, because settings are declared in
    the layers.

    \b
    Example:
      cfngen build --check
    """
    import gc

    from ..answers import made
    from ..errors import require
    from ..files import stale, write

    gc.disable()  # it would look through all resources again and again, for a tenth of the time, and find nothing
    build = made(options.cache())
    templates, schema = build.templates, {Path("schema.json"): build.schema}
    if check:
        require([*stale(out, templates), *(stale(params, schema) if params.is_dir() else ())])
        click.echo(f"{out}: {len(templates)} templates are current")
        return
    touched = [out / path for path in write(out, templates)]
    if params.is_dir():
        touched += [params / path for path in write(params, schema)]
    for path in touched:
        click.echo(f"wrote {path}")
    click.echo(f"{out}: {len(templates)} templates, {len(touched)} files written")
