"""What a report says, before it is HTML: sections with tables and figures of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A cell of a table: lines of text, perhaps set as code, perhaps a link to a place of the page."""

    lines: tuple[str, ...]
    is_code: bool = False
    link: str = ""
    """Id of the element that it leads to."""
    is_whole: bool = False
    """Whether its lines must not be broken."""


@dataclass(frozen=True)
class Row:
    """A row of a table; `keys` are what filters choose it by."""

    cells: tuple[Cell, ...]
    id: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    """`good` or `bad` where it is a verdict, or `warn`."""


@dataclass(frozen=True)
class Table:
    """Rows under column heads, with a caption for who cannot see what is around it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Figure:
    """A picture as SVG that is safe to embed, with its caption."""

    caption: str
    svg: str


@dataclass(frozen=True)
class Section:
    """A part of the page: a heading, some sentences, figures, tables, and parts of its own."""

    id: str
    title: str
    intro: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Section, ...] = ()
    filters: Mapping[str, tuple[str, ...]] | None = None
    """Choices by key of the rows; none at all where the section cannot be searched."""
    noun: str = "rows"
    """What is counted when rows are filtered."""


@dataclass(frozen=True)
class Page:
    """A whole report."""

    title: str
    summary: tuple[tuple[str, str], ...]
    """Numbers that matter, each with what it counts."""
    sections: tuple[Section, ...]
    made_by: str
    source: str = ""
    """Of which commit its files are."""


def text(*lines: str) -> Cell:
    """Return a cell of plain text."""
    return Cell(tuple(lines))


def code(*lines: str, link: str = "") -> Cell:
    """Return a cell of names or values."""
    return Cell(tuple(lines), is_code=True, link=link)


def anchor(*words: str) -> str:
    """Return an id for a place of the page; it is the same wherever the words are."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")


def choices(rows: Iterable[Row], *keys: str) -> dict[str, tuple[str, ...]]:
    """Return the values that rows have for each key, sorted."""
    listed = list(rows)
    return {key: tuple(sorted({row.keys[key] for row in listed if row.keys.get(key)})) for key in keys}
