"""Ports: intervals of one protocol, as security groups, ACLs and listeners write them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...expressions.values import Value, as_text, is_literal

ANY = "any"
LAST = 65535

NAMES = {"-1": ANY, "all": ANY, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
"""Protocols by number. https://www.iana.org/assignments/protocol-numbers/"""


@dataclass(frozen=True, order=True)
class Ports:
    """An interval of ports of one protocol; `any` protocol always has all ports."""

    protocol: str
    first: int = 0
    last: int = LAST

    def __and__(self, other: Ports) -> Ports | None:
        """Return what both have, None if that is nothing."""
        if self.protocol != other.protocol and ANY not in (self.protocol, other.protocol):
            return None
        first, last = max(self.first, other.first), min(self.last, other.last)
        protocol = other.protocol if self.protocol == ANY else self.protocol
        return Ports(protocol, first, last) if first <= last else None

    def within(self, others: Iterable[Ports]) -> bool:
        """Whether one of the others has all of it."""
        return any(self & other == self for other in others)

    def __str__(self) -> str:
        if self.protocol == ANY:
            return "every port of every protocol"
        if (self.first, self.last) == (0, LAST):
            return f"every port of {self.protocol}"
        return f"{self.protocol} {self.first}" + (f"-{self.last}" if self.last != self.first else "")


EVERYTHING = Ports(ANY)
EPHEMERAL = Ports("tcp", 1024, LAST)
"""Ports that a client may choose for the answers to it.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
"""


def tcp(*numbers: int) -> tuple[Ports, ...]:
    """Return single TCP ports."""
    return tuple(Ports("tcp", number, number) for number in numbers)


def read_ports(protocol: Value, first: Value, last: Value) -> Ports:
    """Return ports as a rule gives them; what cannot be told is taken to be everything."""
    name = as_text(protocol).lower() if is_literal(protocol) else "-1"
    name = NAMES.get(name, name)
    begin, end = _port(first), _port(last)
    if name not in ("tcp", "udp") or begin is None or end is None:
        return Ports(name)
    return Ports(name, begin, end)


def pieces(ports: Ports, cuts: Iterable[Ports]) -> Iterator[Ports]:
    """Yield the parts of an interval that each of the others holds as a whole or not at all."""
    touching = [common for other in cuts if (common := ports & other)]
    protocols = {common.protocol for common in touching} | {ports.protocol}
    for protocol in sorted(protocols):
        same = [common for common in touching if common.protocol in (protocol, ANY)]
        edges = {ports.first, ports.last + 1}
        edges |= {edge for common in same for edge in (common.first, common.last + 1)}
        ordered = sorted(edges)
        for begin, end in itertools.pairwise(ordered):
            yield Ports(protocol, begin, end - 1)


def _port(value: Value) -> int | None:
    text = as_text(value) if is_literal(value) else ""
    return int(text) if text.isdecimal() and int(text) <= LAST else None
