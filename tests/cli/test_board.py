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


DONE = "CREATE SUCCEEDED 2026-11-29 12:28"
HEADED = Table(
    ("target", "role", "account", "bundle", "state", "release", "drift", "own values", "last operation"),
    (
        ("us/us-east-1", "active", "222222222222", "foundation", "CURRENT", "9f2c41d7", "", "4", DONE),
        ("", "", "", "service", "OUTDATED FAILED", "", "", "4", DONE),
        ("apac/ap-southeast-1", "active", "444444444444", "foundation", "CURRENT", "9f2c41d7", "", "12", DONE),
    ),
    heads=3,
)


def test_at_80_columns_each_target_is_a_line_above_the_table_of_its_bundles():
    assert [line.rstrip() for line in drawn(HEADED, 80).splitlines()] == [
        "                                      own    last",
        "  bundle     state           release  values operation",
        "",
        "us/us-east-1  active  222222222222",
        "  foundation CURRENT         9f2c41d7 4      CREATE SUCCEEDED 2026-11-29 12:28",
        "  service    OUTDATED FAILED          4      CREATE SUCCEEDED 2026-11-29 12:28",
        "",
        "apac/ap-southeast-1  active  444444444444",
        "  foundation CURRENT         9f2c41d7 12     CREATE SUCCEEDED 2026-11-29 12:28",
    ]


@pytest.mark.parametrize("width", [60, 70, 80, 120])
def test_under_its_heads_nothing_of_a_table_is_left_out_and_no_line_is_too_long(width):
    text = drawn(HEADED, width)
    assert max(map(len, text.splitlines())) <= width
    words = [word for row in HEADED.rows for cell in row for word in cell.split()]
    assert [word for word in words if word not in text.split()] == []


def test_a_column_that_is_empty_everywhere_is_not_drawn_under_heads():
    assert "drift" not in drawn(HEADED, 80)
    assert "drift" in drawn(HEADED, 200)


def test_what_failed_is_red_though_it_is_outdated_too():
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    draw(HEADED, console)
    assert "\x1b[1;31mOUTDATED FAILED" in console.file.getvalue()


def test_below_60_columns_a_table_with_heads_is_drawn_row_by_row():
    assert drawn(HEADED, 59).startswith("target: role, account, bundle")
