"""lint(): cfn-lint at all levels and our own rules over any folder of templates.

cfn-lint checks the wiring of nested stacks (E3043, E1010) only below the working directory. So
the work is done in forked processes that make the folder theirs, after the rules have been loaded
once: the caller's working directory stays as it is, and two processors lint side by side.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cfnlint.config import _DEFAULT_RULESDIR, ConfigMixIn
from cfnlint.helpers import REGIONS
from cfnlint.match import Match
from cfnlint.rules import Rules
from cfnlint.runner import run_template_by_file_path

from .errors import CfngenError, Problem, Where, problem, require
from .files import template_files
from .findings import LEVELS, Finding, in_order

IGNORED = ("W3002",)
"""W3002 wants `aws cloudformation package` for relative template URLs. Ours are relative on purpose:
cfn-lint checks wiring for those only, and cfngen's own packaging replaces them when it uploads."""

MANDATORY = ("E9101", "E9102", "E9124")
"""Rules of ours that no template may switch off: wiring, and the reasons of suppressions."""

OWN_RULES = Path(__file__).parent / "rules"


def lint(
    folder: Path,
    regions: Sequence[str],
    *,
    files: Sequence[Path] | None = None,
    processes: int | None = None,
    rules: Rules | None = None,
) -> list[Finding]:
    """Return every finding in the templates below a folder, for all regions given, in order.

    `files` is which of them to look at (default: all), `processes` how many work side by side (default: one per
    processor), `rules` what `load_rules` gave, for who lints more than once. Raises `CfngenError` for a folder
    without templates and for regions that cfn-lint does not know.
    """
    chosen = template_files(folder) if files is None else files
    _check_regions(regions)
    loaded = load_rules() if rules is None else rules
    shares = _shares(chosen, processes or os.cpu_count() or 1)
    started = [_start(folder, share, loaded, regions) for share in shares]
    return in_order(finding for worker in started for finding in _collect(*worker))


def load_rules() -> Rules:
    """Load cfn-lint's rules and ours. Takes a second or more, so once per run."""
    rules = Rules()
    for home in (_DEFAULT_RULESDIR, str(OWN_RULES)):
        rules.update(Rules.create_from_directory(home))
    return rules


def _check_regions(regions: Sequence[str]) -> None:
    if not regions:
        raise CfngenError(problem("no region to lint for", hint="name at least one region in params/"))
    require(
        problem(f"cfn-lint knows no region {region}", hint="is it spelt like us-east-1?")
        for region in regions
        if region not in REGIONS
    )


def _shares(files: Iterable[Path], count: int) -> list[list[Path]]:
    """Deal files out so that each share has about as many bytes to lint."""
    largest_first = sorted(files, key=lambda path: (-path.lstat().st_size, path))
    dealt: list[list[Path]] = [[] for _ in range(count)]
    for file in largest_first:
        min(dealt, key=lambda share: sum(path.lstat().st_size for path in share)).append(file)
    return [share for share in dealt if share]


def _start(folder: Path, files: list[Path], rules: Rules, regions: Sequence[str]) -> tuple[Any, Connection]:
    context = multiprocessing.get_context("fork")  # a fork has the loaded rules, which do not pickle
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(folder, files, rules, list(regions), sender), daemon=True)
    worker.start()
    sender.close()
    return worker, receiver


def _collect(worker: Any, receiver: Connection) -> list[Finding]:
    try:
        found: list[Finding] = receiver.recv()
    except EOFError as error:
        worker.join()
        raise CfngenError(
            problem(f"a lint process ended early with {worker.exitcode}", hint="is there enough memory?")
        ) from error
    worker.join()
    return found


def _work(folder: Path, files: Sequence[Path], rules: Rules, regions: list[str], sender: Connection) -> None:
    """Lint a share of the files in a process of its own, whose working directory is the folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends us
    logging.getLogger("cfnlint").addHandler(logging.NullHandler())  # what it logs, it also reports
    names = {os.path.relpath(file, folder): file for file in files}
    os.chdir(folder)
    sender.send([finding for name, file in names.items() for finding in _lint_file(name, file, rules, regions)])
    sender.close()


def _lint_file(name: str, file: Path, rules: Rules, regions: list[str]) -> list[Finding]:
    try:
        matches = list(run_template_by_file_path(name, _config(regions), rules, ignore_bad_template=False))
    except Exception as error:
        what = f"cfn-lint cannot read this template: {type(error).__name__}: {error}"
        return [Finding("E0000", "error", Problem(Where(str(file)), what, "is it a CloudFormation template?"))]
    return [_finding(file, match) for match in matches if not match.rule.id.startswith(IGNORED)]


def _config(regions: list[str]) -> ConfigMixIn:
    """Return a configuration that neither a `.cfnlintrc` nor a template's own metadata can change."""
    return ConfigMixIn(
        ["--config-file", os.devnull],
        regions=regions,
        include_checks=["I"],
        include_experimental=True,
        ignore_checks=list(IGNORED),
        mandatory_checks=list(MANDATORY),
    )


def _finding(file: Path, match: Match) -> Finding:
    path = ".".join(map(str, getattr(match, "path", ())))
    rule = match.rule
    return Finding(
        rule=rule.id,
        level=LEVELS.get(rule.id[:1], "error"),
        problem=Problem(Where(str(file), match.linenumber, path), match.message),
        column=match.columnnumber,
        title=rule.shortdesc,
        source=rule.source_url,
    )
