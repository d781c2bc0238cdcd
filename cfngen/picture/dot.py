"""Drawings as DOT, Graphviz's language: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping

from .drawing import Arrow, ArrowKind, Box, BoxKind, Drawing, Node, Part, printable
from .icons import icon_file

FONT = "Helvetica,Arial,sans-serif"
INK = "#16202c"

WHOLE: Mapping[str, str] = {
    "bgcolor": "white",
    "fontcolor": INK,
    "fontname": FONT,
    "fontsize": "12",
    "labeljust": "l",
    "labelloc": "t",
    "nodesep": "0.3",
    "ordering": "out",
    "pad": "0.2",
    "ranksep": "0.45",
}
"""How a whole picture looks."""

FRAMES: Mapping[BoxKind, Mapping[str, str]] = {
    "account": {"color": "#e7157b", "bgcolor": "#fffafc", "penwidth": "1.4"},
    "region": {"color": "#00a4a6", "bgcolor": "#f7fcfc", "penwidth": "1.4"},
    "standby": {"color": "#00a4a6", "bgcolor": "#fafafa", "style": "dashed"},
    "vpc": {"color": "#8c4fff", "bgcolor": "#fcfaff", "penwidth": "1.4"},
    "zone": {"color": "#00a4a6", "style": "dashed"},
    "public": {"color": "#7aa116", "bgcolor": "#f2f6e8"},
    "private": {"color": "#00a4a6", "bgcolor": "#e6f6f7"},
    "services": {"color": "#7d8998", "style": "dashed"},
}
"""How each kind of box looks, after the groups of AWS's architecture icons."""

LINES: Mapping[ArrowKind, Mapping[str, str]] = {
    "flow": {"color": "#414d5c"},
    "surplus": {"color": "#d91515", "fontcolor": "#d91515", "penwidth": "2"},
    "copy": {"color": "#7d8998", "style": "dashed"},
    "order": {"style": "invis"},
}


def dot_text(drawing: Drawing) -> str:
    """Return a drawing as the source that Graphviz draws; the same drawing gives the same text."""
    return "\n".join(["digraph {", *(f"  {line}" for line in _lines(drawing)), "}", ""])


def _lines(drawing: Drawing) -> Iterator[str]:
    graph = {"rankdir": "LR" if drawing.across else "TB", "newrank": "true", **WHOLE}
    yield f"graph {_attributes({**graph, 'label': drawing.title})}"
    yield f"node {_attributes({'shape': 'plain', 'fontname': FONT, 'fontsize': '10', 'fontcolor': INK})}"
    yield f"edge {_attributes({'fontname': FONT, 'fontsize': '9', 'fontcolor': '#414d5c', 'arrowsize': '0.6'})}"
    for part in drawing.parts:
        yield from _part(part)
    for row in drawing.rows:
        yield f"{{ rank=same; {' -> '.join(map(json.dumps, row))} {_attributes(LINES['order'])} }}"
    yield from (_arrow(arrow) for arrow in drawing.arrows if arrow.kind != "aside")  # even unseen it takes room


def _arrow(arrow: Arrow) -> str:
    """Return an arrow; one that leads upwards is written the other way round, or Graphviz would turn the order."""
    first, last = (arrow.target, arrow.source) if arrow.is_upwards else (arrow.source, arrow.target)
    given = {"label": f" {arrow.label} "} if arrow.label else {}
    given |= {"dir": "back"} if arrow.is_upwards else {}
    given |= {"tailport" if arrow.is_upwards else "headport": "icon"} if arrow.to_icon else {}
    return (
        f"{json.dumps(first)} -> {json.dumps(last)} {_attributes({**given, **LINES[arrow.kind], 'class': arrow.kind})}"
    )


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Node):
        yield f"{json.dumps(part.id)} [label=<{_icon(part)}>]"
    else:
        yield from _box(part)


def _box(box: Box) -> Iterator[str]:
    yield f"subgraph {json.dumps('cluster ' + box.id)} {{"
    label = f"<{_rows(box.title)}>"
    frame = {"class": box.kind, "style": "solid", "margin": "10", **FRAMES[box.kind]}
    yield f"  graph {_attributes({**frame, 'fontsize': '10', 'labeljust': 'l'})}"
    yield f"  graph [label={label}]"
    for part in box.parts:
        yield from (f"  {line}" for line in _part(part))
    yield "}"


def _icon(node: Node) -> str:
    size = 'PORT="icon" FIXEDSIZE="TRUE" WIDTH="44" HEIGHT="44"'
    image = f'<TR><TD {size}><IMG SCALE="TRUE" SRC="{icon_file(node.icon)}"/></TD></TR>' if node.icon else ""
    rows = "".join(f"<TR><TD>{_text(line)}</TD></TR>" for line in node.lines)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{image}{rows}</TABLE>'


def _rows(lines: Iterable[str]) -> str:
    first, *rest = (_text(line) for line in lines)
    return '<BR ALIGN="LEFT"/>'.join([f"<B>{first}</B>", *rest]) + '<BR ALIGN="LEFT"/>'


def _text(line: str) -> str:
    return html.escape(printable(line)) or " "


def _attributes(given: Mapping[str, str]) -> str:
    return (
        f"[{' '.join(f'{name}={json.dumps(printable(value), ensure_ascii=False)}' for name, value in given.items())}]"
    )
