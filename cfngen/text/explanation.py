"""What a name means, as text for a person and as JSON for a program."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..explanation import Detail, Explanation, Row

WIDTH = 110


def explanation_lines(found: Sequence[Explanation]) -> list[str]:
    """Return each meaning with a heading of its own; details without anything are left out."""
    return [line for number, each in enumerate(found) for line in (*([""] if number else []), *_lines(each))]


def explanation_json(found: Sequence[Explanation]) -> str:
    """Return a JSON list with an object for each meaning."""
    objects: list[dict[str, Any]] = [
        {"kind": each.kind, "name": each.name, "summary": each.summary, **_plain(each.details)} for each in found
    ]
    return json.dumps(objects, indent=2, ensure_ascii=False) + "\n"


def _plain(details: Mapping[str, Detail]) -> dict[str, Any]:
    return {
        title.replace(" ", "_"): detail if isinstance(detail, str) else list(detail)
        for title, detail in details.items()
    }


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.name}, a {found.kind}"
    yield from _wrapped(found.summary, "  ")
    for title, detail in found.details.items():
        if isinstance(detail, str):
            yield from _wrapped(f"{title}: {detail}", "  ", "    ") if detail else ()
        elif detail:
            yield f"  {title}:"
            for item in detail:
                yield from _wrapped(item, "    ", "      ") if isinstance(item, str) else _row(item)


def _row(row: Row) -> Iterator[str]:
    """Return a row on one line; its last cell, the longest, below where both do not fit."""
    *beside, last = filter(None, row.values())
    line = f"    {'  '.join((*beside, last))}"
    yield from (
        [line] if len(line) <= WIDTH else [*_wrapped("  ".join(beside), "    ", "      "), *_wrapped(last, "      ")]
    )


def _wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=first if later is None else later, break_long_words=False
    )
