"""Evidence: proofs with their numbers, requirements, suppressions with reasons, and lint rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..verify import Proof
from ..verify.world import World
from .content import Row, Section, Table, anchor, choices, code, text
from .layers import layer_files, resource_id

RULES = Path(__file__).parent.parent / "rules"
_LEVELS = {"error": "bad"}
SAID = ("id", "shortdesc", "description", "source_url")


def proofs_section(proofs: Sequence[Proof]) -> Section:
    """Return what was proved about the environment, with everything that speaks against it."""
    rows = tuple(_proof(each) for each in proofs)
    against = tuple(
        Row(
            (code(found.rule), text(found.level), text(str(found.problem.where)), text(found.problem.what)),
            level=_LEVELS.get(found.level, "warn"),
        )
        for each in proofs
        for found in each.findings
    )
    tables = [Table("Proofs", ("Proof", "Facts checked", "Result", "Measured"), rows)]
    if against:
        tables.append(Table("What speaks against a proof", ("Rule", "Level", "Place", "Finding"), against))
    return Section("proofs", "Proofs", tables=tuple(tables))


def compliance_section(evidence: Sequence[Path]) -> Section | None:
    """Return the tables of requirements in Markdown files, or in folders of them; None where there are none."""
    files = [file for path in evidence for file in (sorted(path.glob("*.md")) if path.is_dir() else [path])]
    parts = tuple(part for file in files if (part := _requirements(file)))
    if not parts:
        return None
    intro = (f"Requirements and what answers them, from {', '.join(map(str, files))}.",)
    return Section("compliance", "Requirements and evidence", intro, parts=parts, filters={}, noun="requirements")


def suppressions_section(world: World) -> Section:
    """Return every finding of a judge that is accepted, with the reason."""
    rows = tuple(
        row
        for bundle, file in layer_files(world)
        for name, declared in file.resources.items()
        for row in _suppressions(f"{bundle}/{file.name}", file.name, name, declared)
    )
    columns = ("Judge", "Rule", "Layer", "Resource", "Reason")
    intro = () if rows else ("None: every rule holds everywhere.",)
    tables = (Table("Suppressions", columns, rows),) if rows else ()
    filters = choices(rows, "judge", "layer") if rows else None
    return Section("suppressions", "Suppressions", intro, tables=tables, filters=filters, noun="suppressions")


def rules_section() -> Section:
    """Return cfngen's own lint rules, as their modules say them."""
    found = sorted(filter(None, map(_rule, sorted(RULES.glob("*.py")))), key=lambda each: each["id"])
    rows = tuple(Row((code(each["id"]), text(each.get("shortdesc", "")), text(each["doc"]))) for each in found)
    intro = ("Beside all of cfn-lint's, these rules of our own hold in every template.",)
    return Section("rules", "Lint rules", intro, tables=(Table("Rules", ("Rule", "What must hold", "Why"), rows),))


def _proof(proof: Proof) -> Row:
    count = len(proof.findings)
    result = f"{count} {'finding' if count == 1 else 'findings'}" if count else "holds"
    cells = (text(proof.name), text(f"{proof.facts_checked:,}"), text(result), text(*proof.details))
    return Row(cells, level="good" if not count else "warn" if proof.holds else "bad")


def _suppressions(title: str, layer: str, name: str, declared: Mapping[str, Any]) -> Iterator[Row]:
    for judge, rule, reason in _reasons(declared.get("Metadata") or {}):
        link = resource_id(layer, name)
        cells = (text(judge), code(rule), code(title), code(name, link=link), text(reason))
        yield Row(cells, keys={"judge": judge, "layer": layer})


def _reasons(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for each in (metadata.get("checkov") or {}).get("skip", ()):
        yield "checkov", str(each.get("id")), str(each.get("comment", ""))
    for each in (metadata.get("cdk_nag") or {}).get("rules_to_suppress", ()):
        yield "cdk-nag", str(each.get("id")), str(each.get("reason", ""))
    lint = metadata.get("cfn-lint") or {}
    for rule in (lint.get("config") or {}).get("ignore_checks", ()):
        yield "cfn-lint", str(rule), str((lint.get("reasons") or {}).get(rule, ""))


def _rule(path: Path) -> dict[str, str] | None:
    """Return what the one rule of a module says of itself; read, not imported: cfn-lint takes a second to start."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            given = {
                target.id: str(each.value.value)
                for each in node.body
                if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
                for target in each.targets
                if isinstance(target, ast.Name) and target.id in SAID
            }
            if "id" in given:
                return {**given, "doc": " ".join((ast.get_docstring(node) or "").split())}
    return None


def _requirements(file: Path) -> Section | None:
    lines = file.read_text(encoding="utf-8").splitlines()
    title = next((line.lstrip("# ") for line in lines if line.startswith("# ")), file.stem)
    tables = tuple(_markdown_table(heading, block) for heading, block in _blocks(lines, title) if len(block) > 2)
    return Section(anchor("compliance", file.stem), title, tables=tables) if tables else None


def _blocks(lines: Sequence[str], title: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines of each table with the heading that it is under."""
    heading, block = title, list[str]()
    for line in (*lines, ""):
        if line.startswith("|"):
            block.append(line)
            continue
        if block:
            yield heading, block
        block = []
        if line.startswith("#"):
            heading = line.lstrip("# ")


def _markdown_table(title: str, block: Sequence[str]) -> Table:
    head, _, *body = ([_plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in block)
    rows = tuple(Row(tuple(map(text, [*cells, *[""] * len(head)][: len(head)]))) for cells in body)
    return Table(title, tuple(head), rows)


def _plain(cell: str) -> str:
    linked = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell)
    return linked.replace("`", "").replace("**", "").replace("\\|", "|").strip()
