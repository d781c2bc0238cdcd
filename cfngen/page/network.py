"""Who can reach whom: every connection that the fences of a network let through together."""

from __future__ import annotations

from collections.abc import Iterator

from ..picture.connections import connections, short
from ..verify.network.paths import read_net
from ..verify.world import Site, World
from .content import Row, Section, Table, choices, code, text

COLUMNS = ("From", "To", "Ports", "Why it is meant to be", "Where")

Key = tuple[str, str, str, str, bool]


def network_section(world: World) -> Section:
    """Return the connections of all sites; what is the same in several regions shares a row."""
    found: dict[Key, list[str]] = {}
    with_network = [site for site in world.sites if site.target and any(site.resources("AWS::EC2::VPC"))]
    for site in with_network:
        for key in _keys(site):
            found.setdefault(key, []).append(str(site.target))
    rows = tuple(_row(key, where, len(with_network)) for key, where in found.items())
    intro = (
        (
            "What security groups, network ACLs, routes and public addresses let through together, as the proof of "
            "reachability finds it. What is not here cannot connect."
        ),
    )
    table = Table("Possible connections", COLUMNS, rows)
    filters = choices(rows, "from", "to")
    return Section("network", "Who can reach whom", intro, tables=(table,), filters=filters, noun="connections")


def _keys(site: Site) -> Iterator[Key]:
    for each in connections(read_net(site)):
        yield str(each.source), str(each.target), short(each.ports), each.why, each.is_meant


def _row(key: Key, where: list[str], count: int) -> Row:
    source, target, ports, why, is_meant = key
    reason = why or ("Leaves for the internet and comes back in as any user." if is_meant else "No flow means it.")
    places = ("everywhere",) if len(where) == count else tuple(where)
    cells = (code(source), code(target), code(ports), text(reason), text(*places))
    return Row(cells, keys={"from": source, "to": target}, level="" if is_meant else "bad")
