"""Capacity: every fleet can double, every tier is in two zones, and the database has a standby."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Where
from .proof import HOLDS, Fact, Proof, against, place, proof
from .subnets import BALANCER, CLASSIC, DATABASE, FLEET, SUBNET_GROUP, members, number, running_size, zones
from .world import Located, Site, World

TIMES = 2
"""The customer's third requirement: room for double the current number of servers."""

ZONES = 2

SUBNETS = {
    FLEET: "VPCZoneIdentifier",
    CLASSIC: "Subnets",
    BALANCER: "Subnets",
    SUBNET_GROUP: "SubnetIds",
}


def prove_capacity(world: World) -> Proof:
    """Prove it wherever users are served, and wherever they will be once a standby is promoted."""
    facts = [fact for site in world.serving for fact in (*_fleets(site), *_zones(site), *_databases(site))]
    return proof("capacity", facts)


def _fleets(site: Site) -> Iterator[Fact]:
    for located in site.resources(FLEET):
        largest, running = number(located.resource.properties.get("MaxSize")), running_size(located.resource)
        if largest is None or running is None:
            what = f"{_called(site, located)}: its sizes cannot be evaluated"
            yield against("capacity.unknown", _where(located), what, "give them by parameters")
        elif largest < TIMES * running:
            what = (
                f"{_called(site, located)} runs {running} and may grow to {largest}, which is not {TIMES} × {running}"
            )
            yield against("capacity.fleet", _where(located, "MaxSize"), what, f"raise the maximum to {TIMES * running}")
        else:
            yield HOLDS


def _zones(site: Site) -> Iterator[Fact]:
    for located in site.resources(*SUBNETS):
        given = located.resource.properties
        key = SUBNETS[located.resource.type]
        found = members(site, given.get(key, given.get("SubnetMappings")))
        count = len(zones(found)) if found else 0
        if count >= ZONES:
            yield HOLDS
        else:
            what = f"{_called(site, located)} is in {count} zones that can be told, not in {ZONES}"
            yield against("capacity.zones", _where(located, key), what, "give it a subnet in each of two zones")


def _databases(site: Site) -> Iterator[Fact]:
    """Where a geography has a standby region, its database has a standby too."""
    geography = site.environment.geographies.get(site.target.geography) if site.target else None
    for located in site.resources(DATABASE) if geography and geography.standby else ():
        if located.resource.properties.get("MultiAZ") in (True, "true"):
            yield HOLDS
        else:
            what = f"{_called(site, located)} has no standby in another zone"
            yield against("capacity.database", _where(located, "MultiAZ"), what, "set DatabaseMultiAz to true")


def _called(site: Site, located: Located) -> str:
    return f"{site}: {located.stack.layer}.{located.resource.logical_id}"


def _where(located: Located, *keys: str) -> Where:
    return place(located.stack, located.resource.logical_id, *(("Properties", *keys) if keys else ()))
