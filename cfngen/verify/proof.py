"""What a proof is: how many facts it checked, and each that does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..errors import Problem, Where
from ..expressions.nested import Stack
from ..findings import Finding, Level, Proof

__all__ = ["HOLDS", "Fact", "Proof", "against", "place", "proof"]


@dataclass(frozen=True)
class Fact:
    """One thing that a proof looked at, and what is wrong with it, if anything."""

    finding: Finding | None = None


HOLDS = Fact()


def proof(name: str, facts: Iterable[Fact], details: Iterable[str] = ()) -> Proof:
    """Return the proof that facts make up."""
    seen = list(facts)
    findings = tuple(dict.fromkeys(fact.finding for fact in seen if fact.finding))
    return Proof(name, len(seen), findings, tuple(details))


def against(rule: str, where: Where, what: str, hint: str = "", *, source: str = "", level: Level = "error") -> Fact:
    """Return a fact that speaks against a proof; `rule` is `<proof>.<what it is about>`."""
    return Fact(Finding(rule, level, Problem(where, what, hint), source=source))


def place(stack: Stack, logical_id: str, *keys: str) -> Where:
    """Return where a resource is declared: file, line and path."""
    line = _line(stack.file.text, logical_id)
    return Where(str(stack.file.path), line, ".".join(("Resources", logical_id, *keys)))


@lru_cache(maxsize=10_000)
def _line(text: str, logical_id: str) -> int:
    """Return the line of a resource, 0 where it is not found; the same files are looked at for every place."""
    found = re.search(rf'^\s+"?{re.escape(logical_id)}"?:', text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 0
