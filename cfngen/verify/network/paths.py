"""Paths: connections that routes, ACLs and security groups let through together, hop by hop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..subnets import Network, is_internal, network, overlap
from ..world import Site
from .acls import Passed, passes, wholly_passes
from .flows import INTERNET
from .groups import GROUP, Group, Key, Listed, Peer, Rule, Untold, groups
from .members import Member, members
from .ports import EPHEMERAL, EVERYTHING, Ports
from .routes import INTERNET as GATEWAY
from .routes import NAT, Route, Subnet, subnets

SAID = "SecurityGroups, SecurityGroupIds, VPCSecurityGroups"
"""Properties that name the security groups of a member."""

THE_INTERNET = Member(INTERNET, INTERNET, listening=(EVERYTHING,))
EVERYWHERE = tuple(found for block in ("0.0.0.0/0", "::/0") if (found := network(block)))


class Way(NamedTuple):
    """One way for a connection: the ports, and every fence that it passes."""

    ports: Ports
    hops: tuple[str, ...]


@dataclass(frozen=True)
class Net:
    """The networks of a site."""

    site: Site
    subnets: dict[Key, Subnet]
    groups: dict[Key, Group]
    members: tuple[Member, ...]
    blocks: tuple[Network, ...]
    """Address ranges of the networks."""

    def rules(self, member: Member, direction: str) -> Iterator[Rule]:
        """Yield the rules of all security groups of a member."""
        for key in sorted(member.groups):
            yield from self.groups[key].rules[direction] if key in self.groups else ()


def read_net(site: Site) -> Net:
    """Return the networks of a site."""
    found = subnets(site)
    blocks = (network(located.resource.properties.get("CidrBlock")) for located in site.resources("AWS::EC2::VPC"))
    return Net(site, dict(found), dict(groups(site)), members(site, found), tuple(filter(None, blocks)))


def ways(net: Net, source: Member, target: Member) -> Iterator[Way]:
    """Yield how a connection from one member to another, or from or to the internet, may come about."""
    opened = _opened(net, source, target)
    if not opened:
        return
    crossings = _crossings(source, target)
    for ports, ruled in opened:
        for before, after, here, there in crossings:
            for crossed, fences in _cross(ports, here, there):
                yield Way(
                    crossed,
                    tuple(filter(None, (str(source), ruled[0], *before, *fences, *after, ruled[1], str(target)))),
                )


def is_open(net: Net, source: Member, target: Member, ports: Ports) -> bool:
    """Whether a connection passes between every pair of subnets, with all answers to it."""
    if not any(ports & found == ports for found, _ in _opened(net, source, target)):
        return False
    if INTERNET in (source.role, target.role):
        return any(ports & way.ports == ports for way in ways(net, source, target))
    return all(_both_ways(ports, one, other) for one in source.subnets for other in target.subnets)


def why_closed(net: Net, source: Member, target: Member, ports: Ports) -> str:
    """Return which fence holds a connection up, the first that does, with the properties to look at."""
    if not any(ports & found == ports for found, _ in _rules(net, source, "Egress", target)):
        return f"no security group of {source} lets it out (SecurityGroupEgress, CidrIp, FromPort, ToPort, IpProtocol)"
    if not any(ports & found == ports for found, _ in _rules(net, target, "Ingress", source)):
        return f"no security group of {target} lets it in (SecurityGroupIngress, CidrIp, FromPort, ToPort, IpProtocol)"
    if not _crossings(source, target):
        return "no route leads there (RouteTableId, GatewayId, NatGatewayId, Scheme)"
    return "a network ACL holds up the call or its answers (RuleAction, CidrBlock, PortRange, Protocol, Egress)"


def admits(peer: Peer, member: Member) -> bool:
    """Whether the peer that a rule names is, or may be, a member."""
    if isinstance(peer, Untold):
        return True
    if isinstance(peer, tuple):
        return peer in member.groups
    if member.role == INTERNET:
        return isinstance(peer, Listed) or not is_internal(peer)
    return not isinstance(peer, Listed) and any(overlap(each, peer) for each in addresses(member))


def addresses(member: Member) -> tuple[Network, ...]:
    """Return the addresses that a member may have."""
    if member.role == INTERNET:
        return EVERYWHERE
    return tuple(found for subnet in member.subnets for found in subnet.ranges)


def _opened(net: Net, source: Member, target: Member) -> list[tuple[Ports, tuple[str, str]]]:
    """Return what the security groups of both let through, with the rules that do; a NAT gateway has none."""
    if NAT in (source.role.split(" ", 1)[-1], target.role.split(" ", 1)[-1]):
        return []
    out = _rules(net, source, "Egress", target)
    into = _rules(net, target, "Ingress", source)
    return [(common, (first, last)) for ports, first in out for other, last in into if (common := ports & other)]


def _rules(net: Net, owner: Member, direction: str, peer: Member) -> list[tuple[Ports, str]]:
    if owner.role == INTERNET:
        return [(EVERYTHING, "")]
    if not owner.groups:
        return _by_default(owner, direction, peer)
    return [(rule.ports, str(rule)) for rule in net.rules(owner, direction) if admits(rule.peer, peer)]


def _by_default(owner: Member, direction: str, peer: Member) -> list[tuple[Ports, str]]:
    """Return what the network's own group lets through: everything out, and its members in.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    if direction == "Egress" or owner.role.endswith("balancer") or (not peer.groups and peer.role != INTERNET):
        return [(EVERYTHING, f"{owner} names no {GROUP} ({SAID}), so it has the network's own")]
    return []


