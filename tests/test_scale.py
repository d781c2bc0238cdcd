"""Thousands of instances: planned and watched in little memory and with few calls, over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
INSTANCES, SETS, LARGEST = 5000, 5, 120
STEPS = ("create", "plan", "update", "plan again")
"""LARGEST is in MB."""


@pytest.fixture(scope="module")
def costs() -> dict[str, tuple[int, str]]:
    """Peak memory and what was told, by step."""
    words = [sys.executable, "benchmarks/scale.py", str(INSTANCES), str(SETS), *STEPS]
    done = subprocess.run(words, cwd=HERE, capture_output=True, text=True, check=True, timeout=300)
    rows = re.findall(r"^(\w[\w ]*?)\s+peak\s+(\d+) MB\s+(.+)$", done.stdout, re.MULTILINE)
    return {name: (int(peak), told) for name, peak, told in rows}


def test_planning_and_deploying_five_thousand_instances_takes_little_memory(costs: dict[str, tuple[int, str]]) -> None:
    assert set(costs) == {"create", "plan", "update", "plan again"}
    assert {name: peak for name, (peak, _) in costs.items() if peak >= LARGEST} == {}


def test_nothing_is_asked_instance_by_instance_when_the_releases_know_the_operation(
    costs: dict[str, tuple[int, str]],
) -> None:
    calls = {name: int(re.findall(r"calls (\d+)", told)[0]) for name, (_, told) in costs.items()}
    assert all("DescribeStackInstance" not in told for _, told in costs.values())
    assert calls["plan"] < 100
    assert calls["plan again"] < 100
    assert all(" 0 operations" in f" {costs[name][1]}" for name in ("plan", "plan again"))
