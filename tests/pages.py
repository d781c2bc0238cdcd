"""How-to pages as something to follow: the edits of an environment file that they show, and the commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to"
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>diff|sh)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """Lines of a file and what becomes of them."""

    old: str
    new: str

    def apply(self, text: str) -> str:
        """Return the text with the edit made; the lines must be there exactly once."""
        assert text.count(self.old) == 1, f"not there once:\n{self.old}"
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Command:
    """A command line of cfngen, without its first word."""

    words: tuple[str, ...]


Step = Edit | Command


def steps(page: str, values: dict[str, str] | None = None) -> list[Step]:
    """Return what a page says to do, in its order; `values` replaces its examples."""
    text = (HOW_TO / f"{page}.md").read_text(encoding="utf-8")
    for example, value in (values or {}).items():
        assert example in text
        text = text.replace(example, value)
    return [step for block in FENCE.finditer(text) for step in _steps(block)]


def _steps(block: re.Match[str]) -> list[Step]:
    lines = [line[len(block["indent"]) :] for line in block["body"].splitlines()]
    if block["kind"] == "sh":
        return [Command(tuple(line.split()[1:])) for line in lines]
    old, new = ("".join(f"{line[1:]}\n" for line in lines if not line.startswith(skipped)) for skipped in ("+", "-"))
    return [Edit(old, new)]
