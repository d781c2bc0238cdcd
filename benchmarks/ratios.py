"""Whole processes against a yardstick, alternating: prints how many times as long and how large, and fails nothing.

Ratios travel between machines better than seconds. A command and its yardstick run in turns, so that a busy machine
slows both, and the ratio is that of their medians; memory is the largest process of a command. What is found is
written to latest.json beside this file.

usage: ratios.py [RUNS]     BENCH_CDK=FOLDER compares with `cdk synth` of the app in a folder
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cfngen.environment.config import load_environments
from cfngen.files import template_files
from cfngen.lint import IGNORED

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
CFNGEN = str(BIN / "cfngen")
TEMPLATES = Path("templates_out")
PASS = ("python -c pass", (sys.executable, "-c", "pass"))
PEERS = ("cfn-lint", "sceptre", "runway", "rain", "aws", "cdk", "terraform")
GROWTH = (1, 2, 4, 8)
INSTANCES = (10, 100, 1000, 10_000)


class Row(NamedTuple):
    """A command beside its yardstick; `before` is done before each run and not measured."""

    name: str
    reach: float | None
    """The ratio that is aimed at."""
    command: Sequence[str]
    yardstick: tuple[str, Sequence[str]]
    before: Callable[[], object] = lambda: None


class Cost(NamedTuple):
    """What one process took, with all that it started."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str]) -> Cost:
    """Run a process to its end, whatever its exit code; memory is that of the largest process in it."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    return Cost(time.perf_counter() - begun, usage.ru_maxrss / 1024)


def compare(row: Row, runs: int) -> dict[str, Any]:
    """Return the ratio of a command's median to its yardstick's, run in turns after one turn that warms up."""
    turns = []
    for _ in range(runs + 1):
        row.before()
        turns.append((cost(row.command), cost(row.yardstick[1])))
    ours, theirs = zip(*turns[1:], strict=True)
    ratio = statistics.median(each.seconds for each in ours) / statistics.median(each.seconds for each in theirs)
    largest = max(each.megabytes for each in ours)
    return {
        "what": row.name,
        "ratio": round(ratio, 2),
        "of": row.yardstick[0],
        "reach": row.reach,
        "MB": round(largest),
    }


def quick() -> Iterator[Row]:
    """Yield what takes about as long as Python takes to start, and the same of others that are installed."""
    yield Row("cfngen --help", 5, [CFNGEN, "--help"], PASS)
    yield Row("cfngen build, nothing changed", 5, [CFNGEN, "build"], PASS)
    yield Row("cfngen build --check, clean", 5, [CFNGEN, "build", "--check"], PASS)
    yield Row("cfngen build, cold", 20, [CFNGEN, "build", "--no-cache"], PASS)
    yield Row("cfngen lint, nothing changed", 5, [CFNGEN, "lint"], PASS)
    yield Row("cfngen verify, nothing changed", 5, [CFNGEN, "verify"], PASS)
    yield Row("cfngen params prod", None, [CFNGEN, "params", "prod"], PASS)
    yield Row("cfngen explain", None, [CFNGEN, "explain", "VpcCidr", "--env", "prod"], PASS)
    yield Row("cfngen diagram prod", None, [CFNGEN, "diagram", "prod", "--format", "mermaid"], PASS)
    for peer in PEERS:
        found = shutil.which(peer, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
        if found:
            yield Row(f"{peer} --help", None, [found, "--help"], PASS)


def slow(scratch: Path) -> Iterator[Row]:
    """Yield what is compared with one cfn-lint process over the same files and regions."""
    places = (target.region for each in load_environments(Path("params")) for target in each.every_place)
    regions = sorted(set(places))
    files = [str(path) for path in template_files(TEMPLATES)]
    cfn_lint = [str(BIN / "cfn-lint"), "-c", "I", "-i", *IGNORED, "-r", *regions, "--", *files]
    yardstick = (f"cfn-lint, {len(files)} files, {len(regions)} regions", cfn_lint)
    shutil.copytree(TEMPLATES, scratch / "changing")
    layer, numbers = scratch / "changing" / "foundation" / "network.yaml", itertools.count()
    text = layer.read_text(encoding="utf-8")
    changing = [CFNGEN, "lint", "--templates", str(scratch / "changing")]
    cost(changing)
    yield Row("cfngen lint, the largest layer changed", 0.4, changing, yardstick,
              lambda: layer.write_text(f"{text}# {next(numbers)} {time.time()}\n", encoding="utf-8"))  # fmt: skip
    yield Row("cfngen lint, cold", 0.85, [CFNGEN, "lint", "--no-cache"], yardstick)
    yield Row("cfngen verify, cold", 0.5, [CFNGEN, "verify", "--no-cache"], yardstick)
    app = os.environ.get("BENCH_CDK")
    if app:
        synth = ["npx", "cdk", "synth", "--quiet", "--app", f"{app}/cdk.out" if Path(app, "cdk.out").exists() else app]
        yield Row("cfngen build, cold", 0.17, [CFNGEN, "build", "--no-cache"], ("cdk synth", synth))


def growth(scratch: Path) -> dict[str, list[dict[str, Any]]]:
    """Return how costs grow with layers and with instances, as multiples of the first of each."""
    folders = {times: _copies(scratch / f"times{times}", times) for times in GROWTH}
    found = {
        "lint, cold, of the detection bundle many times": [
            (times, cost([CFNGEN, "lint", "--no-cache", "--templates", str(folder)]))
            for times, folder in folders.items()
        ],
        "lint, nothing changed, of the same": [
            (times, [cost([CFNGEN, "lint", "--templates", str(folder)]) for _ in range(3)][-1])
            for times, folder in folders.items()
        ],
        "layers composed and rendered": [(times, _step("build", times)) for times in GROWTH],
        "instances planned": [(number, _step("plan", number)) for number in INSTANCES],
    }
    return {
        name: [
            {"size": n, "times": round(c.seconds / rows[0][1].seconds, 2), "MB": round(c.megabytes)} for n, c in rows
        ]
        for name, rows in found.items()
    }


def _copies(folder: Path, times: int) -> Path:
    for number in range(times):
        shutil.copytree(TEMPLATES / "detection", folder / f"detection{number}")
    return folder


def _step(what: str, size: int) -> Cost:
    return cost([sys.executable, str(HERE / "growth.py"), what, str(size)])


def scale() -> list[dict[str, Any]]:
    """Return what planning 5,000 instances in 4 stack sets takes, 50 ms away, against one call after the other."""
    words = [sys.executable, str(HERE / "scale.py"), "5000", "4"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    rows = {name: (int(size), float(took)) for name, size, took in
            re.findall(r"^(\w[\w ]*?)\s+peak\s+(\d+) MB .*?planned in ([\d.]+) s", said, re.MULTILINE)}  # fmt: skip
    (megabytes, took), (_, one_by_one) = rows["plan from afar"], rows["one call after the other"]
    times = {"what": "one call after the other", "ratio": round(one_by_one / took, 2), "reach": 3.0, "MB": megabytes}
    return [{**times, "of": "cfngen plan, 5,000 instances in 4 stack sets, 50 ms a call"}]


def tell(found: dict[str, Any]) -> None:
    """Print what was found as a line."""
    reach = f"{found['reach']:g}" if found["reach"] else ""
    sys.stdout.write(f"{found['what']:<40} {found['ratio']:>8.2f} × {found['of']:<60} {reach:>6} {found['MB']:>5} MB\n")
    sys.stdout.flush()


def main() -> None:
    """Print each line as soon as it is measured, and write all of them."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    machine = {"processors": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    rows: list[dict[str, Any]] = []
    sys.stdout.write(f"ratios of the medians of {runs} runs in turns, what is aimed at, the largest process\n")
    with tempfile.TemporaryDirectory() as scratch:
        for row in itertools.chain(quick(), slow(Path(scratch))):
            rows.append(compare(row, runs if row.yardstick == PASS else max(1, runs // 2)))
            tell(rows[-1])
        for found in scale():
            rows.append(found)
            tell(found)
        grown = growth(Path(scratch))
    for name, sizes in grown.items():
        sys.stdout.write(f"{name}: " + ", ".join(f"{s['size']}: {s['times']:g} × {s['MB']} MB" for s in sizes) + "\n")
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine, "load per processor at the start": round(load, 1)},
        "runs": runs,
        "rows": rows,
        "growth": grown,
    }
    (HERE / "latest.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
