"""Address ranges of the VPCs: whether each can be one, and whether any two overlap.

No linter and no call to AWS ever looks at two environments at once.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import Problem
from ..wording import shown
from .sourced import Sourced

SETTING = "VpcCidr"

LARGEST, SMALLEST = 16, 28
"""Prefix lengths of a VPC's block: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""

PRIVATE = tuple(ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""https://www.rfc-editor.org/rfc/rfc1918"""


class Range(NamedTuple):
    """The range of one VPC: whose it is (`prod us/us-east-1`), and what was written where."""

    owner: str
    given: Sourced


def check_range(given: Sourced) -> list[Problem]:
    """Return why a value cannot be the range of a VPC."""
    return [Problem(given.where, f"{SETTING} {what}", hint) for what, hint in _faults(given.value)]


def check_overlaps(ranges: Sequence[Range]) -> list[Problem]:
    """Return every pair of overlapping ranges, at the later one's place; what cannot be a range is left out."""
    fit = [(each, ipaddress.IPv4Network(each.given.value)) for each in ranges if not any(_faults(each.given.value))]
    pairs = itertools.combinations(fit, 2)
    return [_overlap(first, later) for (first, one), (later, other) in pairs if one.overlaps(other)]


def _overlap(first: Range, later: Range) -> Problem:
    here = later.given.where
    if here == first.given.where:
        what = f"{SETTING} {later.given.value} is given to both {first.owner} and {later.owner}"
        return Problem(here, what, f"give {later.owner.split()[-1]} a range of its own under overrides")
    other = f"{first.given.value} of {first.owner} ({first.given.where})"
    return Problem(here, f"{SETTING} {later.given.value} of {later.owner} overlaps {other}", "choose a free range")


def _network(value: str) -> ipaddress.IPv4Network | None:
    if not re.fullmatch(r"[0-9.]+/[0-9]{1,2}", value, re.ASCII):
        return None
    try:
        return ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        return None


def _faults(value: str) -> Iterator[tuple[str, str]]:
    network = _network(value)
    if network is None:
        yield f"{shown(value)} is not an address range", "write one such as 10.0.0.0/16"
        return
    if not LARGEST <= network.prefixlen <= SMALLEST:
        yield f"{value} cannot be a VPC", f"use /{LARGEST} to /{SMALLEST}"
    elif str(network) != value:
        yield f"{value} does not begin a /{network.prefixlen}", f"write {network}"
    if not any(network.subnet_of(block) for block in PRIVATE):
        yield f"{value} is not private", f"take it out of {', '.join(map(str, PRIVATE))}"
