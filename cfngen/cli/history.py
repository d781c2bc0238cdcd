"""`cfngen history`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@options.environment
@options.local
@options.form("text", "json")
@click.pass_obj
def command(params: Path, environment: str, form: str, *, local: bool) -> None:
    """Show the releases of an environment.

    \b
    Example:
      cfngen history prod
    """
    import json
    from dataclasses import asdict

    from ..environment.config import load_environment
    from ..execution.releases import newest_first
    from ..text.tables import history_table
    from .console import show_table
    from .workspace import template_bucket, way_to_aws

    loaded = load_environment(params, environment)
    with way_to_aws(loaded, params, local=local) as aws:
        releases = newest_first(template_bucket(aws, loaded).releases())
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in releases], indent=2))
    else:
        show_table(history_table(releases))
