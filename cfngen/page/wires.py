"""Outputs and wires: what layers give each other, within a bundle and across."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..expressions.nested import STACK
from ..templates import OWN, BundleTemplates
from ..verify.world import World
from .content import Row, Section, Table, code, text


def wires_section(world: World) -> Section:
    """Return outputs, wires within bundles and wires through SSM parameters."""
    bundles = world.bundles.values()
    tables = (
        Table("Outputs of layers", ("Layer", "Output", "What it is"), tuple(_outputs(world))),
        Table(
            "Wires within a bundle: an output of one layer is a parameter of another",
            ("Bundle", "Taken by", "Parameter", "Given by", "Output"),
            tuple(row for bundle in bundles for row in _within(bundle)),
        ),
        Table(
            "Wires across bundles: through SSM in the same account and region, else read by deploy",
            ("Taken by", "Wire", "Given by", "SSM parameter, below /project/environment, or output"),
            tuple(row for bundle in bundles for row in _across(bundle)),
        ),
    )
    return Section("wires", "Outputs and wires", tables=tables, filters={}, noun="outputs and wires")


def _outputs(world: World) -> Iterator[Row]:
    for bundle in world.bundles.values():
        for file in bundle.children.values():
            for name, declared in (file.body.get("Outputs") or {}).items():
                about = str(declared.get("Description", ""))
                yield Row((code(f"{bundle.name}/{file.name}"), code(name), text(about)))


def _within(bundle: BundleTemplates) -> Iterator[Row]:
    stacks = {name: each for name, each in bundle.root.resources.items() if each.get("Type") == STACK}
    layers = {name: Path(str(_given(each).get("TemplateURL", name))).stem for name, each in stacks.items()}
    for name, each in stacks.items():
        for parameter, value in (_given(each).get("Parameters") or {}).items():
            taken = value.get("Fn::GetAtt") if isinstance(value, Mapping) else None
            giver, output = taken if isinstance(taken, list) and len(taken) == 2 else ("", "")
            if giver in layers:
                cells = (layers[name], parameter, layers[giver], str(output).removeprefix("Outputs."))
                yield Row((code(bundle.name), *map(code, cells)))


def _across(bundle: BundleTemplates) -> Iterator[Row]:
    for wire in bundle.wires:
        yield Row((code(bundle.name), code(wire.name), code(wire.bundle), code(wire.path)))
    for late in bundle.late:
        whose = "its own geography" if late.geography == OWN else late.geography
        where = text(f"output {late.output} in {whose}")
        yield Row((code(bundle.name), code(late.name), code(late.bundle), where))


def _given(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = declared.get("Properties") or {}
    return properties
