"""What happens while a plan is carried out, and what went wrong, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ..errors import Problem
from ..execute import Begun, Event, Finished, Progressed, Started
from .words import Places, head


def event_line(event: Event, named: Places) -> str:
    """Return one line of progress."""
    match event:
        case Begun(bundle, operations):
            return f"{bundle}: {operations} operation{'s' if operations != 1 else ''}"
        case Started(bundle, operation):
            return f"{bundle}: {head(operation, named)}"
        case Progressed(bundle, result):
            reason = f": {result.reason}" if result.reason and result.status == "FAILED" else ""
            return f"{bundle}: {named.get(result.instance, str(result.instance))} {result.status}{reason}"
        case Finished(bundle, operation, _, status, results):
            failed = f", {len(event.failures)} of {len(results)} failed" if event.failures else ""
            return f"{bundle}: {head(operation, named)} {status}{failed}"
        case _:
            assert_never(event)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return problems for a person: those of one file together, hints indented below."""
    ordered = sorted(dict.fromkeys(problems), key=lambda item: (item.where.file, item.where.line))
    count = f"{len(ordered)} problems:" if len(ordered) > 1 else ""
    return [*filter(None, [count]), *(line for item in ordered for line in str(item).splitlines())]
