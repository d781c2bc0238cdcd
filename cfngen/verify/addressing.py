"""Addressing: no two networks overlap anywhere, and every subnet has room for all that may be in it.

Ranges are evaluated from the templates' own expressions (`Fn::Cidr`, `Fn::Select`), with the
values of each target.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

from .proof import HOLDS, Fact, Proof, against, place, proof
from .subnets import Consumer, Network, consumers, members, network
from .world import Located, Site, World

VPC, SUBNET = "AWS::EC2::VPC", "AWS::EC2::Subnet"

RESERVED = 5
"""Addresses of each subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""


def prove_addressing(world: World) -> Proof:
    """Prove that ranges are apart and wide enough, for fleets that have doubled, standby regions promoted."""
    everywhere = (*world.sites, *world.promoted)
    facts = [*_overlaps(world), *(fact for site in everywhere for fact in (*_inside(site), *_room(site)))]
    return proof("addressing", facts)


def _overlaps(world: World) -> Iterator[Fact]:
    ranges: list[tuple[Site, Located, Network]] = []
    for site in world.sites:
        for located in site.resources(VPC):
            found = network(located.resource.properties.get("CidrBlock"))
            if found:
                ranges.append((site, located, found))
            else:
                yield _no_range(site, located)
    for (one, _, ours), (other, located, theirs) in itertools.combinations(ranges, 2):
        if ours.overlaps(theirs):
            where = place(located.stack, located.resource.logical_id, "Properties", "CidrBlock")
            what = f"{theirs} of {other} overlaps {ours} of {one}"
            yield against("addressing.overlap", where, what, f"give {other} a free range in params/")
        else:
            yield HOLDS


def _no_range(site: Site, located: Located) -> Fact:
    name, value = located.resource.logical_id, located.resource.properties.get("CidrBlock")
    where = place(located.stack, name, "Properties", "CidrBlock")
    what = f"{site}: {name} has the range {value}, which cannot be evaluated"
    return against("addressing.unknown", where, what, "use Ref, Fn::Cidr and Fn::Select of parameters")


def _inside(site: Site) -> Iterator[Fact]:
    """Check that the subnets of each network are in it, and apart from each other."""
    by_network: dict[tuple[str, str], list[tuple[Located, Network]]] = defaultdict(list)
    for located in site.resources(SUBNET):
        found, home = network(located.resource.properties.get("CidrBlock")), _home(site, located)
        if not found or not home:
            yield _no_range(site, located)
            continue
        around = network(home.resource.properties.get("CidrBlock"))
        inside = around is not None and found.version == around.version and found.subnet_of(around)  # type: ignore[arg-type]
        yield HOLDS if inside else _outside(site, located, f"{found} is not within {around}")
        by_network[home.resource.reference.resource].append((located, found))
    for subnets in by_network.values():
        for (one, ours), (other, theirs) in itertools.combinations(subnets, 2):
            what = f"{theirs} overlaps {ours} of {one.resource.logical_id}"
            yield _outside(site, other, what) if ours.overlaps(theirs) else HOLDS


def _home(site: Site, subnet: Located) -> Located | None:
    return site.find(subnet.resource.properties.get("VpcId"))


def _outside(site: Site, subnet: Located, what: str) -> Fact:
    name = subnet.resource.logical_id
    where = place(subnet.stack, name, "Properties", "CidrBlock")
    return against("addressing.subnet", where, f"{site}: {name} {what}", "choose another part of the network")


def _room(site: Site) -> Iterator[Fact]:
    """Check that each subnet has as many addresses as what is placed in it may take together."""
    taken: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for consumer in consumers(site):
        found = members(site, consumer.subnets)
        if found is None or consumer.addresses is None:
            yield _untold(site, consumer)
            continue
        for subnet in found:
            taken[subnet.resource.reference.resource].append((_called(consumer), consumer.addresses))
    for located in site.resources(SUBNET):
        block = network(located.resource.properties.get("CidrBlock"))
        if block:
            uses = taken[located.resource.reference.resource]
            yield _fits(site, located, block, uses)


def _fits(site: Site, subnet: Located, block: Network, uses: list[tuple[str, int]]) -> Fact:
    free, needed = block.num_addresses - RESERVED, sum(count for _, count in uses)
    if needed <= free:
        return HOLDS
    name = subnet.resource.logical_id
    who = ", ".join(f"{called} {count}" for called, count in uses)
    what = f"{site}: {name} {block} has {free} addresses, but {needed} may be needed: {who}"
    where = place(subnet.stack, name, "Properties", "CidrBlock")
    return against("addressing.room", where, what, "widen the network or its subnets")


def _called(consumer: Consumer) -> str:
    return f"{consumer.located.stack.layer}.{consumer.located.resource.logical_id}"


def _untold(site: Site, consumer: Consumer) -> Fact:
    where = place(consumer.located.stack, consumer.located.resource.logical_id)
    what = f"{site}: it cannot be told in which subnets {_called(consumer)} is, or with how many addresses"
    return against("addressing.unknown", where, what, "give subnets by a wire and sizes by parameters")
