"""Tables as they are drawn on a terminal, one of them live: the only user of rich."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table as RichTable
from rich.text import Text

from ..deployment import Instance
from ..execution.events import Event, Progressed, Report
from ..text.progress import event_line
from ..text.tables import Table, record_lines, table_width
from ..text.words import Places

SQUEEZED = 1.5
"""How much wider than the terminal a table may be, so that breaking its cells still leaves it readable."""

STATES = {"CURRENT": "green", "SUCCEEDED": "green", "RUNNING": "cyan", "PENDING": "dim", "FAILED": "bold red"}


def draw_on_terminal(table: Table) -> None:
    """Draw a table on stdout's terminal."""
    draw(table, Console())


def draw(table: Table, console: Console) -> None:
    """Draw a table so that it can be read at the terminal's width: row by row on one that is much too narrow."""
    if table_width(table) <= SQUEEZED * console.width:
        console.print(_rich(table))
        return
    for line in record_lines(table):
        console.print(Text(line, style=STATES.get(line.split()[-1], "")), soft_wrap=True)


@contextmanager
def progress(named: Places) -> Iterator[Report]:
    """Yield what reports events: a live geography × region table on a terminal, a line each elsewhere."""
    if not sys.stderr.isatty():
        yield lambda event: click.echo(event_line(event, named), err=True)
        return
    board = _Board(named)
    with Live(board.table(), console=Console(stderr=True), auto_refresh=True, refresh_per_second=4) as live:

        def report(event: Event) -> None:
            board.take(event)
            if not isinstance(event, Progressed):
                live.console.print(Text(event_line(event, named)))
            live.update(board.table())

        yield report


@dataclass(frozen=True)
class _Board:
    """The state of each instance by bundle, as a table that is drawn again and again."""

    named: Places
    states: dict[tuple[Instance, str], str] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if isinstance(event, Progressed):
            self.states[event.result.instance, event.bundle] = event.result.status

    def table(self) -> RichTable:
        bundles = tuple(dict.fromkeys(bundle for _, bundle in self.states))
        instances = [place for place in self.named if any(place == known for known, _ in self.states)]
        rows = tuple(
            (self.named[place], place.account, *(self.states.get((place, bundle), "") for bundle in bundles))
            for place in instances
        )
        return _rich(Table(("target", "account", *bundles), rows))


def _rich(table: Table) -> RichTable:
    drawn = RichTable(header_style="bold", show_edge=False, pad_edge=False)
    for column in table.columns:
        drawn.add_column(column, overflow="fold")  # on a narrow terminal nothing is left out
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=STATES.get(cell.partition(" ")[0], "")) for cell in row))
    return drawn
