"""docs/mutants.md: which weakenings there are, by resource type and class of property, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from .mutants import Mutant, mutants
from .report import HOME, files
from .table import Table, read_table

PAGE: Path = HOME / "docs" / "mutants.md"

HEAD = """\
# Weakenings that lint and verify catch

Every template is weakened in every way that we know, one place at a time: a property deleted, a switch turned, a \
range, port, action, resource or principal widened, a number lowered, a condition or denial dropped, a resource gone. \
`tests/test_mutants.py` fails unless a rule of ours or a proof finds each weakening and names the property; \
`python -m tests.mutation` prints who found which. This page is written by `python -m tests.mutation --page`, and a \
test compares it with the templates.

Which properties count is in `tests/mutation/properties.yaml`: one that the templates use and that is not there fails \
the test, and so does a type that nothing refers to and that may be lost without a word.
"""


def page() -> str:
    """Return the page as the templates and the table are now."""
    table = read_table()
    found = [mutant for file in files() for mutant in mutants(file, table)]
    return "\n".join([HEAD, *_totals(found), *_rows(found), *_reasons(table)])


def _totals(found: Iterable[Mutant]) -> list[str]:
    count = Counter(mutant.property_class for mutant in found)
    rows = [f"| {name} | {number} |" for name, number in sorted(count.items())]
    return ["| class | weakenings |", "| --- | --- |", *rows, f"| **all** | **{sum(count.values())}** |", ""]


def _rows(found: Iterable[Mutant]) -> list[str]:
    count = Counter((mutant.type.removeprefix("AWS::"), mutant.property_class) for mutant in found)
    types = sorted({kind for kind, _ in count})
    rows = [f"| `{kind}` | {_classes(count, kind)} |" for kind in types]
    return ["## By resource type", "", "| type | weakenings by class |", "| --- | --- |", *rows, ""]


def _classes(count: Mapping[tuple[str, str], int], kind: str) -> str:
    return ", ".join(f"{name} {number}" for (of, name), number in sorted(count.items()) if of == kind)


def _reasons(table: Table) -> list[str]:
    """Return what is no weakening, with the reason; properties and types, then single changes."""
    why: dict[str, list[str]] = {}
    for reasons in (
        table.never,
        {kind.removeprefix("AWS::"): each for kind, each in table.keep.items()},
        table.excepted,
    ):
        for name, reason in reasons.items():
            why.setdefault(reason, []).append(f"`{name}`")
    rows = [f"| {reason} | {', '.join(names)} |" for reason, names in why.items()]
    return ["## What does not count", "", "| why | properties, types and changes |", "| --- | --- |", *rows, ""]
