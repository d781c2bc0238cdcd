"""Subnets as proofs see them: where each is, and what takes addresses in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..expressions.evaluate import Resource
from ..expressions.values import Reference, Value, as_text, is_literal
from .world import Located, Site

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLASSIC, BALANCER = "AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"
FLEET, DATABASE, SUBNET_GROUP = "AWS::AutoScaling::AutoScalingGroup", "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"

BALANCER_ADDRESSES = 8
"""Free addresses that a load balancer wants in each subnet to scale.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

DATABASE_ADDRESSES = 2
"""Of a database in each subnet: itself or its standby, and the one that replaces it."""


@dataclass(frozen=True)
class Consumer:
    """Something that takes addresses in subnets, and how many of each at most; None where that is not known."""

    located: Located
    subnets: Value
    addresses: int | None


def number(value: Value) -> int | None:
    """Return a literal as a whole number, or None."""
    text = as_text(value) if is_literal(value) else ""
    return int(text) if text.isdecimal() else None


def network(value: Value) -> Network | None:
    """Return a literal as an address range, or None."""
    try:
        return ipaddress.ip_network(value) if isinstance(value, str) else None
    except ValueError:
        return None


def overlap(one: Network, other: Network) -> bool:
    """Whether two ranges have an address in common."""
    return one.version == other.version and one.overlaps(other)


def is_internal(block: Network) -> bool:
    """Whether a range is of private networks alone; what documentation uses is the internet's, as far as AWS goes."""
    return any(block.version == each.version and block.subnet_of(each) for each in _INTERNAL)  # type: ignore[arg-type]


def doubled(fleet: Resource) -> int | None:
    """Return how many instances a fleet has when it has doubled, or is at its largest."""
    largest, running = number(fleet.properties.get("MaxSize")), running_size(fleet)
    return None if largest is None or running is None else max(largest, 2 * running)


def running_size(fleet: Resource) -> int | None:
    """Return how many instances a fleet runs: what is desired, and never less than the minimum."""
    least = number(fleet.properties.get("MinSize"))
    desired = number(fleet.properties.get("DesiredCapacity", least))
    return None if least is None or desired is None else max(least, desired)


def consumers(site: Site) -> Iterator[Consumer]:
    """Yield whatever takes addresses at a site."""
    for located in site.resources(*_TAKES):
        key, addresses = _TAKES[located.resource.type]
        given = located.resource.properties
        subnets = given.get(key, given.get("SubnetMappings"))
        if located.resource.type != "AWS::EC2::VPCEndpoint" or given.get("VpcEndpointType") == "Interface":
            yield Consumer(located, subnets, addresses(located.resource))
    for located in site.resources(DATABASE):
        group = site.find(located.resource.properties.get("DBSubnetGroupName"))
        yield Consumer(located, group.resource.properties.get("SubnetIds") if group else None, DATABASE_ADDRESSES)


def members(site: Site, subnets: Value) -> list[Located] | None:
    """Return the subnets that a property names, or None where one of them cannot be told."""
    listed = subnets if isinstance(subnets, list) else [subnets]
    found = [site.find(each.get("SubnetId") if isinstance(each, dict) else each) for each in listed]
    known = [each for each in found if each and each.resource.type == "AWS::EC2::Subnet"]
    return known if listed and len(known) == len(listed) else None


def zones(subnets: list[Located]) -> set[str | Reference]:
    """Return the zones that subnets are in, as far as they can be told."""
    found = (each.resource.properties.get("AvailabilityZone") for each in subnets)
    return {zone for zone in found if isinstance(zone, str | Reference)}


_INTERNAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
_TAKES: dict[str, tuple[str, Callable[[Resource], int | None]]] = {
    FLEET: ("VPCZoneIdentifier", doubled),
    CLASSIC: ("Subnets", lambda _: BALANCER_ADDRESSES),
    BALANCER: ("Subnets", lambda _: BALANCER_ADDRESSES),
    "AWS::EC2::NatGateway": ("SubnetId", lambda _: 1),
    "AWS::EC2::VPCEndpoint": ("SubnetIds", lambda _: 1),
    "AWS::EC2::Instance": ("SubnetId", lambda _: 1),
    "AWS::EFS::MountTarget": ("SubnetId", lambda _: 1),
}
