"""The engine: the store, the runner of operations, and what both need from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..faults import Faults, no_faults
from .operations import Runner
from .store import Store
from .work import Ports


@dataclass(frozen=True)
class Engine:
    """One StackSets control plane, for every admin account and region."""

    store: Store
    runner: Runner
    ports: Ports


def engine(ports: Ports, faults: Callable[[], Faults] = no_faults) -> Engine:
    """Return a control plane without stack sets; `faults` is asked anew each time."""
    store = Store()
    return Engine(store, Runner(store, ports, faults), ports)
