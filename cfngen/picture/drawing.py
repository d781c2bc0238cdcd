"""A drawing: nodes with icons, boxes around them and arrows between them. Plain data, in no format yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BoxKind = Literal["account", "region", "standby", "vpc", "zone", "public", "private", "services"]
ArrowKind = Literal["flow", "surplus", "aside", "copy", "order"]
"""A connection, one that no flow means to be, one that words tell rather than a line; data that is copied, and an
arrow that only keeps an order.
"""


@dataclass(frozen=True)
class Node:
    """One thing: what it is, by a key of `icons.ICONS` (empty: no icon), and the lines below."""

    id: str
    icon: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A frame with a title around nodes and other boxes."""

    id: str
    kind: BoxKind
    title: tuple[str, ...]
    parts: tuple[Part, ...]


Part = Node | Box


@dataclass(frozen=True)
class Arrow:
    """From one node to another, with what is written beside it."""

    source: str
    target: str
    label: str = ""
    kind: ArrowKind = "flow"
    is_upwards: bool = False
    """Whether it leads against the order of nodes, to one that stands before its source."""
    to_icon: bool = False
    """Whether its head is at the target's icon, not where the lines below that begin, which may be wider."""


@dataclass(frozen=True)
class Drawing:
    """A picture: its file's name, its title, what it shows in a sentence, and its parts."""

    name: str
    title: str
    summary: str
    parts: tuple[Part, ...]
    arrows: tuple[Arrow, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    """Ids of nodes that stand beside each other, in this order."""
    across: bool = False
    """Whether arrows lead from left to right rather than down."""


def nodes(parts: tuple[Part, ...]) -> Iterator[Node]:
    """Yield every node, however deep."""
    for part in parts:
        if isinstance(part, Node):
            yield part
        else:
            yield from nodes(part.parts)


def in_words(drawing: Drawing) -> str:
    """Return what a drawing shows, for who cannot see it: its summary, and each connection with its label."""
    names = {node.id: " ".join(node.lines) for node in nodes(drawing.parts)}
    shown = dict.fromkeys(
        f"{names[arrow.source]} to {names[arrow.target]}" + (f" on {arrow.label}" if arrow.label else "")
        for arrow in drawing.arrows
        if arrow.kind in ("flow", "surplus", "aside") and {arrow.source, arrow.target} <= names.keys()
    )
    return " ".join([drawing.summary, *(f"{each}." for each in shown)])


def printable(text: str) -> str:
    """Return text with a space for each character that cannot be shown, which XML would not admit either."""
    return "".join(each if each.isprintable() else " " for each in text)