Side = tuple[Subnet | None, Sequence[Network]]
"""A subnet with its ACL, or none for the internet; and the addresses that are there."""


Crossing = tuple[tuple[str, ...], tuple[str, ...], Side, Side]
"""Hops before and after the ACLs, and both sides."""


def _crossings(source: Member, target: Member) -> list[Crossing]:
    """Return what lies between two members, for each pair of their subnets."""
    outside: Side = (None, EVERYWHERE)
    if source.role == INTERNET:
        return [
            ((), (str(route), str(subnet)), outside, (subnet, subnet.ranges))
            for subnet in (target.subnets if target.public_by else ())
            for route in _to(subnet, GATEWAY)
        ]
    if target.role == INTERNET:
        return [
            ((str(subnet), str(route)), (), (subnet, subnet.ranges), outside)
            for subnet in source.subnets
            for route in subnet.routes
            if route.is_public and (route.kind != GATEWAY or source.public_by)
        ]
    return [
        ((str(one),), (str(other),), (one, one.ranges), (other, other.ranges))
        for one in source.subnets
        for other in target.subnets
        if one.network == other.network
    ]


def _to(subnet: Subnet, kind: str) -> Iterator[Route]:
    return (route for route in subnet.routes if route.kind == kind and route.is_public)


def _cross(ports: Ports, here: Side, there: Side) -> Iterator[tuple[Ports, tuple[str, ...]]]:
    """Yield what the ACLs on both sides let through, with the entries that do."""
    (home, ours), (away, theirs) = here, there
    if home and away and home.key == away.key:
        yield ports, ()
        return
    for left in passes(home.acl, inbound=False, ports=ports, remote=theirs) if home else [Passed(ports)]:
        for entered in passes(away.acl, inbound=True, ports=left.ports, remote=ours) if away else [left]:
            if entered.ports.protocol != "tcp" or _answered(here, there):
                yield entered.ports, tuple(str(each.entry) for each in (left, entered) if each.entry)


def _answered(here: Side, there: Side) -> bool:
    """Whether any answer may come back: a TCP connection needs one."""
    (home, ours), (away, theirs) = here, there
    back = not away or any(passes(away.acl, inbound=False, ports=EPHEMERAL, remote=ours))
    return back and (not home or any(passes(home.acl, inbound=True, ports=EPHEMERAL, remote=theirs)))


def _both_ways(ports: Ports, here: Subnet, there: Subnet) -> bool:
    if here.key == there.key:
        return True
    return (
        wholly_passes(here.acl, inbound=False, ports=ports, remote=there.ranges)
        and wholly_passes(there.acl, inbound=True, ports=ports, remote=here.ranges)
        and wholly_passes(there.acl, inbound=False, ports=EPHEMERAL, remote=here.ranges)
        and wholly_passes(here.acl, inbound=True, ports=EPHEMERAL, remote=there.ranges)
    )
