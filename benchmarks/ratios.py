"""Whole processes against a yardstick, in turns: prints how many times as long and how large, and fails nothing.

Ratios travel between machines better than seconds. Commands and their yardstick run in turns, so that a busy machine
slows all of them, and a ratio is that of their medians; memory is the largest process of a command. What is found is
written to latest.json beside this file.

usage: ratios.py [RUNS [RUNS_BESIDE_CFN_LINT]]
BENCH_CDK=FOLDER compares a cold build with `cdk synth` of the same resources: cp -r benchmarks/cdk FOLDER, and
npm install in it.
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
from cfngen.templates import read_template

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
CFNGEN = str(BIN / "cfngen")
TEMPLATES = Path("templates_out")
PASS = ("python -c pass", (sys.executable, "-c", "pass"))
PEERS = ("cfn-lint", "sceptre", "runway", "rain", "aws", "cdk", "terraform")
GROWTH = (1, 2, 4, 8)
MEASURE = """
import os, sys, time
begun = time.perf_counter()
process = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
usage = os.wait4(process, 0)[2]
print(time.perf_counter() - begun, usage.ru_maxrss, file=sys.stderr)
"""
INSTANCES = (10, 100, 1000, 10_000)


class Row(NamedTuple):
    """A command and the ratio that is aimed at; `before` is done before each run and not measured."""

    name: str
    reach: float | None
    command: Sequence[str]
    before: Callable[[], object] = lambda: None


class Cost(NamedTuple):
    """What one process took, with all that it started."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str]) -> Cost:
    """Run a process to its end, whatever its exit code.

    A small process starts it, because a child's peak begins with the size of its parent.
    """
    done = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, *command], capture_output=True, check=True)
    seconds, kilobytes = done.stderr.splitlines()[-1].split()
    return Cost(float(seconds), int(kilobytes) / 1024)


def compare(rows: Sequence[Row], yardstick: tuple[str, Sequence[str]], runs: int) -> Iterator[dict[str, Any]]:
    """Yield the ratio of each command's median to the yardstick's, all of them run in turns."""
    took: dict[str, list[Cost]] = {name: [] for name in (yardstick[0], *(row.name for row in rows))}
    for _ in range(runs):
        for row in (*rows, Row(yardstick[0], None, yardstick[1])):
            row.before()
            took[row.name].append(cost(row.command))
    medians = {name: statistics.median(each.seconds for each in costs) for name, costs in took.items()}
    for row in rows:
        ratio = round(medians[row.name] / medians[yardstick[0]], 2)
        largest = round(max(each.megabytes for each in took[row.name]))
        yield {"what": row.name, "ratio": ratio, "of": yardstick[0], "reach": row.reach, "MB": largest}


