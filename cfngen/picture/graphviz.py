"""SVG and PNG of a drawing, by Graphviz's `dot`; icons are embedded, so that a file stands alone."""

from __future__ import annotations

import base64
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from ..errors import CfngenError, problem
from .dot import dot_text
from .drawing import Drawing, in_words, printable
from .icons import icon_folder

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
LONGEST = 120
"""Seconds after which `dot` is given up."""


def png_bytes(drawing: Drawing) -> bytes:
    """Return a drawing as PNG; raises `CfngenError` where Graphviz or the icons are missing."""
    return _dot(dot_text(drawing), "png", "-Gdpi=144")


def svg_text(drawing: Drawing) -> str:
    """Return a drawing as SVG that links to nothing; raises `CfngenError` where Graphviz or the icons are missing."""
    sprite = Sprite(f"{drawing.name}-")
    root = _read(drawing, sprite)
    root.insert(2, sprite.definitions())
    return _text(root)


@dataclass(frozen=True)
class Sprite:
    """The icons of one or more pictures, each once, as data."""

    prefix: str = ""
    """What their ids begin with."""
    names: dict[str, str] = field(default_factory=dict)
    """Id by the icon's file; grows while pictures are embedded."""

    def name(self, file: str) -> str:
        """Return the id of an icon."""
        return self.names.setdefault(file, f"{self.prefix}icon-{Path(file).stem}")

    def embed(self, drawing: Drawing) -> str:
        """Return a drawing as SVG whose icons are in this sprite, for a page that has both."""
        return _text(_read(drawing, self))

    def svg(self) -> str:
        """Return the icons as an SVG of its own, which shows nothing."""
        root = ET.Element(f"{{{SVG}}}svg", {"class": "sprite", "aria-hidden": "true", "focusable": "false"})
        root.append(self.definitions())
        return _text(root)

    def definitions(self) -> ET.Element:
        """Return the icons, for pictures to use."""
        icons = ET.Element(f"{{{SVG}}}defs")
        for file, name in sorted(self.names.items()):
            data = base64.b64encode((icon_folder() / file).read_bytes()).decode()
            given = {"id": name, "width": "100", "height": "100", "href": f"data:image/png;base64,{data}"}
            ET.SubElement(icons, f"{{{SVG}}}image", given)
        return icons


def _read(drawing: Drawing, sprite: Sprite) -> ET.Element:
    """Return Graphviz's SVG without its ids and titles, which only repeat those of the source."""
    root = ET.fromstring(_dot(dot_text(drawing), "svg"))  # noqa: S314, Graphviz wrote it from our own source
    for element in root.iter():
        element.attrib.pop("id", None)
        for child in [each for each in element if each.tag == f"{{{SVG}}}title"]:
            element.remove(child)
    for image in list(root.iter(f"{{{SVG}}}image")):
        name = sprite.name(image.attrib.pop(f"{{{XLINK}}}href"))
        size = float(image.get("width", "44").removesuffix("px"))
        place = f"translate({image.get('x')} {image.get('y')}) scale({size / 100:g})"
        image.tag = f"{{{SVG}}}use"
        image.attrib.clear()
        image.attrib.update({"href": f"#{name}", "transform": place})
    _describe(root, drawing)
    return root


def _text(root: ET.Element) -> str:
    ET.register_namespace("", SVG)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _describe(root: ET.Element, drawing: Drawing) -> None:
    root.set("role", "img")
    root.set("aria-label", printable(drawing.title))
    title, description = ET.Element(f"{{{SVG}}}title"), ET.Element(f"{{{SVG}}}desc")
    title.text, description.text = printable(drawing.title), printable(in_words(drawing))
    root.insert(0, title)
    root.insert(1, description)


def _dot(source: str, form: str, *options: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        what = "Graphviz is not installed: there is no program `dot`"
        hint = "apt-get install graphviz; `cfngen diagram ENV --format mermaid` needs neither Graphviz nor icons"
        raise CfngenError(problem(what, hint=hint))
    words = [program, f"-T{form}", f"-Gimagepath={icon_folder()}", *options]
    done = subprocess.run(words, input=source.encode(), capture_output=True, timeout=LONGEST, check=False)
    if done.returncode:
        raise CfngenError(problem(f"Graphviz failed: {done.stderr.decode(errors='replace').strip()}"))
    return done.stdout
