"""Watching operations to their end: how often AWS is asked, and what is told of each instance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ..deployment import Instance
from ..planning.operations import InstanceOperation
from .events import RUNNING, Finished, InstanceResult, Progressed, Report

PAGE = 100
"""Results that AWS lists in one call."""


class Watched(Protocol):
    """What watching needs of AWS."""

    def status(self, name: str, operation_id: str) -> str:
        """Return QUEUED, RUNNING, SUCCEEDED, FAILED, STOPPING or STOPPED."""

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        """Return what the operation did so far, instance by instance."""


@dataclass(frozen=True)
class Task:
    """An operation that was handed to AWS."""

    bundle: str
    name: str
    """Of the stack set."""
    operation_id: str
    operation: InstanceOperation | None
    size: int
    """How many instances it has, as far as known."""


@dataclass
class Watch:
    """Operations under way, and what was told of them."""

    service: Watched
    report: Report
    tasks: dict[str, Task] = field(default_factory=dict)
    seen: dict[Instance, str] = field(default_factory=dict)
    looks: int = 0

    def add(self, task: Task) -> None:
        """Watch one more operation."""
        self.tasks[task.operation_id] = task

    def look(self) -> list[Finished]:
        """Ask AWS once, report what changed, and return the operations that have ended."""
        self.looks += 1
        ended = list(self._ended())
        for finished in ended:
            del self.tasks[finished.operation_id]
            self.report(finished)
        return ended

    def _ended(self) -> Iterator[Finished]:
        for task in self.tasks.values():
            status = self.service.status(task.name, task.operation_id)
            over = status not in RUNNING
            if over or self._due(task):
                results = self.service.results(task.name, task.operation_id)
                self._tell(task, results)
                if over:
                    yield Finished(task.bundle, task.operation, task.operation_id, status, results)

    def _due(self, task: Task) -> bool:
        """Whether it is time to read the results: n pages are read every n-th look, so about one page a look."""
        return self.looks % max(1, -(-task.size // PAGE)) == 0

    def _tell(self, task: Task, results: tuple[InstanceResult, ...]) -> None:
        for result in results:
            if self.seen.get(result.instance) != result.status:
                self.seen[result.instance] = result.status
                self.report(Progressed(task.bundle, result))