def quick() -> Iterator[Row]:
    """Yield what takes about as long as Python takes to start, and the same of others that are installed."""
    yield Row("cfngen --help", 5, [CFNGEN, "--help"])
    yield Row("cfngen build, nothing changed", 5, [CFNGEN, "build"])
    yield Row("cfngen build --check, clean", 5, [CFNGEN, "build", "--check"])
    yield Row("cfngen build, cold", 20, [CFNGEN, "build", "--no-cache"])
    yield Row("cfngen lint, nothing changed", 5, [CFNGEN, "lint"])
    yield Row("cfngen verify, nothing changed", 5, [CFNGEN, "verify"])
    yield Row("cfngen params prod", None, [CFNGEN, "params", "prod"])
    yield Row("cfngen explain", None, [CFNGEN, "explain", "VpcCidr", "--env", "prod"])
    yield Row("cfngen diagram prod", None, [CFNGEN, "diagram", "prod", "--format", "mermaid"])
    for peer in PEERS:
        found = shutil.which(peer, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
        if found:
            yield Row(f"{peer} --help", None, [found, "--help"])


def slow(scratch: Path) -> Iterator[Row]:
    """Yield what is compared with one cfn-lint process over the same files and regions."""
    shutil.copytree(TEMPLATES, scratch / "changing")
    layer = scratch / "changing" / "foundation" / "network.yaml"
    text = layer.read_text(encoding="utf-8")
    changing = [CFNGEN, "lint", "--templates", str(scratch / "changing")]
    cost(changing)
    yield Row("cfngen lint, the largest layer changed", 0.4, changing,
              lambda: layer.write_text(f"{text}# {time.time()}\n", encoding="utf-8"))  # fmt: skip
    yield Row("cfngen lint, cold", 0.85, [CFNGEN, "lint", "--no-cache"])
    yield Row("cfngen verify, cold", 0.5, [CFNGEN, "verify", "--no-cache"])


def cfn_lint() -> tuple[str, Sequence[str]]:
    """Return cfn-lint over the same files and regions, in one process and without our rules."""
    places = (target.region for each in load_environments(Path("params")) for target in each.every_place)
    regions, files = sorted(set(places)), [str(path) for path in template_files(TEMPLATES)]
    command = [str(BIN / "cfn-lint"), "-c", "I", "-i", *IGNORED, "-r", *regions, "--", *files]
    return f"cfn-lint, {len(files)} files, {len(regions)} regions", command


def beside_cdk(runs: int, scratch: Path) -> Iterator[dict[str, Any]]:
    """Yield how long a build takes beside `cdk synth` of the same resources, where the app is installed."""
    app = os.environ.get("BENCH_CDK")
    if not app:
        return
    given, out = scratch / "templates.json", scratch / "cdk.out"
    named = {f"{file.parent.name}-{file.stem}".replace("_", "-"): file for file in template_files(TEMPLATES)}
    given.write_text(json.dumps({name: read_template(file).body for name, file in named.items()}))
    synth = ["env", "-C", app, f"BENCH_TEMPLATES={given}", "node_modules/.bin/cdk", "synth", "--quiet"]
    row = Row("cfngen build, cold", 0.17, [CFNGEN, "build", "--no-cache"])
    yield from compare([row], ("cdk synth", [*synth, "--no-validation", "--output", str(out)]), runs)


def growth(scratch: Path) -> dict[str, list[dict[str, Any]]]:
    """Return how costs grow with layers and with instances, as multiples of the first of each."""
    folders = {times: _copies(scratch / f"times{times}", times) for times in GROWTH}
    lint = [CFNGEN, "lint", "--templates"]
    for folder in folders.values():
        cost([*lint, str(folder)])  # so that the second line finds everything
    commands: dict[str, dict[int, Sequence[str]]] = {
        "lint, cold, of two layers many times": {n: [*lint, str(at), "--no-cache"] for n, at in folders.items()},
        "lint, nothing changed, of the same": {n: [*lint, str(at)] for n, at in folders.items()},
        "layers composed and rendered": {n: _step("build", n) for n in GROWTH},
        "instances planned": {n: _step("plan", n) for n in INSTANCES},
    }
    found = {name: [(n, _median(each)) for n, each in sizes.items()] for name, sizes in commands.items()}
    return {
        name: [
            {"size": n, "times": round(c.seconds / rows[0][1].seconds, 2), "MB": round(c.megabytes)} for n, c in rows
        ]
        for name, rows in found.items()
    }


def _median(command: Sequence[str]) -> Cost:
    """Return the middle one of three runs."""
    return sorted(cost(command) for _ in range(3))[1]


def _copies(folder: Path, times: int) -> Path:
    for number in range(times):
        home = folder / f"{number} of {times}"
        home.mkdir(parents=True)
        for layer in ("foundation/logs.yaml", "service/firewall.yaml"):
            shutil.copy(TEMPLATES / layer, home)
    return folder


def _step(what: str, size: int) -> Sequence[str]:
    return [sys.executable, str(HERE / "growth.py"), what, str(size)]


def scale() -> dict[str, Any]:
    """Return what planning 5,000 instances in 4 stack sets takes, 50 ms away, against one call after the other."""
    words = [
        sys.executable,
        str(HERE / "scale.py"),
        "5000",
        "4",
        "create",
        "plan from afar",
        "one call after the other",
    ]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    rows = {name: (int(size), float(took)) for name, size, took in
            re.findall(r"^(\w[\w ]*?)\s+peak\s+(\d+) MB .*?planned in ([\d.]+) s", said, re.MULTILINE)}  # fmt: skip
    (megabytes, took), (_, one_by_one) = rows["plan from afar"], rows["one call after the other"]
    times = {
        "what": "one call after the other, 5,000 instances",
        "ratio": round(one_by_one / took, 2),
        "reach": 3.0,
        "MB": megabytes,
    }
    return {**times, "of": "cfngen plan, 4 stack sets, 50 ms a call"}


def tell(found: dict[str, Any]) -> None:
    """Print what was found as a line."""
    reach = f"{found['reach']:g}" if found["reach"] else ""
    sys.stdout.write(f"{found['what']:<40} {found['ratio']:>8.2f} × {found['of']:<60} {reach:>6} {found['MB']:>5} MB\n")
    sys.stdout.flush()


def main() -> None:
    """Print each line as soon as it is measured, and write all of them."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # set in some containers; whoever installs cfngen has bytecode
    runs, slow_runs = [*map(int, sys.argv[1:]), *(9, 3)[len(sys.argv) - 1 :]]
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    machine = {"processors": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    rows: list[dict[str, Any]] = []
    sys.stdout.write("ratio of the medians of runs in turns; what is aimed at; the largest process\n")
    with tempfile.TemporaryDirectory() as scratch:
        cost([CFNGEN, "build"]), cost([CFNGEN, "lint"]), cost([CFNGEN, "verify"])
        beside = (compare([*quick()], PASS, runs), compare([*slow(Path(scratch))], cfn_lint(), slow_runs))
        for found in itertools.chain(*beside, beside_cdk(slow_runs, Path(scratch))):
            rows.append(found)
            tell(found)
        grown = growth(Path(scratch))
    rows.append(scale())
    tell(rows[-1])
    for name, sizes in grown.items():
        sys.stdout.write(f"{name}: " + ", ".join(f"{s['size']}: {s['times']:g} × {s['MB']} MB" for s in sizes) + "\n")
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine, "load per processor at the start": round(load, 1)},
        "runs": {"beside python -c pass": runs, "beside cfn-lint": slow_runs},
        "rows": rows,
        "growth": grown,
    }
    (HERE / "latest.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
