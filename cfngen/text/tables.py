"""Values, states, releases and proofs as tables: rows under column heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..environment.config import Sourced
from ..execution.releases import Release

if TYPE_CHECKING:
    from ..verify import Proof


@dataclass(frozen=True)
class Table:
    """Rows under column heads."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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


def _verdict(found: int) -> str:
    return f"{found} findings" if found else "holds"
