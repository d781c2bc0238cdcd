"""`cfngen params`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..environment.sourced import Sourced


@click.command
@options.environment
@options.target
@options.templates
@options.form("text", "json")
@click.pass_obj
def command(params: Path, environment: str, target: str | None, templates: Path, form: str) -> None:
    """Show every value of an environment with its origin.

    A TARGET is written GEOGRAPHY/REGION; without one, all of them are shown.

    \b
    Example:
      cfngen params prod eu/eu-central-1
    """
    from ..deployment import load_bundles, read_environment
    from ..environment.parameters import places, resolve
    from ..errors import CfngenError, problem

    loaded = read_environment(params, environment, templates)
    bundles = load_bundles(loaded, templates)
    order = {place: number for number, place in enumerate(loaded.targets)}
    found = dict.fromkeys(place for bundle in bundles for place in places(loaded, bundle))
    known = sorted(found, key=lambda place: order.get(place, len(order)))  # the edge and the admin account last
    chosen = [item for item in known if target in (None, str(item))]
    if not chosen:
        hint = f"its targets are {', '.join(map(str, known))}"
        raise CfngenError(problem(f"{environment} has no target {target}", hint=hint))
    values: dict[str, dict[str, Sourced]] = {str(item): {} for item in chosen}
    for item, bundle in product(chosen, bundles):
        if item in places(loaded, bundle):
            values[str(item)] |= resolve(loaded, bundle, item)
    show(environment, values, form)


def show(environment: str, values: Mapping[str, Mapping[str, Sourced]], form: str) -> None:
    """Print the values of each target."""
    import json

    from ..text.tables import values_table
    from .console import show_table

    if form == "json":
        shown = {
            place: {name: {"value": value.value, "origin": str(value.where)} for name, value in sorted(found.items())}
            for place, found in values.items()
        }
        click.echo(json.dumps(shown, indent=2))
        return
    for place, found in values.items():
        click.echo(f"{environment} {place}")
        show_table(values_table(found))
