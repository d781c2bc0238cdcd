"""Tables as they are drawn on a terminal, one of them live: the only user of rich."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from rich.align import VerticalAlignMethod
from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..deployment import Instance
from ..execution.events import Event, Progressed, Report
from ..text.progress import event_line
from ..text.tables import Table, record_lines, sections, table_width
from ..text.words import Places

SQUEEZED = 1.5
"""How much wider than the terminal a table may be, so that breaking its cells still leaves it readable."""

NARROW = 60
"""Columns of a terminal below which no table of several columns can be read."""

INDENT = 2
"""Columns by which rows stand in under their head."""

STATES = {
    "CURRENT": "green",
    "SUCCEEDED": "green",
    "RUNNING": "cyan",
    "PENDING": "dim",
    "OUTDATED": "yellow",
    "ABSENT": "yellow",
    "FAILED": "bold red",
    "INOPERABLE": "bold red",
}


def draw_on_terminal(table: Table) -> None:
    """Draw a table on stdout's terminal."""
    draw(table, Console())


def draw(table: Table, console: Console) -> None:
    """Draw a table so that it can be read at the terminal's width: row by row on one that is much too narrow."""
    if table_width(table) <= console.width * (1 if table.heads else SQUEEZED):
        console.print(_rich(table))
        return
    if table.heads and table.rows and console.width >= NARROW:
        _draw_sections(table, console)
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


def _draw_sections(table: Table, console: Console) -> None:
    """Draw a table with a line for each head and its rows below, in columns that are the same for all heads."""
    columns, parts = sections(table)
    names = tuple(column.replace(" ", "\n") for column in columns)
    widths, gap = _widths([*zip(names, *(row for _, rows in parts for row in rows), strict=True)], console.width)
    console.print(_columns([[Text(name, style="bold") for name in names]], widths, gap, "bottom"))
    for head, rows in parts:
        console.print(Text(f"\n{head}", style="bold"))
        console.print(_columns([list(map(_cell, row)) for row in rows], widths, gap, "top"))


def _widths(cells: Sequence[Sequence[str]], room: int) -> tuple[list[int], int]:
    """Return the width of each column and the gap between them: closer, then words below each other, where it must."""
    whole = [max(len(line) for text in column for line in text.splitlines() or [""]) for column in cells]
    words = [max(len(word) for text in column for word in text.split() or [""]) for column in cells]
    for widths, gap in ((whole, 2), (whole, 1), ([*words[:-1], whole[-1]], 1)):
        rest = room - INDENT - sum(widths[:-1]) - gap * (len(widths) - 1)
        if widths[-1] <= rest:
            return widths, gap
    return [*words[:-1], max(rest, 1)], 1


def _columns(rows: Sequence[Sequence[Text]], widths: Sequence[int], gap: int, side: VerticalAlignMethod) -> Padding:
    drawn = RichTable.grid(padding=(0, gap, 0, 0))
    for width in widths:
        drawn.add_column(width=width, overflow="fold", vertical=side)
    for row in rows:
        drawn.add_row(*row)
    return Padding(drawn, (0, 0, 0, INDENT), expand=False)


def _cell(text: str) -> Text:
    """Return a cell, coloured by the last word of a state, else by its first: `OUTDATED FAILED` has failed."""
    first, *_, last = text.split() * 2 or [""] * 2
    return Text(text, style=STATES.get(last, STATES.get(first, "")))


def _rich(table: Table) -> RichTable:
    drawn = RichTable(header_style="bold", show_edge=False, pad_edge=False)
    for column in table.columns:
        drawn.add_column(column, overflow="fold")  # on a narrow terminal nothing is left out
    for row in table.rows:
        drawn.add_row(*map(_cell, row))
    return drawn
