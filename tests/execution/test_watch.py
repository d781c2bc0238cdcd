"""Watching: results are read as often as there are pages to pay for, and each change is told once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from cfngen.deployment import Instance
from cfngen.execution.events import Event, InstanceResult
from cfngen.execution.watch import PAGE, Task, Watch


@dataclass
class Service:
    """Operations that end at a given look."""

    ends: int
    looks: int = 0
    reads: list[int] = field(default_factory=list)

    def status(self, name: str, operation_id: str) -> str:
        self.looks += 1
        return "SUCCEEDED" if self.looks >= self.ends else "RUNNING"

    def results(self, name: str, operation_id: str) -> tuple[InstanceResult, ...]:
        self.reads.append(self.looks)
        return (InstanceResult(Instance("1", "r"), "SUCCEEDED" if self.looks >= self.ends else "RUNNING"),)


@pytest.mark.parametrize(
    ("size", "reads"),
    [(1, list(range(1, 13))), (PAGE, list(range(1, 13))), (5 * PAGE, [5, 10, 12]), (50 * PAGE, [12])],
)
def test_many_pages_are_read_as_seldom_as_there_are_pages_and_once_at_the_end(size: int, reads: list[int]) -> None:
    service, events = Service(ends=12), list[Event]()
    watch = Watch(service, events.append)
    watch.add(Task("foundation", "set", "op", None, size))
    while watch.tasks:
        watch.look()
    assert service.reads == reads
