"""Findings: what lint and verify report, as values, and the four forms they are printed in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from .errors import Problem, Where

Level = Literal["error", "warning", "informational"]

LEVELS: Mapping[str, Level] = {"E": "error", "W": "warning", "I": "informational"}
"""Level by the first letter of a rule's id, as cfn-lint has it."""

_SARIF_LEVELS: Mapping[Level, str] = {"error": "error", "warning": "warning", "informational": "note"}
_NOT_XML = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Characters that XML 1.0 forbids, https://www.w3.org/TR/xml/#charsets; compiled where it is needed."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule or a proof found: which rule, how grave, where and what."""

    rule: str
    level: Level
    problem: Problem
    column: int = 0
    """1-based; 0 when unknown."""
    title: str = ""
    """What the rule is about, in a few words."""
    source: str = ""
    """Page that the rule is founded on."""


@dataclass(frozen=True)
class Proof:
    """One question answered about all environments."""

    name: str
    facts_checked: int
    findings: tuple[Finding, ...]
    details: tuple[str, ...] = ()
    """What was measured, a line each, for who wants to see more than the count."""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it; a warning, such as of a quota that AWS raises, does not."""
        return not any(finding.level == "error" for finding in self.findings)


def finding_of(data: Mapping[str, Any]) -> Finding:
    """Return the finding that `dataclasses.asdict` made this of."""
    told = data["problem"]
    return Finding(**{**data, "problem": Problem(**{**told, "where": Where(**told["where"])})})


def proof_of(data: Mapping[str, Any]) -> Proof:
    """Return the proof that `dataclasses.asdict` made this of, JSON's lists for tuples."""
    found = tuple(finding_of(each) for each in data["findings"])
    return Proof(data["name"], data["facts_checked"], found, tuple(data["details"]))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by file, line, column and rule, each once."""
    return sorted(set(findings), key=_position)


def as_text(findings: Iterable[Finding]) -> str:
    """Return a line per finding, with its hint below; empty when there are none."""
    return "".join(f"{_line(finding)}\n" for finding in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """Return a JSON list with one flat object per finding."""
    return json.dumps([_record(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


def as_sarif(findings: Iterable[Finding], *, tool: str, version: str) -> str:
    """Return a SARIF 2.1.0 log of one run.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    found = list(findings)
    rules = {finding.rule: finding for finding in reversed(found)}
    driver = {
        "name": tool,
        "version": version,
        "rules": [_sarif_rule(rules[rule]) for rule in sorted(rules)],
    }
    index = {rule: number for number, rule in enumerate(sorted(rules))}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, index[finding.rule]) for finding in found],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def as_junit(suite: str, cases: Mapping[str, Sequence[Finding]]) -> str:
    """Return JUnit XML: a test case per thing checked (a file, a proof), failed by its findings.

    The form that CI servers read: https://github.com/testmoapp/junitxml.
    """
    from xml.etree import ElementTree as ET  # for this form alone

    failed = sum(bool(findings) for findings in cases.values())
    counts = {"name": suite, "tests": str(len(cases)), "failures": str(failed), "errors": "0"}
    top = ET.Element("testsuites", counts)
    body = ET.SubElement(top, "testsuite", counts)
    for name, findings in cases.items():
        case = ET.SubElement(body, "testcase", {"name": _printable(name), "classname": suite})
        for finding in findings:
            message = _printable(finding.problem.what)
            failure = ET.SubElement(case, "failure", {"message": message, "type": finding.rule})
            failure.text = _printable(_line(finding))
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, encoding="unicode") + "\n"


def _position(finding: Finding) -> tuple[str, int, int, str, str, str]:
    where = finding.problem.where
    return where.file, where.line, finding.column, finding.rule, where.path, finding.problem.what


def _line(finding: Finding) -> str:
    where = finding.problem.where
    numbers = [str(number) for number in (where.line, finding.column) if number]
    place = " ".join(filter(None, [":".join([where.file, *numbers]), where.path]))
    hint = f"\n  hint: {finding.problem.hint}" if finding.problem.hint else ""
    return f"{place}: {finding.rule} {finding.problem.what}{hint}"


def _record(finding: Finding) -> dict[str, Any]:
    where = finding.problem.where
    return {
        "rule": finding.rule,
        "level": finding.level,
        "file": where.file,
        "line": where.line,
        "column": finding.column,
        "path": where.path,
        "what": finding.problem.what,
        "hint": finding.problem.hint,
        "source": finding.source,
    }


def _sarif_rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": {"text": finding.title or finding.rule},
        "defaultConfiguration": {"level": _SARIF_LEVELS[finding.level]},
    }
    if finding.source:
        rule["helpUri"] = finding.source
    return rule


def _sarif_result(finding: Finding, rule: int) -> dict[str, Any]:
    message = " ".join(filter(None, [finding.problem.what, finding.problem.hint]))
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[finding.level],
        "message": {"text": message},
    }
    location = _sarif_location(finding)
    if location:
        result["locations"] = [location]
    return result


def _sarif_location(finding: Finding) -> dict[str, Any]:
    where = finding.problem.where
    location: dict[str, Any] = {}
    if where.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.file)}}
        if where.line:
            column = {"startColumn": finding.column} if finding.column else {}
            physical["region"] = {"startLine": where.line, **column}
        location["physicalLocation"] = physical
    if where.path:
        location["logicalLocations"] = [{"fullyQualifiedName": where.path}]
    return location


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _printable(text: str) -> str:
    return re.sub(_NOT_XML, "\ufffd", text)
