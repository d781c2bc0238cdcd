"""What happens while a plan is carried out, and what went wrong, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from ..errors import Problem
from ..execution.events import Begun, Event, Finished, InstanceResult, Joined, Noted, Progressed, Started
from .words import Places, head


def event_line(event: Event, named: Places) -> str:
    """Return one line of progress."""
    match event:
        case Begun(bundle, operations):
            return f"{bundle}: {operations} operation{'s' if operations != 1 else ''}"
        case Started(bundle, operation):
            return f"{bundle}: {head(operation, named)}"
        case Joined(bundle, operation):
            return f"{bundle}: watching {operation}"
        case Progressed(bundle, result):
            return f"{bundle}: {_result(result, named)}"
        case Noted(bundle, text):
            return f"{bundle}: {text}"
        case Finished(bundle, operation, operation_id, status, results):
            what = head(operation, named) if operation else f"operation {operation_id}"
            return f"{bundle}: {what} {status}{_failed(event, len(results))}"
        case _:
            assert_never(event)


def stopped_lines(finished: Sequence[Finished], named: Places) -> list[str]:
    """Return what became of operations that were stopped, and of each instance that they did not finish."""
    lines = []
    for item in finished:
        lines.append(f"{item.bundle}: operation {item.operation_id} {item.status}")
        lines += [f"  {_result(result, named)}" for result in item.results if result.status != "SUCCEEDED"]
    return lines


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return problems for a person: those of one file together, hints indented below.

    What several in a row have as their hint is said once, below the last of them.
    """
    ordered = sorted(dict.fromkeys(problems), key=lambda item: (item.where.file, item.where.line))
    count = f"{len(ordered)} problems:" if len(ordered) > 1 else ""
    following = [item.hint for item in ordered[1:]] + [""]
    said = [
        replace(item, hint="") if item.hint == after else item for item, after in zip(ordered, following, strict=True)
    ]
    return [*filter(None, [count]), *(line for item in said for line in str(item).splitlines())]


def _result(result: InstanceResult, named: Places) -> str:
    reason = f": {result.reason}" if result.reason and result.status in ("FAILED", "CANCELLED") else ""
    return f"{named.get(result.instance, str(result.instance))} {result.status}{reason}"


def _failed(event: Finished, of: int) -> str:
    if not event.failures:
        return ""
    within = " within the tolerance" if event.status == "SUCCEEDED" else ""
    return f", {len(event.failures)} of {of} failed{within}"
