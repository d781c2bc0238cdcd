"""Whether zones are delegated: ACM validates certificates only in those that the whole Internet finds.

What a person has to do at a registrar no template can do, and a stack that waits for it would wait for hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import dns.name
import dns.resolver

from .errors import Problem, problem

PATIENCE = 15.0
"""Seconds that a look-up may take, all its retries together."""


class Zone(NamedTuple):
    """A zone that must be found: its name, and the servers that must answer for it, where these are known."""

    name: str
    servers: tuple[str, ...] = ()


class Found(NamedTuple):
    """What is wrong with delegations, and what could not be looked up."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


LookUp = Callable[[str], tuple[str, ...] | None]
"""The name servers of a zone: none where it is not delegated, None where nobody can be asked."""


def name_servers(
    zone: str, resolver: dns.resolver.Resolver | None = None, *, patience: float = PATIENCE
) -> tuple[str, ...] | None:
    """Ask the machine's resolver for a zone's name servers: it follows the delegations from the root.

    A zone that is delegated to servers which do not answer for it counts as not delegated.
    """
    try:
        asked = resolver or dns.resolver.Resolver()
        answer = asked.resolve(dns.name.from_text(zone), "NS", lifetime=patience)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers):
        return ()
    except (dns.resolver.LifetimeTimeout, dns.resolver.NoResolverConfiguration):
        return None
    return tuple(sorted(_plain(str(each.target)) for each in answer))


def check_delegation(zones: Sequence[Zone], look_up: LookUp = name_servers) -> Found:
    """Look zones up, parents before their children; what is below one that is not found is not asked for."""
    problems: dict[str, Problem] = {}
    notes = []
    for zone in zones:
        if any(zone.name.endswith(f".{parent}") for parent in problems):
            continue
        found = look_up(zone.name)
        if found is None:
            notes.append(f"nobody can be asked for {zone.name}: see that it is delegated, or stacks wait for hours")
        elif not found or (zone.servers and not set(found) & set(map(_plain, zone.servers))):
            problems[zone.name] = _problem(zone, found, [each.name for each in zones])
    return Found(tuple(problems.values()), tuple(notes))


def _problem(zone: Zone, found: tuple[str, ...], known: Sequence[str]) -> Problem:
    state = f"is delegated to {', '.join(found)}" if found else "is not delegated"
    parent = next((name for name in known if zone.name.endswith(f".{name}")), "")
    where = f"in the zone {parent}" if parent else "at the registrar, or in the zone above it"
    servers = ", ".join(zone.servers) or "those that Route 53 shows for it"
    what = f"{state}, so no certificate can be validated in it: the stacks would wait for hours"
    hint = f"enter NS records for {zone.name} {where}: {servers}; once they are found, run the same command again"
    return problem(what, where=zone.name, hint=hint)


def _plain(name: str) -> str:
    return name.strip().rstrip(".").lower()
