"""One region of an environment: zones with their tiers, balancers, database, NAT, endpoints and the flows between."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..expressions.values import Reference, as_text, is_literal
from ..verify.network.flows import INTERNET
from ..verify.network.members import ENDPOINT, NAT_GATEWAY, Member
from ..verify.network.paths import Net, read_net
from ..verify.network.routes import INTERNET as GATEWAY
from ..verify.network.routes import NAT, Subnet
from ..verify.subnets import DATABASE, FLEET
from ..verify.world import Site
from .connections import Connection, connections, short
from .drawing import Arrow, Box, BoxKind, Drawing, Node, Part
from .things import is_multi_zone, kind, lines, runs_nothing, service_nodes, title

USERS, DOOR, SERVICES, NOTHING = "users", "internet gateway", "endpoints", "nothing"
ROW = 3
"""How many services stand in a row."""

IN_ZONES = (FLEET, NAT_GATEWAY, DATABASE, "AWS::EC2::Instance")
"""Members that are drawn in each of their subnets; others span their zones."""


@dataclass(frozen=True)
class Plot:
    """A site's network as it is about to be drawn."""

    site: Site
    net: Net
    zones: tuple[str, ...]

    def places(self, member: Member) -> tuple[Subnet, ...]:
        """Return the subnets in which a member is drawn: none where it spans them."""
        if kind(member) not in IN_ZONES:
            return ()
        return member.subnets if kind(member) != DATABASE or is_multi_zone(member) else member.subnets[:1]

    def ids(self, member: Member) -> tuple[str, ...]:
        """Return the ids of the nodes that stand for a member, a zone each."""
        if member.role == INTERNET:
            return (USERS,)
        if kind(member) == ENDPOINT:
            return (SERVICES,)
        places = self.places(member)
        return tuple(f"{member}@{subnet}" for subnet in places) or (str(member),)


def draw_region(site: Site) -> Drawing:
    """Return the picture of a site that is a target of its environment."""
    net = read_net(site)
    plot = Plot(site, net, tuple(dict.fromkeys(map(_zone, net.subnets.values()))))
    services = service_nodes(site, "service")
    inside: list[Part] = [_network(plot)] if net.subnets else []
    if services:
        inside.append(Box("services", "services", ("Beside the network" if inside else "Services",), services))
    look: BoxKind = "standby" if site.role == "standby" else "region"
    frame = Box("region", look, (_role(site, site.region), f"account {site.account}"), tuple(inside))
    name = str(site.target).replace("/", "-")
    title = f"{site.environment.project} {site.environment.name}: {_role(site, str(site.target))}"
    users = (Node(USERS, "users", ("The internet",)),) if net.subnets else ()
    arrows = tuple(dict.fromkeys((*_flows(plot), *_order(plot, services))))
    return Drawing(name, title, _summary(plot), (*users, frame), arrows, tuple(_rows(plot)))


def _summary(plot: Plot) -> str:
    members = len(plot.net.members)
    if not plot.zones:
        return f"{plot.site.target} has no network."
    return f"{plot.site.target} is {plot.site.role}: {len(plot.zones)} zones with {members} members in the network."


def _role(site: Site, name: str) -> str:
    """Return a name with the role that a geography's region has; the edge and the admin account have none."""
    known = site.target is not None and site.target.geography in site.environment.geographies
    return f"{name} · {site.role}" if known else name


def _network(plot: Plot) -> Box:
    spanning = [each for each in plot.net.members if kind(each) not in (*IN_ZONES, ENDPOINT)]
    nodes: list[Part] = [Node(DOOR, "AWS::EC2::InternetGateway", ("Internet gateway",))]
    nodes += [Node(str(each), kind(each), lines(plot.site, each)) for each in spanning]
    nodes += [_zone_box(plot, zone) for zone in plot.zones]
    endpoints = list(_endpoints(plot.site))
    if endpoints:
        below = (f"{len(endpoints)} endpoints", *_wrapped(endpoints), *_endpoint_callers(plot))
        nodes.append(Node(SERVICES, ENDPOINT, below))
    title = " ".join(("VPC", *map(str, plot.net.blocks)))
    return Box("network", "vpc", (title,), tuple(nodes))


def _zone_box(plot: Plot, zone: str) -> Box:
    subnets = [each for each in plot.net.subnets.values() if _zone(each) == zone]
    return Box(f"zone {zone}", "zone", (zone,), tuple(_subnet_box(plot, subnet) for subnet in subnets))


def _subnet_box(plot: Plot, subnet: Subnet) -> Box:
    nodes = tuple(
        Node(f"{each}@{subnet}", kind(each), _short_lines(plot, each))
        for each in plot.net.members
        if subnet in plot.places(each)
    )
    public = any(route.kind == GATEWAY for route in subnet.routes)
    ranges = " ".join(map(str, subnet.ranges))
    title = (subnet.located.resource.logical_id, f"{'public' if public else 'private'} {ranges}")
    blank = (Node(f"{NOTHING}@{subnet}", "", (" ",)),)
    return Box(f"subnet {subnet}", "public" if public else "private", title, nodes or blank)


