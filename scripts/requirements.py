"""What the customer asked for, read from `docs/requirements.yaml`, and what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from cfngen.catalog import BOOTSTRAP, BUNDLES, NAMES
from cfngen.templates import read_template

HOME = Path(__file__).parent.parent
FILE = HOME / "docs" / "requirements.yaml"


@dataclass(frozen=True)
class Requirement:
    """A row: what was asked for, how it is met where that needs saying, and by what."""

    part: str
    what: str
    how: str
    resources: tuple[str, ...]
    tests: tuple[str, ...]
    bundle: str

    @property
    def counts(self) -> bool:
        """Whether what meets it should be there already."""
        return not self.bundle or self.bundle in NAMES


def read() -> tuple[Requirement, ...]:
    """Return every row, those of bundles to come included."""
    parts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Requirement(
            part,
            row["what"],
            row.get("how", ""),
            tuple(row["resources"]),
            tuple(row["tests"]),
            row.get("bundle", ""),
        )
        for part, rows in parts.items()
        for row in rows
    )


def problems(row: Requirement) -> Iterator[str]:
    """Yield what a row names and nobody has."""
    if not row.resources or not row.tests:
        yield f"{row.what}: names no resource or no test"
    for name in row.resources:
        layer, _, logical_id = name.partition(".")
        if layer not in homes():
            yield f"{row.what}: there is no layer {layer}"
        elif logical_id not in resources_of(layer):
            yield f"{row.what}: the layer {layer} has no {logical_id}"
    for name in row.tests:
        path, _, function = name.partition("::")
        if not (HOME / "tests" / path).is_file():
            yield f"{row.what}: there is no tests/{path}"
        elif function and function not in functions_of(path):
            yield f"{row.what}: tests/{path} has no {function}"


@cache
def homes() -> dict[str, str]:
    """Return the bundle of each layer."""
    return {layer: bundle.name for bundle in (BOOTSTRAP, *BUNDLES) for layer in bundle.layers}


@cache
def resources_of(layer: str) -> frozenset[str]:
    """Return the logical ids of a layer's built template."""
    return frozenset(read_template(HOME / "templates_out" / homes()[layer] / f"{layer}.yaml").resources)


@cache
def functions_of(path: str) -> frozenset[str]:
    """Return the functions of a file of tests."""
    body = ast.parse((HOME / "tests" / path).read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))
