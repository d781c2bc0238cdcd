"""`cfngen explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options, suggest

if TYPE_CHECKING:
    from ..explanation import Given, Library


@click.command
@click.argument("name", shell_complete=suggest.explainable)
@click.option(
    "--env",
    "environment",
    metavar="ENV",
    shell_complete=suggest.environments,
    help="Also show the values that this environment gives.",
)
@options.templates
@options.form("text", "json")
@click.pass_obj
def command(params: Path, name: str, environment: str | None, templates: Path, form: str) -> None:
    """Say what a bundle, layer, setting, wire or rule is, and why.

    A layer comes with its wires, settings and resources; a setting with type, limits and default; a rule
    with what it checks, why, and the page that it is founded on.

    \b
    Example:
      cfngen explain network
      cfngen explain VpcCidr --env prod
    """
    from ..explanation import explain
    from ..text.explanation import explanation_json, explanation_lines

    found = explain(library(params, environment, templates), name)
    if form == "json":
        click.echo(explanation_json(found), nl=False)
        return
    for line in explanation_lines(found):
        click.echo(line)


def library(params: Path, environment: str | None, templates: Path) -> Library:
    """Read the templates, the rules and, where one is named, the environment."""
    from ..catalog import BOOTSTRAP, NAMES
    from ..explanation import Library
    from ..rule_texts import rule_texts
    from ..templates import load_bundle, read_template

    bundles = tuple(load_bundle(templates, name) for name in NAMES)
    bootstrap = tuple(read_template(templates / BOOTSTRAP.name / f"{layer}.yaml") for layer in BOOTSTRAP.layers)
    values = given(params, environment, templates) if environment else {}
    return Library(bundles, bootstrap, rule_texts(), values)


def given(params: Path, environment: str, templates: Path) -> dict[str, tuple[Given, ...]]:
    """Return every value that an environment has, those that are the same for the same reason together."""
    from ..deployment import load_bundles, read_environment
    from ..environment.parameters import places, resolve
    from ..explanation import Given

    loaded = read_environment(params, environment, templates)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for bundle in load_bundles(loaded, templates):
        for place in places(loaded, bundle):
            for name, value in resolve(loaded, bundle, place).items():
                found.setdefault(name, {}).setdefault(str(place), (value.value, str(value.where)))
    return {
        name: tuple(
            Given(value, origin, tuple(place for place, same in each.items() if same == (value, origin)))
            for value, origin in dict.fromkeys(each.values())
        )
        for name, each in found.items()
    }