def _short_lines(plot: Plot, member: Member) -> tuple[str, ...]:
    if kind(member) == DATABASE and is_multi_zone(member):
        return (*lines(plot.site, member), "primary or standby")
    return (*lines(plot.site, member), *(("until promoted",) if runs_nothing(member) else ()))


def _zone(subnet: Subnet) -> str:
    found = subnet.located.resource.properties.get("AvailabilityZone")
    if isinstance(found, Reference):
        return found.attribute.replace("Zone", "Zone ")
    return as_text(found) if is_literal(found) else "Zone"


def _endpoints(site: Site) -> Iterator[str]:
    for located in site.resources(ENDPOINT):
        name = located.resource.properties.get("ServiceName")
        yield str(name).rpartition(f"{site.region}.")[2] if is_literal(name) else located.resource.logical_id


def _endpoint_callers(plot: Plot) -> Iterator[str]:
    """Yield who calls endpoints, and on which ports: lines from every fleet would bend around all that is between."""
    found = [each for each in connections(plot.net) if kind(each.target) == ENDPOINT and each.why and each.is_meant]
    if found:
        *others, last = sorted({title(each.source) for each in found})
        yield f"called by {', '.join([*others[:-1], ' and '.join([*others[-1:], last])])}"
        yield f"on {short(port for each in found for port in each.ports)}"


def _wrapped(words: Sequence[str], width: int = 3) -> Iterator[str]:
    for start in range(0, len(words), width):
        yield ", ".join(words[start : start + width])


def _flows(plot: Plot) -> Iterator[Arrow]:
    for each in connections(plot.net):
        if each.source.role == INTERNET:
            yield from _inwards(plot, each)
        elif each.target.role == INTERNET:
            yield from _outwards(plot, each)
        elif each.why or not each.is_meant:
            yield from _between(plot, each)


def _look(each: Connection) -> Arrow:
    return Arrow("", "", short(each.ports), "flow" if each.is_meant else "surplus")


def _inwards(plot: Plot, each: Connection) -> Iterator[Arrow]:
    look = _look(each)
    for node in plot.ids(each.target):
        yield Arrow(USERS, DOOR, look.label, look.kind, to_icon=True)
        yield Arrow(DOOR, node, look.label, look.kind)


def _outwards(plot: Plot, each: Connection) -> Iterator[Arrow]:
    """Yield the way out of each subnet: through the NAT gateway that its routes name, or directly."""
    look = _look(each)
    named = {member.located.resource.reference.resource: member for member in plot.net.members if member.located}
    for node, subnet in zip(plot.ids(each.source), plot.places(each.source) or each.source.subnets, strict=False):
        for route in subnet.routes:
            gateway = named.get(route.target) if route.kind == NAT and route.target else None
            for way in plot.ids(gateway) if gateway else ():
                yield Arrow(node, way, look.label, look.kind, is_upwards=True)
                yield Arrow(way, DOOR, "", look.kind, is_upwards=True, to_icon=True)


def _between(plot: Plot, each: Connection) -> Iterator[Arrow]:
    look = _look(each)
    aside = kind(each.target) == ENDPOINT and each.is_meant
    sources, targets = plot.ids(each.source), plot.ids(each.target)
    same = len(sources) == len(targets) > 1
    pairs = zip(sources, targets, strict=True) if same else ((one, other) for one in sources for other in targets)
    for one, other in pairs:
        yield Arrow(one, other, look.label, "aside" if aside else look.kind)


def _order(plot: Plot, services: Sequence[Node]) -> Iterator[Arrow]:
    """Put services into rows, so that they stand beside the network, and empty subnets below those before them.

    The endpoints stand beside each zone's last subnet.
    """
    for above, below in zip(services, services[ROW:], strict=False):
        yield Arrow(above.id, below.id, "", "order")
    for column in _columns(plot):
        for one, other in itertools.pairwise(column):
            if other.startswith(NOTHING):
                yield Arrow(one, other, "", "order")
        if column[1:] and any(_endpoints(plot.site)):
            yield Arrow(column[-2], SERVICES, "", "order")


def _columns(plot: Plot) -> list[list[str]]:
    """Return the first node of each subnet, a list for each zone."""
    subnets = plot.net.subnets.values()
    return [[_first(plot, each) for each in subnets if _zone(each) == zone] for zone in plot.zones]


def _rows(plot: Plot) -> Iterator[tuple[str, ...]]:
    """Yield the first node of each zone's first subnet, of each one's second, and so on."""
    yield from (row for row in zip(*_columns(plot), strict=False) if len(row) > 1)


def _first(plot: Plot, subnet: Subnet) -> str:
    here = (f"{member}@{subnet}" for member in plot.net.members if subnet in plot.places(member))
    return next(here, f"{NOTHING}@{subnet}")
