"""Values, states, releases and proofs as tables: rows under column heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..findings import Proof

if TYPE_CHECKING:  # a table of proofs is shown without what these need
    from ..environment.config import Sourced
    from ..execution.releases import Release


@dataclass(frozen=True)
class Table:
    """Rows under column heads."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heads: int = 0
    """How many first columns are said once for rows that belong together, and empty in the rows below."""


def values_table(values: Mapping[str, Sourced]) -> Table:
    """Return settings with value and origin."""
    rows = tuple((name, value.value, str(value.where)) for name, value in sorted(values.items()))
    return Table(("parameter", "value", "origin"), rows)


def proofs_table(proofs: Iterable[Proof]) -> Table:
    """Return each proof with the number of facts it checked and whether it holds."""
    rows = (
        (item.name, str(item.facts_checked), f"{len(item.findings)} findings" if item.findings else "holds")
        for item in proofs
    )
    return Table(("proof", "facts", "result"), tuple(rows))


def history_table(releases: Iterable[Release]) -> Table:
    """Return releases with time, commit and who deployed."""
    rows = tuple(
        (item.id, item.at, item.outcome, item.commit[:12] or "(none)", item.by, ", ".join(item.bundles))
        for item in releases
    )
    return Table(("release", "at", "outcome", "commit", "by", "bundles"), rows)


def table_width(table: Table) -> int:
    """Return how many columns of a terminal a table takes, drawn without breaking a cell."""
    widths = (max(len(row[i]) for row in (table.columns, *table.rows)) for i in range(len(table.columns)))
    return sum(widths) + 3 * (len(table.columns) - 1)


def sections(table: Table) -> tuple[tuple[str, ...], list[tuple[str, list[tuple[str, ...]]]]]:
    """Return a table in parts: the columns after the heads that are not empty everywhere, and rows by their head."""
    kept = [at for at in range(table.heads, len(table.columns)) if any(row[at] for row in table.rows)]
    parts = list[tuple[str, list[tuple[str, ...]]]]()
    for row in table.rows:
        head = "  ".join(row[: table.heads]).strip()
        if head or not parts:
            parts.append((head, []))
        parts[-1][1].append(tuple(row[at] for at in kept))
    return tuple(table.columns[at] for at in kept), parts


def record_lines(table: Table) -> Iterator[str]:
    """Yield a table for a terminal that is too narrow for it: a row's first cell, and the others below by column."""
    head, *names = table.columns
    widest = max(map(len, names), default=0)
    yield f"{head}: {', '.join(names)}"
    for first, *rest in table.rows:
        yield from [first] if first else []
        yield from (f"  {name.ljust(widest)}  {cell}" for name, cell in zip(names, rest, strict=True) if cell)
