"""Reachability: users reach the web balancer, each tier the next through its balancer, and nothing else passes.

Proved at every site, as deployed and once promoted: every connection that the fences let through
together is one of the flows, every flow does pass, each fence holds by itself, and there is no other
door. What is against it is printed hop by hop, from the internet where that can get there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from ..errors import Where
from .fences import check_fences
from .network.flows import FLOWS, INTERNET, meant
from .network.groups import called
from .network.members import Member
from .network.paths import SAID, THE_INTERNET, Net, Way, is_open, read_net, ways, why_closed
from .network.ports import Ports
from .network.routes import NAT
from .proof import HOLDS, Fact, Proof, against, place, proof
from .world import Located, Site, World

DOORS: Mapping[str, str] = {
    "AWS::EC2::ClientVpnEndpoint": "a VPN for people",
    "AWS::EC2::InstanceConnectEndpoint": "shells from outside",
    "AWS::EC2::TransitGatewayAttachment": "other networks",
    "AWS::EC2::TransitGatewayVpcAttachment": "other networks",
    "AWS::EC2::VPCEndpointService": "other accounts' networks",
    "AWS::EC2::VPCPeeringConnection": "another network",
    "AWS::EC2::VPNConnection": "another network",
    "AWS::EC2::VPNGateway": "another network",
    "AWS::CloudFront::VpcOrigin": "CloudFront's, without a public address",
    "AWS::GlobalAccelerator::EndpointGroup": "the internet, without a public address",
    "AWS::Lambda::Url": "the internet",
    "AWS::NetworkManager::VpcAttachment": "other networks",
    "AWS::VpcLattice::ServiceNetworkVpcAssociation": "other networks",
}
"""Types that are a way in by themselves, past gateways and balancers, and whom they let in. None is used."""


UNGROUPED = ("AWS::Backup::RestoreTestingSelection",)
"""Types that cannot name a security group: what they make has the network's own, which admits nobody else."""


def prove_reachability(world: World) -> Proof:
    """Prove it wherever there is a network."""
    facts: list[Fact] = []
    for site in (*world.sites, *world.promoted):
        facts += site_facts(site)
    return proof("reachability", facts)


def site_facts(site: Site) -> Iterator[Fact]:
    """Yield what is found about one site."""
    net = read_net(site)
    yield from _doors(site)
    yield from _told(net)
    yield from _connections(net)
    yield from _flows(net)
    yield from check_fences(net)


def _doors(site: Site) -> Iterator[Fact]:
    for located in site.resources(*DOORS):
        what = f"{site}: {called(located)} ({located.resource.type}) is a door for {DOORS[located.resource.type]}"
        where = place(located.stack, located.resource.logical_id, "Type")
        yield against(
            "reachability.door", where, what, "leave it out, or prove in verify/reachability.py whom it lets in"
        )


def _told(net: Net) -> Iterator[Fact]:
    for member in net.members:
        for what in member.untold if member.located else ():
            where = _place(member.located)
            yield against(
                "reachability.unknown",
                where,
                f"{net.site}: it cannot be told which {what} {member} has ({_SAID[what]})",
                _WIRE,
            )
        own = (
            member.groups
            or member.role.endswith(NAT)
            or not member.located
            or member.located.resource.type in UNGROUPED
        )
        if own or not member.located:
            yield HOLDS
            continue
        what = f"{net.site}: {member} names no security group ({SAID}), so it has the network's own"
        yield against("reachability.group", _place(member.located), what, _WIRE)


def _connections(net: Net) -> Iterator[Fact]:
    """Check every connection that is possible against the flows."""
    everyone = (THE_INTERNET, *net.members)
    found = {
        (source, target): list(dict.fromkeys(ways(net, source, target)))
        for source in everyone
        for target in everyone
        if source is not target or source.role.endswith("fleet")
    }
    for (source, target), possible in found.items():
        allowed = meant(net.site, source.role, target.role, target.listening)
        surplus = [way for way in possible if not way.ports.within(allowed)]
        yield _surplus(net, found, source, surplus[0]) if surplus else HOLDS


def _surplus(net: Net, found: Mapping[tuple[Member, Member], list[Way]], source: Member, way: Way) -> Fact:
    lead = _lead(found, source)
    path = "".join(f"\n    {number}. {hop}" for number, hop in enumerate((*lead, *way.hops), start=1))
    *_, target = way.hops
    what = f"{net.site}: {source} reaches {target} on {way.ports}, which no flow allows:{path}"
    return against("reachability.path", _where(net, source, target), what, _FLOW)


def _where(net: Net, source: Member, target: str) -> Where:
    named = {str(member): member.located for member in net.members}
    return _place(named.get(target) or source.located)


def _lead(found: Mapping[tuple[Member, Member], list[Way]], target: Member) -> tuple[str, ...]:
    """Return the shortest chain of connections from the internet to a member, a hop each; empty if there is none."""
    came: dict[Member, tuple[str, ...]] = {THE_INTERNET: ()}
    ahead = deque([THE_INTERNET])
    while ahead and target not in came:
        here = ahead.popleft()
        for (source, reached), possible in found.items():
            if source == here and possible and reached not in came:
                came[reached] = (*came[here], f"{source} calls {reached} on {possible[0].ports}")
                ahead.append(reached)
    return came.get(target, ())


def _flows(net: Net) -> Iterator[Fact]:
    """Check that what is meant to pass does, on every port that is listened on."""
    for flow in FLOWS:
        sources = [member for member in (THE_INTERNET, *net.members) if member.role == flow.source]
        targets = [member for member in (THE_INTERNET, *net.members) if member.role == flow.target]
        for source in sources:
            for target in targets:
                for ports in flow.ports(net.site, target.listening):
                    if target.role == INTERNET or ports.within(target.listening):
                        yield _passes(net, source, target, ports)


def _passes(net: Net, source: Member, target: Member, ports: Ports) -> Fact:
    if is_open(net, source, target, ports):
        return HOLDS
    fence = why_closed(net, source, target, ports)
    what = f"{net.site}: {source} cannot reach {target} on {ports}, which is meant to pass: {fence}"
    return against(
        "reachability.closed", _place(target.located or source.located), what, "open it there, and no further"
    )


def _place(located: Located | None) -> Where:
    return place(located.stack, located.resource.logical_id) if located else Where()


_SAID = {
    "security groups": SAID,
    "subnets": "Subnets, SubnetIds, VPCZoneIdentifier, DBSubnetGroupName",
}
"""Properties that say it."""

_WIRE = "name groups and subnets by wires of these templates"
_FLOW = "close one of these, or add the flow to cfngen/verify/network/flows.py if it is meant to be"
