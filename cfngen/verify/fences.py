"""Fences: security groups, ACLs, routes and addresses, each checked as if no other were there.

A path is closed as soon as one fence holds; here every fence must hold by itself, so that opening one
by mistake is found before a second mistake makes it matter. What each may let through is what the
flows need, and nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .network.acls import Acl, Entry
from .network.flows import FLOWS, INTERNET, Flow, flows_between, is_public, may_leave
from .network.groups import Group, Listed, Rule, Untold, called
from .network.members import Member
from .network.paths import THE_INTERNET, Net, addresses, admits
from .network.ports import EPHEMERAL, Ports
from .network.routes import INTERNET as GATEWAY
from .network.routes import NAT, Route, Subnet
from .proof import HOLDS, Fact, against, place
from .subnets import Network, overlap

PORTS = "FromPort, ToPort, IpProtocol"


def check_fences(net: Net) -> Iterator[Fact]:
    """Yield a fact for each rule, entry, route and address of a site's networks."""
    yield from _groups(net)
    yield from _public_members(net)
    inhabited = [subnet for subnet in net.subnets.values() if _inside(net, [subnet])]
    for subnet in inhabited:
        yield from _routes(net, subnet, _inside(net, [subnet]))
    if net.site.role != "standby":  # it has no database yet; promoted, the same entries are checked
        yield from _acls(net, inhabited)


def _inside(net: Net, subnets: Sequence[Subnet]) -> list[Member]:
    return [member for member in net.members if any(subnet in member.subnets for subnet in subnets)]


def _groups(net: Net) -> Iterator[Fact]:
    for key, group in net.groups.items():
        owners = [member for member in net.members if key in member.groups]
        for rules in group.rules.values():
            for rule in rules if owners else ():
                yield _rule(net, group, rule, owners)


def _rule(net: Net, group: Group, rule: Rule, owners: Sequence[Member]) -> Fact:
    peers = _peers(net, rule)
    if peers is None:
        return HOLDS
    if peers and all(_needed(net, rule, owner, peer) for owner in owners for peer in peers):
        return HOLDS
    where = place(rule.located.stack, rule.located.resource.logical_id, "Properties", rule.key)
    who = f" of {called(group.located)}" if rule.located is not group.located else ""
    what = f"{net.site}: {rule}{who} ({rule.key}; {PORTS}), which no flow needs"
    return against("reachability.group", where, what, _HINT)


def _peers(net: Net, rule: Rule) -> list[Member] | None:
    """Return who is at the other end; nobody where it cannot be told, None where it is nobody on purpose."""
    if isinstance(rule.peer, Untold):
        return []
    if isinstance(rule.peer, tuple):
        members = [member for member in net.members if rule.peer in member.groups]
        return members or (None if rule.peer in net.groups else [])
    if not isinstance(rule.peer, Listed) and rule.peer.is_loopback:
        return None
    if admits(rule.peer, THE_INTERNET):
        return [THE_INTERNET]
    return [member for member in net.members if member.groups and admits(rule.peer, member)]


def _needed(net: Net, rule: Rule, owner: Member, peer: Member) -> bool:
    source, target = (peer, owner) if rule.direction == "Ingress" else (owner, peer)
    return _flows(net, rule.ports, source, target)


def _flows(net: Net, ports: Ports, source: Member, target: Member) -> bool:
    flows = flows_between(source.role, target.role)
    return any(ports.within(flow.ports(net.site, target.listening)) for flow in flows)


def _public_members(net: Net) -> Iterator[Fact]:
    for member in net.members:
        if not member.located or not member.public_by or is_public(member.role):
            yield HOLDS
            continue
        where = place(member.located.stack, member.located.resource.logical_id, "Properties", member.public_by)
        what = f"{net.site}: {member} has a public address ({member.public_by}), but no flow leads there from outside"
        yield against("reachability.public", where, what, f"set {member.public_by} so that it is private")


def _acls(net: Net, inhabited: Sequence[Subnet]) -> Iterator[Fact]:
    behind: dict[Acl, list[Subnet]] = defaultdict(list)
    for subnet in inhabited:
        if subnet.acl.located is None:
            where = place(subnet.located.stack, subnet.located.resource.logical_id)
            what = f"{net.site}: {subnet} has {subnet.acl}"
            yield against("reachability.acl", where, what, "give it a NetworkAcl by a SubnetNetworkAclAssociation")
        else:
            behind[subnet.acl].append(subnet)
    for acl, subnets in behind.items():
        for entry in (*acl.inbound, *acl.outbound):
            yield _entry(net, entry, subnets)


