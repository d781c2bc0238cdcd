"""Small pieces of the messages that people read: a value, a list of choices, a likely spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 60
"""Characters of a value that a message shows."""


def shown(value: object) -> str:
    """Return a value as a message shows it: on one line, printable, never long."""
    text = value if isinstance(value, str) else str(value)
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return cut if cut and cut.isprintable() and cut == cut.strip() else repr(cut)


def listed(choices: Iterable[str]) -> str:
    """Return choices as words: `a`, `a or b`, `a, b or c`."""
    *rest, last = choices
    return f"{', '.join(rest)} or {last}" if rest else last


def likely(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, if there is one."""
    lowered = {name.lower().replace("-", "_"): name for name in known}
    close = difflib.get_close_matches(word[:LONGEST].lower().replace("-", "_"), lowered, n=1)
    return lowered[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint: the spelling that was probably meant, else what the caller would say."""
    guess = likely(word, known)
    return f"did you mean {guess}?" if guess else otherwise
