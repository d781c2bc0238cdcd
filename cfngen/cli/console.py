"""Printing: results to stdout, progress and problems to stderr; colour and drawn tables on a terminal only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

import click

from ..errors import Problem
from ..text.tables import Table

COLOURS = {"+": "green", "~": "yellow", "-": "red", "!": "bright_red"}


def show_lines(lines: Iterable[str]) -> None:
    """Print a plan's lines, coloured by their first character on a terminal."""
    for line in lines:
        click.secho(line, fg=COLOURS.get(line[:1]), color=coloured())


def show_problems(problems: Sequence[Problem]) -> None:
    """Print problems to stderr."""
    from ..text.progress import problem_lines

    for line in problem_lines(problems):
        click.secho(line, err=True, fg="red" if not line.startswith("  hint") else None, color=coloured())


def coloured() -> bool | None:
    """Return that nothing is coloured where NO_COLOR says so, else None: then the terminal decides.

    https://no-color.org
    """
    return False if os.environ.get("NO_COLOR") else None


def show_table(table: Table) -> None:
    """Print a table: drawn on a terminal, row by row on one that is much too narrow, plain columns elsewhere."""
    if sys.stdout.isatty():
        from .board import draw_on_terminal

        draw_on_terminal(table)
        return
    widths = [max(len(row[i]) for row in (table.columns, *table.rows)) for i in range(len(table.columns))]
    for row in (table.columns, *table.rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def note(line: str) -> None:
    """Print a line of progress to stderr."""
    click.echo(line, err=True)
