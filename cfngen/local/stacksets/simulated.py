"""A simulated backend: stacks that are made at once and hold no resources, for thousands of instances.

It counts what it is asked, and what goes wrong or hangs is up to `before`, which is called first and may raise
`StackFailed` or wait.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Literal

from .backend import StackFailed

Verb = Literal["create", "update", "delete", "retain"]


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that the backend was asked to do."""

    verb: Verb
    account: str
    region: str
    stack_id: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedStack:
    """A stack as it was last asked for."""

    account: str
    region: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]


def nothing(call: Call) -> None:
    """Let every call succeed at once."""


class Simulated:
    """A `Backend` without AWS behind it; safe in threads."""

    def __init__(self, before: Callable[[Call], None] = nothing) -> None:
        self.stacks: dict[str, SimulatedStack] = {}
        """Every stack that exists, retained ones among them, by id."""
        self.calls: list[Call] = []
        """In the order in which they were made."""
        self.most_at_once = 0
        """The highest number of calls that ran together."""
        self._before = before
        self._numbers = count(1)
        self._running = 0
        self._lock = Lock()

    def create_stack(
        self,
        account: str,
        region: str,
        name: str,
        template: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        capabilities: Collection[str],
    ) -> str:
        """Create a stack and return its id."""
        self._call(Call("create", account, region))
        stack_id = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{next(self._numbers)}"
        self.stacks[stack_id] = SimulatedStack(account, region, template, parameters, tags, tuple(capabilities))
        return stack_id

    def update_stack(
        self,
        account: str,
        region: str,
        stack_id: str,
        template: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        capabilities: Collection[str],
    ) -> None:
        """Bring a stack to a template and values."""
        self._call(Call("update", account, region, stack_id))
        self._require(stack_id)
        self.stacks[stack_id] = SimulatedStack(account, region, template, parameters, tags, tuple(capabilities))

    def delete_stack(self, account: str, region: str, stack_id: str, retain: bool) -> None:  # noqa: FBT001
        """Delete a stack, or leave it."""
        self._call(Call("retain" if retain else "delete", account, region, stack_id))
        if not retain:
            self.stacks.pop(stack_id, None)

    def _require(self, stack_id: str) -> None:
        if stack_id not in self.stacks:
            raise StackFailed(f"Stack [{stack_id}] does not exist")

    def _call(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        try:
            self._before(call)
        finally:
            with self._lock:
                self._running -= 1
