"""Every layer's resources: what each is, why it is as it is, what must hold and how safely it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..templates import TemplateFile
from ..verify.world import World
from .content import Cell, Row, Section, Table, anchor, choices, code, text

CONTEXT = "com.aws.cloudformation.Context"
COLUMNS = ("Resource", "Type", "Why and what must hold", "Changing it", "When deleted")


def layers_section(world: World) -> Section:
    """Return the section of all layers, which can be searched and filtered."""
    parts = tuple(_layer(bundle, file) for bundle, file in layer_files(world))
    rows = [row for part in parts for table in part.tables for row in table.rows]
    return Section(
        "layers",
        "Resources",
        ("One table for each layer: a template of a bundle, deployed as a nested stack.",),
        parts=parts,
        filters=choices(rows, "layer", "type", "changing"),
        noun="resources",
    )


def layer_files(world: World) -> Iterator[tuple[str, TemplateFile]]:
    """Yield every template that is not a nested parent, with the name of its bundle."""
    yield from (("bootstrap", file) for file in world.bootstrap)
    for bundle in world.bundles.values():
        yield from ((bundle.name, file) for file in bundle.children.values())


def resource_id(layer: str, logical_id: str) -> str:
    """Return the id of a resource's row."""
    return anchor("resource", layer, logical_id)


def context(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a template or a resource says about itself, empty if it says nothing."""
    metadata = declared.get("Metadata")
    found = metadata.get(CONTEXT) if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _layer(bundle: str, file: TemplateFile) -> Section:
    rows = tuple(_row(file.name, name, declared) for name, declared in file.resources.items())
    said = [str(file.body.get("Description", "")), str(context(file.body).get("arch", ""))]
    title = f"{bundle}/{file.name}"
    table = Table(f"Resources of the layer {title}", COLUMNS, rows)
    return Section(anchor("layer", file.name), title, tuple(filter(None, said)), tables=(table,))


def _row(layer: str, name: str, declared: Mapping[str, Any]) -> Row:
    said = context(declared)
    changing = str(said.get("mutable", ""))
    kind = str(declared.get("Type"))
    cells = (code(name), code(kind), _reasons(declared, said), text(changing.replace("-", " ")), _kept(declared))
    keys = {"layer": layer, "type": kind, "changing": changing}
    return Row(cells, resource_id(layer, name), keys)


def _reasons(declared: Mapping[str, Any], said: Mapping[str, Any]) -> Cell:
    must = said.get("must", ())
    listed = must if isinstance(must, list) else [must] if must else []
    lines = [str(said.get("why", "")), *(f"Must: {each}" for each in listed)]
    if "Condition" in declared:
        lines.append(f"Only where {declared['Condition']}.")
    return text(*filter(None, lines))


def _kept(declared: Mapping[str, Any]) -> Cell:
    policies = (declared.get("DeletionPolicy"), declared.get("UpdateReplacePolicy"))
    found = dict.fromkeys(str(each) for each in policies if each and each != "Delete")
    return text(*found)
