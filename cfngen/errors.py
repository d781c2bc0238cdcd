"""What a person is told when something is wrong: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Where:
    """A place: a file, a line in it (1-based, 0 when unknown) and a path inside the document."""

    file: str = ""
    line: int = 0
    path: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.path}".strip()


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, in a sentence that a person can act on."""

    where: Where
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if str(self.where) else ""
        return f"{place}{self.what}" + (f"\n  hint: {self.hint}" if self.hint else "")


class CfngenError(Exception):
    """Work cannot go on; carries every problem found, not only the first."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def problem(what: str, *, where: str = "", hint: str = "") -> Problem:
    """Return a problem whose place is plain words rather than a position in a file."""
    return Problem(Where(path=where), what, hint)


def require(problems: Iterable[Problem]) -> None:
    """Raise a `CfngenError` with all problems, if there are any."""
    found = tuple(problems)
    if found:
        raise CfngenError(*found)
