from __future__ import annotations

import io

import pytest
from rich.console import Console

from cfngen.cli.board import draw
from cfngen.text.tables import Table

STATUS = Table(
    ("target", "account", "bundle", "state", "last operation"),
    (
        ("apac/ap-southeast-1", "444444444444", "foundation", "CURRENT", "CREATE SUCCEEDED 2026-11-29 12:28"),
        ("", "", "service", "FAILED", ""),
    ),
)


def drawn(table, width):
    console = Console(file=io.StringIO(), width=width)
    draw(table, console)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [30, 60, 80, 100, 160])
def test_nothing_of_a_table_is_left_out_at_any_width(width):
    text = drawn(STATUS, width)
    assert "…" not in text
    seen = "".join(sorted(text.replace("│", "").replace(" ", "")))
    wanted = "".join(cell for row in STATUS.rows for cell in row).replace(" ", "")
    assert all(seen.count(letter) >= wanted.count(letter) for letter in set(wanted))


def test_a_terminal_that_is_wide_enough_gets_a_table():
    lines = drawn(STATUS, 160).splitlines()
    assert lines[0].split() == ["target", "┃", "account", "┃", "bundle", "┃", "state", "┃", "last", "operation"]
    assert len(lines) == 4


def test_one_that_is_much_too_narrow_gets_each_row_as_lines():
    assert drawn(STATUS, 40).splitlines() == [
        "target: account, bundle, state, last operation",
        "apac/ap-southeast-1",
        "  account         444444444444",
        "  bundle          foundation",
        "  state           CURRENT",
        "  last operation  CREATE SUCCEEDED 2026-11-29 12:28",
        "  bundle          service",
        "  state           FAILED",
    ]
