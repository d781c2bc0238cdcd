"""`cfngen diagram`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..picture import Drawing

ENDINGS = {"svg": "svg", "png": "png", "mermaid": "mmd", "dot": "dot"}


@click.command
@options.environment
@options.target
@options.templates
@options.form(*ENDINGS)
@click.option("--out", type=click.Path(path_type=Path), help="File to write, or folder for all pictures.")
@click.pass_obj
def command(params: Path, environment: str, target: str | None, templates: Path, form: str, out: Path | None) -> None:
    """Draw an environment from its templates: the world, or one region of it.

    Without a TARGET (GEOGRAPHY/REGION) it is the world; in a folder (a name without an ending) the world and
    every region. SVG and PNG need Graphviz and `pip install 'cfngen[report]'`; Mermaid and DOT need neither.

    \b
    Example:
      cfngen diagram prod --out build/pictures
      cfngen diagram prod eu/eu-west-1 --out eu.svg
    """
    from ..deployment import load_bundles, read_environment
    from ..errors import CfngenError, problem
    from ..picture import draw
    from ..verify.world import survey

    loaded = read_environment(params, environment, templates)
    load_bundles(loaded, templates)
    drawings = draw(loaded, survey([loaded], templates))
    if target is not None and target not in drawings:
        hint = f"its targets are {', '.join(name for name in drawings if name != 'world')}"
        raise CfngenError(problem(f"{environment} has no target {target}", hint=hint))
    if out is None or out.suffix:
        show(_form(drawings[target or "world"], form), out)
        return
    for name, drawing in drawings.items():
        if target in (None, name):
            show(_form(drawing, form), out / f"{environment}-{drawing.name}.{ENDINGS[form]}")


def show(data: bytes, out: Path | None) -> None:
    """Write a picture to a file, or to stdout."""
    from ..errors import CfngenError, problem
    from .console import note

    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
    except OSError as error:
        hint = "name a file or a folder that can be written: --out PATH"
        raise CfngenError(problem(f"cannot write {out}: {error.strerror}", hint=hint)) from error
    note(f"wrote {out}")


def _form(drawing: Drawing, form: str) -> bytes:
    from ..picture.dot import dot_text
    from ..picture.graphviz import png_bytes, svg_text
    from ..picture.mermaid import mermaid_text

    match form:
        case "png":
            return png_bytes(drawing)
        case "mermaid":
            return mermaid_text(drawing).encode()
        case "dot":
            return dot_text(drawing).encode()
        case _:
            return svg_text(drawing).encode()
