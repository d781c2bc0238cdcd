"""Matching: a policy's pattern against a text, either of which may have pieces that nobody knows yet.

An unknown piece is written in private characters: the same reference always in the same ones, so that a
bucket's ARN equals itself. A name that AWS will choose may turn out to be anything but another name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from ...expressions.values import Piece, Reference, Unknown, Value, pieces
from .answers import MAYBE, NO, YES, Answer

ANY = "\ue000"
"""Stands for a piece of which nothing is known."""

NEVER = "\0"
"""Stands for what is not there: it fits nothing that is known."""

_FIRST = 0xF0000
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""All characters from `ANY` on that a policy never has."""


@cache
def token(*name: str) -> str:
    """Return the private characters that stand for what is called so: always the same, and of nothing else."""
    digest = hashlib.blake2b("\0".join(name).encode(), digest_size=6).digest()
    return "".join(chr(_FIRST + int.from_bytes(digest[start : start + 2]) % 0xFFFD) for start in (0, 2, 4))


def literal(value: Value) -> str:
    """Return a value as a text in which references are private characters."""
    return "".join(map(_piece, pieces(value)))


def _piece(piece: Piece) -> str:
    if isinstance(piece, Reference):
        return token(piece.stack, piece.logical_id, piece.attribute)
    return ANY if isinstance(piece, Unknown) else piece


def texts(value: Value) -> tuple[str, ...]:
    """Return a value, or each of a list of them, as texts."""
    return tuple(literal(each) for each in value) if isinstance(value, list) else (literal(value),)


@lru_cache(maxsize=200_000)
def matches(pattern: str, text: str, *, wild: bool = True) -> Answer:
    """Return whether a pattern fits a text; `wild` says that `*` and `?` in it are wildcards."""
    if wild and pattern == "*":
        return YES
    if _prefix_differs(pattern, text, wild=wild):
        return NO
    if not PRIVATE.search(pattern) and not PRIVATE.search(text):
        return YES if _regex(pattern, wild=wild).fullmatch(text) else NO
    if ANY not in pattern and _regex(pattern, wild=wild).fullmatch(text) and _is_certain(pattern, text):
        return YES
    return MAYBE if _possible(pattern, text, wild=wild) else NO


def any_matches(patterns: Iterable[str], text: str, *, wild: bool = True) -> Answer:
    """Return whether one of several patterns fits."""
    return max((matches(pattern, text, wild=wild) for pattern in patterns), default=NO)


@lru_cache(maxsize=20_000)
def _regex(pattern: str, *, wild: bool) -> re.Pattern[str]:
    if not wild:
        return re.compile(re.escape(pattern), re.DOTALL)
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _is_certain(pattern: str, text: str) -> bool:
    """Whether a fit does not hang on an unknown piece: one that a wildcard takes as a whole is no doubt."""
    return ANY not in text or (pattern.endswith("*") and text.index(ANY) >= len(pattern.rstrip("*")))


def _prefix_differs(pattern: str, text: str, *, wild: bool) -> bool:
    for ours, theirs in zip(pattern, text, strict=False):
        if ours >= ANY or theirs >= ANY or (wild and ours in "*?"):
            return False
        if ours != theirs:
            return True
    return False


def _possible(pattern: str, text: str, *, wild: bool) -> bool:
    """Whether there are values of the unknown pieces with which the pattern fits."""
    seen: set[tuple[int, int]] = set()
    ahead = [(0, 0)]
    while ahead:
        here = ahead.pop()
        if here == (len(pattern), len(text)):
            return True
        if here not in seen:
            seen.add(here)
            ahead += _steps(pattern, text, *here, wild=wild)
    return False


def _steps(pattern: str, text: str, i: int, j: int, *, wild: bool) -> list[tuple[int, int]]:
    """Return where to go on after the next character of the pattern, of the text, or of both."""
    ours, theirs = pattern[i : i + 1], text[j : j + 1]
    found = []
    if ours == ANY or (wild and ours == "*"):
        found += [(i + 1, j), *([(i, j + 1)] if theirs else [])]
    if theirs == ANY:
        found += [(i, j + 1), *([(i + 1, j)] if ours else [])]
    if ours and theirs and (ours == theirs or (wild and ours == "?")):
        found.append((i + 1, j + 1))
    elif ours and theirs and (ours >= ANY) != (theirs >= ANY):
        found += [(i + 1, j + 1), (i + 1, j) if theirs >= ANY else (i, j + 1)]
    return found
