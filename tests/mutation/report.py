"""The score: how many weakenings were caught, by resource type and by class of property, and which were not."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cfngen.templates import TemplateFile, read_template

from .judge import Judge, make_judge
from .mutants import mutants
from .table import read_table

HOME = Path(__file__).parent.parent.parent
TEMPLATES = HOME / "templates_out"


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant: who caught it, and whether the message names the property."""

    mutant: str
    type: str
    property_class: str
    caught_by: str = ""
    message: str = ""

    @property
    def survived(self) -> bool:
        return not self.caught_by


def files() -> list[TemplateFile]:
    return [read_template(path) for path in sorted(TEMPLATES.rglob("*.yaml"))]


def judge() -> Judge:
    return make_judge(HOME, TEMPLATES)


def outcomes(file: TemplateFile, by: Judge) -> Iterator[Outcome]:
    """Yield the outcome of each mutant of a template; a finding that does not name the property catches nothing."""
    for mutant in mutants(file, read_table()):
        verdict = by.judge(mutant)
        kind, named = mutant.type.removeprefix("AWS::"), verdict is not None and verdict.names
        caught_by = verdict.rule if verdict and named else ""
        yield Outcome(str(mutant), kind, mutant.property_class, caught_by, verdict.message if verdict else "")


def everything(processes: int) -> list[Outcome]:
    """Return the outcome of every mutant of every template, the longest templates first."""
    shared = judge()
    longest_first = sorted(files(), key=lambda file: -len(file.text))
    with multiprocessing.get_context("fork").Pool(processes, _remember, (shared,)) as pool:
        return [outcome for found in pool.imap_unordered(_work, longest_first) for outcome in found]


_SHARED: list[Judge] = []
"""The judge of a worker process, which a fork hands over without pickling it."""


def _remember(shared: Judge) -> None:
    _SHARED.append(shared)


def _work(file: TemplateFile) -> list[Outcome]:
    return list(outcomes(file, _SHARED[0]))


def scores(found: Iterable[Outcome], key: str) -> list[tuple[str, int, int]]:
    """Return caught and all, by `type` or `property_class`."""
    everything_, caught = Counter[str](), Counter[str]()
    for outcome in found:
        everything_[getattr(outcome, key)] += 1
        caught[getattr(outcome, key)] += not outcome.survived
    return [(name, caught[name], everything_[name]) for name in sorted(everything_)]


def survivors(found: Sequence[Outcome]) -> list[str]:
    """Return what each survivor did, and what was found that does not name the property."""
    return [f"{each.mutant} {each.message}".rstrip() for each in found if each.survived]
