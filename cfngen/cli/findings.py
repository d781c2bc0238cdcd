"""Findings in the forms that people and CI read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from .. import __version__
from ..findings import Finding, as_json, as_junit, as_sarif, as_text


def show(suite: str, cases: Mapping[str, Sequence[Finding]], form: str, *, summary: str) -> None:
    """Print findings by case (a file, a proof); in text, a summary closes."""
    found = [finding for findings in cases.values() for finding in findings]
    if form == "json":
        click.echo(as_json(found), nl=False)
    elif form == "sarif":
        click.echo(as_sarif(found, tool=f"cfngen {suite}", version=__version__), nl=False)
    elif form == "junit":
        click.echo(as_junit(f"cfngen {suite}", cases), nl=False)
    else:
        click.echo(as_text(found), nl=False)
        click.echo(summary)
