"""The judges that are not ours: cfn-lint and checkov over `templates_out/`; prints what is unexplained and suppressed.

Runs in the environment that `make policy` makes for it. Exit code: 0 nothing unexplained, 1 findings, 2 a judge did
not run. A suppression without a reason is a finding.

usage: policy.py [TEMPLATES]
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

BIN = Path(sys.executable).parent
RELATIVE_URLS = "W3002"
"""Children are named relative to their parents until they are packaged: cfngen's own rules check the wiring."""
SHORTEST_REASON = 15

Run = Callable[[Sequence[str]], str]


def main() -> int:
    """Ask both judges, and print findings to stdout and the count of suppressions to stderr."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("templates_out")
    try:
        found, suppressed = judged(folder, Path("params"), run)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"a judge did not run: {error}\n")
        return 2
    sys.stdout.writelines(f"{each}\n" for each in suppressed)
    sys.stdout.writelines(f"{each}\n" for each in found)
    sys.stderr.write(f"{len(found)} unexplained findings, {len(suppressed)} suppressed with a reason\n")
    return 1 if found else 0


def judged(folder: Path, params: Path, run: Run) -> tuple[list[str], list[str]]:
    """Return what is unexplained, and what is suppressed; `run` runs a command and returns what it prints."""
    files = [str(path) for path in sorted(folder.glob("*/*.yaml"))]
    if not files:
        raise ValueError(f"{folder} has no templates: run `make templates`")
    lint = [str(BIN / "cfn-lint"), "-c", "I", "-i", RELATIVE_URLS, "-f", "json", "-r", *regions(params), "--", *files]
    checkov = [str(BIN / "checkov"), "-d", str(folder), "--framework", "cloudformation", "--compact"]
    checkov += ["--skip-download", "-o", "json"]  # not --quiet, which leaves out what is suppressed
    reports = json.loads(run(checkov))
    results = [each["results"] for each in (reports if isinstance(reports, list) else [reports]) if "results" in each]
    if not any(each.get("passed_checks") or each.get("failed_checks") for each in results):
        raise ValueError("checkov judged nothing: it found no resource in the templates")
    found = [*cfn_lint_findings(json.loads(run(lint) or "[]")), *(line for each in results for line in failures(each))]
    return found, [line for each in results for line in explained(each)]


def regions(params: Path) -> list[str]:
    """Return the regions of every environment: what AWS offers differs between them."""
    environments = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(params.glob("*.yaml"))]
    places = [place for each in environments for place in each["geographies"].values()]
    used = {place[role] for place in places for role in ("active", "standby") if place.get(role)}
    return sorted({"us-east-1", *used})


def cfn_lint_findings(matches: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what cfn-lint found: it has left out what metadata suppresses."""
    for each in matches:
        line = each["Location"]["Start"]["LineNumber"]
        yield f"{each['Filename']}:{line} cfn-lint {each['Rule']['Id']} {each['Message']}"


def failures(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield what checkov found, what it could not read, and what is suppressed without a reason."""
    for each in results.get("failed_checks", ()):
        yield f"{said(each)} {each['check_name']}"
    for each in results.get("skipped_checks", ()):
        if not is_explained(each):
            yield f"{said(each)} is suppressed without a reason"
    for path in results.get("parsing_errors", ()):
        yield f"{path} checkov cannot read this"


def explained(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is suppressed, with its reason."""
    for each in results.get("skipped_checks", ()):
        if is_explained(each):
            yield f"{said(each)} suppressed: {each['check_result']['suppress_comment']}"


def is_explained(check: Mapping[str, Any]) -> bool:
    """Whether a suppression says why."""
    return len(check["check_result"].get("suppress_comment") or "") >= SHORTEST_REASON


def said(check: Mapping[str, Any]) -> str:
    """Return where and which check."""
    return f"{check['file_path']} {check['resource']} checkov {check['check_id']}"


def run(command: Sequence[str]) -> str:
    """Run a judge; its exit code says that it found something, so that what it printed decides."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if not done.stdout.strip() and done.returncode:
        raise ValueError(f"{Path(command[0]).name}: {done.stderr.strip()[-300:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
