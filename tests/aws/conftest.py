"""A local AWS with simulated stacks for the tests of what speaks to AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation import Simulation, simulation


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulation]:
    with simulation() as running:
        yield running
