"""What our lint rules say of themselves, read from their source: nothing is imported, cfn-lint least of all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class RuleText:
    """A rule in words."""

    id: str
    must: str
    """What must hold."""
    checks: str
    why: str
    source: str
    """The page that it is founded on."""
    file: str


def rule_texts(folder: Path = FOLDER) -> dict[str, RuleText]:
    """Return every rule of a folder by its id, in the order of the ids."""
    found = (text for path in folder.glob("[!_]*.py") for text in _texts(path))
    return {text.id: text for text in sorted(found, key=lambda text: text.id)}


def _texts(path: Path) -> Iterator[RuleText]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        said = _said(node) if isinstance(node, ast.ClassDef) else {}
        if isinstance(node, ast.ClassDef) and "id" in said:
            why = " ".join((ast.get_docstring(node) or "").split())
            file = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
            checks, source = said.get("description", ""), said.get("source_url", "")
            yield RuleText(said["id"], said.get("shortdesc", ""), checks, why, source, file)


def _said(node: ast.ClassDef) -> dict[str, str]:
    """Return the texts that a class body assigns."""
    return {
        target.id: str(item.value.value)
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        for target in item.targets
        if isinstance(target, ast.Name)
    }