def _entry(net: Net, entry: Entry, subnets: Sequence[Subnet]) -> Fact:
    if not entry.allows or _is_justified(net, entry, subnets):
        return HOLDS
    where = place(entry.located.stack, entry.located.resource.logical_id, "Properties", entry.key)
    at = ", ".join(map(str, subnets))
    what = f"{net.site}: {entry} ({entry.key}, PortRange, Protocol) at {at}, which no flow needs"
    return against("reachability.acl", where, what, _HINT)


def _is_justified(net: Net, entry: Entry, subnets: Sequence[Subnet]) -> bool:
    """Whether a flow of someone in the subnets needs an entry: to open a connection or to answer one."""
    for flow in FLOWS:
        ours, theirs = (flow.target, flow.source) if entry.inbound else (flow.source, flow.target)
        called_on = any(entry.ports.within(flow.ports(net.site, each.listening)) for each in _targets(net, flow))
        if called_on and _concerns(net, ours, flow, subnets) and _fits(net, entry, theirs, flow):
            return True
        back, forth = (flow.source, flow.target) if entry.inbound else (flow.target, flow.source)
        answers = entry.ports.within([EPHEMERAL])
        if answers and _concerns(net, back, flow, subnets) and _fits(net, entry, forth, flow):
            return True
    return False


def _targets(net: Net, flow: Flow) -> Iterable[Member]:
    found = [member for member in net.members if member.role == flow.target]
    return found or [THE_INTERNET]


def _concerns(net: Net, role: str, flow: Flow, subnets: Sequence[Subnet]) -> bool:
    """Whether a role is in one of the subnets; a NAT gateway stands for both ends of a flow that leaves."""
    if flow.target == INTERNET and any(member.role.endswith(NAT) for member in _inside(net, subnets)):
        return True
    return any(subnet in subnets for subnet in _homes(net, role, flow))


def _fits(net: Net, entry: Entry, role: str, flow: Flow) -> bool:
    """Whether an entry names no addresses but those of a role."""
    if role == INTERNET:
        return entry.network is not None
    if entry.network is None:
        return False
    around = [found for each in net.subnets.values() for found in each.ranges if overlap(found, entry.network)]
    theirs = [found for each in _homes(net, role, flow) for found in each.ranges]
    return (
        bool(around)
        and _is_in_vpc(net, entry.network)
        and all(found in theirs or _is_empty(net, found) for found in around)
    )


def _homes(net: Net, role: str, flow: Flow) -> list[Subnet]:
    """Return the subnets of a role; where it is switched off, those that it would share."""
    present = [member for member in net.members if member.role == role]
    if not present and flow.beside and role == flow.target:
        present = [member for member in net.members if member.role == flow.beside]
    return [subnet for member in present for subnet in member.subnets]


def _is_empty(net: Net, block: Network) -> bool:
    return not any(block in addresses(member) for member in net.members)


def _is_in_vpc(net: Net, block: Network) -> bool:
    return any(block.version == each.version and block.subnet_of(each) for each in net.blocks)  # type: ignore[arg-type]


def _routes(net: Net, subnet: Subnet, inside: Sequence[Member]) -> Iterator[Fact]:
    name = subnet.located.resource.logical_id
    if not subnet.has_table:
        what = f"{net.site}: {subnet} has its network's main route table, which nobody chose for it"
        hint = "add a SubnetRouteTableAssociation"
        yield against("reachability.route", place(subnet.located.stack, name), what, hint)
    for route in subnet.routes:
        reason = _unneeded(route, inside)
        if reason:
            at = place(route.located.stack, route.located.resource.logical_id, "Properties", route.key)
            who = ", ".join(map(str, inside))
            what = f"{net.site}: {route} ({route.key}), and {subnet} has this route, where {who} {reason}"
            yield against(
                "reachability.route", at, what, "associate another RouteTableId, or move what is in the subnet"
            )
        else:
            yield HOLDS


def _unneeded(route: Route, inside: Sequence[Member]) -> str:
    """Return what is wrong with a route of a subnet; empty if nothing is."""
    if route.kind == GATEWAY and not all(is_public(each.role) or each.role.endswith(NAT) for each in inside):
        return "must not face the internet"
    if not any(may_leave(each.role) or is_public(each.role) or each.role.endswith(NAT) for each in inside):
        return "must have no way out"
    known = (GATEWAY, NAT, "an AWS service")
    return "" if route.kind in known else "must reach nothing outside their network"


_HINT = "narrow it, or add the flow to cfngen/verify/network/flows.py if it is meant to be"
