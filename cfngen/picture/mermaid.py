"""Drawings as Mermaid flowcharts, which GitHub draws by itself: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from .drawing import Box, Drawing, Node, Part, nodes

_PLAIN = frozenset(" .,:;/()+-–·×→")


def mermaid_text(drawing: Drawing) -> str:
    """Return a drawing as a flowchart; it needs neither Graphviz nor icons."""
    names = {node.id: f"n{number}" for number, node in enumerate(nodes(drawing.parts))}
    boxes = itertools.count(1)
    lines = [f"flowchart {'LR' if drawing.across else 'TB'}", f"  accTitle: {_text([drawing.title])}"]
    lines += [f"  {line}" for part in drawing.parts for line in _part(part, names, boxes)]
    for arrow in drawing.arrows:
        if arrow.source in names and arrow.target in names and arrow.kind != "order":
            line = "-.->" if arrow.kind == "copy" else "-->"
            label = f'|"{_text([arrow.label])}"|' if arrow.label else ""
            lines.append(f"  {names[arrow.source]} {line}{label} {names[arrow.target]}")
    return "\n".join([*lines, ""])


def _part(part: Part, names: dict[str, str], boxes: Iterator[int]) -> Iterator[str]:
    if isinstance(part, Node):
        yield f'{names[part.id]}["{_text(part.lines)}"]'
    else:
        yield from _box(part, names, boxes)


def _box(box: Box, names: dict[str, str], boxes: Iterator[int]) -> Iterator[str]:
    yield f'subgraph b{next(boxes)} ["{_text(box.title)}"]'
    for part in box.parts:
        yield from (f"  {line}" for line in _part(part, names, boxes))
    yield "end"


def _text(lines: Iterable[str]) -> str:
    """Return text that Mermaid takes literally: anything unusual as a character code."""
    return "<br/>".join("".join(map(_character, line)) for line in lines)


def _character(each: str) -> str:
    return each if each.isalnum() or each in _PLAIN else f"#{ord(each)};"
