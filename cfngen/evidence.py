"""Evidence as rows: requirements with what answers and what guards them, and accepted findings with their reasons.

Read from `compliance.yaml` and from the template files; what either names has to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .environment.document import read_document
from .rule_texts import rule_texts
from .templates import TemplateFile, read_template
from .verify import PROOFS

FILE = Path(__file__).with_name("compliance.yaml")
TEMPLATES = Path("templates_out")

Row = tuple[str, ...]


def requirements() -> Mapping[str, list[dict[str, str]]]:
    """Return the requirements by law or benchmark."""
    found: Mapping[str, list[dict[str, str]]] = read_document(FILE).data
    return found


def compliance_rows(rows: list[dict[str, str]]) -> list[Row]:
    """Return rows of a table: id, requirement, what answers it, what guards that, and what is left to people."""
    return [
        (
            row["id"],
            row["what"],
            "<br>".join(f"`{each}`" for each in answers(row)) or "–",
            ", ".join(guard_link(each) for each in row.get("guard", "").split()) or "–",
            row.get("left", "–"),
        )
        for row in rows
    ]


def answers(row: Mapping[str, str]) -> list[str]:
    """Return what answers a requirement: `layer.LogicalId Property`."""
    return [each.strip() for each in row.get("by", "").split(";") if each.strip()]


def guard_link(guard: str) -> str:
    """Return a rule or a proof as the documents link to it."""
    return f"[{guard}](rules.md)" if guard.startswith("E") else f"`{guard}`"


def mistakes(folder: Path = TEMPLATES) -> Iterator[str]:
    """Yield what the requirements name that is not there: a resource, a property, a rule, a proof."""
    there = {f"{file.name}.{name}": each for file in files(folder) for name, each in file.resources.items()}
    guards = {*rule_texts(), *PROOFS}
    for law, rows in requirements().items():
        for row in rows:
            yield from (f"{law} {row['id']}: no {each}" for each in answers(row) if not is_there(there, each))
            yield from (f"{law} {row['id']}: no {each}" for each in row.get("guard", "").split() if each not in guards)
            if not (row.get("guard") and row.get("by")) and not row.get("left"):
                yield f"{law} {row['id']}: neither answered and guarded nor left to anybody"


def is_there(there: Mapping[str, Mapping[str, Any]], answer: str) -> bool:
    """Whether a resource has a property, under a condition or not."""
    name, _, path = answer.partition(" ")
    value: Any = there.get(name, {}).get("Properties")
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value is not None


def files(folder: Path) -> list[TemplateFile]:
    """Return the templates of a folder, without the roots."""
    return [read_template(path) for path in sorted(folder.glob("*/*.yaml")) if path.stem != "root"]


def suppression_rows(folder: Path = TEMPLATES) -> list[Row]:
    """Return rows of a table: judge, rule, where, why; each reason once for all that it is given for."""
    found: dict[Row, list[str]] = {}
    for file in files(folder):
        for name, each in file.resources.items():
            for judge, rule, reason in reasons(each.get("Metadata") or {}):
                found.setdefault((judge, rule, reason), []).append(f"`{file.name}.{name}`")
    rows = ((judge, rule, ", ".join(names), reason) for (judge, rule, reason), names in found.items())
    return sorted(rows)


def reasons(metadata: Mapping[str, Any]) -> Iterator[Row]:
    """Yield judge, rule and reason of what a resource's metadata answers."""
    for each in metadata.get("checkov", {}).get("skip", ()):
        yield "checkov", each["id"], each.get("comment", "")
    for each in metadata.get("cdk_nag", {}).get("rules_to_suppress", ()):
        yield "cdk-nag", each["id"], each.get("reason", "")
    lint = metadata.get("cfn-lint", {})
    for rule in lint.get("config", {}).get("ignore_checks", ()):
        yield "cfn-lint", rule, lint.get("reasons", {}).get(rule, "")
