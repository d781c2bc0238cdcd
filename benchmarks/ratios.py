"""Whole processes against a yardstick, alternating: prints medians and their ratio, and fails nothing.

Ratios travel between machines better than seconds. Each pair runs in turns, so that a busy machine
slows both; what a command needs (built templates, cfn-lint) is there before.

usage: ratios.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cfngen.environment.config import load_environments
from cfngen.lint import IGNORED, template_files

BIN = Path(sys.executable).parent
CFNGEN = str(BIN / "cfngen")
TEMPLATES = Path("templates_out")
NOTHING = (sys.executable, "-c", "pass")


class Pair(NamedTuple):
    """A command and its yardstick, with what they are called in the table."""

    name: str
    command: Sequence[str]
    yardstick_name: str
    yardstick: Sequence[str]


def pairs() -> list[Pair]:
    """Return what is compared with what."""
    regions = sorted({target.region for item in load_environments(Path("params")) for target in item.targets})
    files = [str(path) for path in template_files(TEMPLATES)]
    cfn_lint = [str(BIN / "cfn-lint"), "-c", "I", "-i", *IGNORED, "-r", *regions, "--", *files]
    return [
        Pair("cfngen --help", [CFNGEN, "--help"], "python -c pass", NOTHING),
        Pair("cfngen build --check", [CFNGEN, "build", "--check"], "python -c pass", NOTHING),
        Pair("cfngen lint", [CFNGEN, "lint"], f"cfn-lint, {len(files)} files, {len(regions)} regions", cfn_lint),
        Pair("cfngen verify", [CFNGEN, "verify"], f"cfn-lint, {len(files)} files, {len(regions)} regions", cfn_lint),
    ]


def seconds(command: Sequence[str]) -> float:
    """Return how long a process takes, whatever its exit code."""
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def compare(pair: Pair, runs: int) -> tuple[float, float]:
    """Return the medians of a pair, run in turns after one turn that warms the caches."""
    turns = [(seconds(pair.command), seconds(pair.yardstick)) for _ in range(runs + 1)][1:]
    ours, theirs = zip(*turns, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def main() -> None:
    """Print a line for each pair as soon as it is measured."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    sys.stdout.write(f"medians of {runs} runs, in seconds\n")
    sys.stdout.write(f"{'command':<22} {'median':>7}  {'yardstick':<32} {'median':>7}  {'ratio':>6}\n")
    for pair in pairs():
        ours, theirs = compare(pair, runs)
        sys.stdout.write(
            f"{pair.name:<22} {ours:7.2f}  {pair.yardstick_name:<32} {theirs:7.2f}  {ours / theirs:6.2f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
