"""The whole environment: users, the edge, and each geography's account with its regions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..environment.config import ADMIN, Environment
from ..verify.network.flows import INTERNET
from ..verify.network.members import ENDPOINT, NAT_GATEWAY, Member
from ..verify.network.paths import Net, read_net
from ..verify.network.ports import Ports, tcp
from ..verify.subnets import number
from ..verify.world import Site, World
from .connections import Connection, by_anyone, common, connections, short
from .drawing import Arrow, ArrowKind, Box, BoxKind, Drawing, Node, Part
from .things import kind, lines, service_nodes

USERS = "users"
CDN = "AWS::CloudFront::Distribution"
FIREWALL = "AWS::WAFv2::WebACL"
ZONE = "AWS::Route53::HostedZone"
RESTORE_TEST = "AWS::Backup::RestoreTestingSelection"
HIDDEN = (ENDPOINT, NAT_GATEWAY, RESTORE_TEST)
"""Members that only a region's own picture shows."""

KEPT = ("AWS::S3::Bucket", "AWS::Backup::BackupVault", "AWS::Cognito::UserPool", FIREWALL)
"""Services that matter on a map of the world: what holds data or decides who comes in."""

KEPT_ELSEWHERE = (
    CDN,
    FIREWALL,
    ZONE,
    "AWS::CertificateManager::Certificate",
    "AWS::CloudTrail::Trail",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)
"""The same of the edge's and the admin's accounts, which have no network."""

Doors = Mapping[str, tuple[Ports, ...]]
"""Ids of the CDNs, with the ports on which each calls its origins."""

ROW = 5
"""How many services stand in a row."""


def draw_overview(environment: Environment, world: World) -> Drawing:
    """Return the picture of an environment, from its sites in a world that may have others'."""
    sites = [site for site in world.sites if site.environment.name == environment.name]
    placed = [site for site in sites if site.target]
    others = [site for site in placed if site.target and site.target.geography not in environment.geographies]
    doors = {f"{_id(site)}/{CDN}": _origin_ports(site) for site in others if any(site.resources(CDN))}
    parts: list[Part] = [Node(USERS, "users", ("Users of", environment.domain))]
    parts += [_elsewhere(site) for site in others]
    arrows = [arrow for site in others for arrow in _entrance(site)]
    for name, geography in environment.geographies.items():
        regions = [site for site in placed if site.target in geography.targets]
        title = (f"{name.upper()} · account {geography.account}",)
        parts.append(Box(f"{name}", "account", title, tuple(_region(site) for site in regions)))
        arrows += [arrow for site in regions for arrow in _arrows(site, doors)]
        arrows += _copies(regions)
    if not any(site.target and site.target.geography == ADMIN for site in others):
        admin = environment.admin
        parts.append(_account(admin.region, "Admin", admin.account, (_stack_sets(environment),)))
    arrows += _rows(parts[1:], next(iter(doors), USERS))
    return Drawing("world", _heading(environment), _summary(environment), tuple(parts), tuple(arrows), across=True)


def _heading(environment: Environment) -> str:
    return f"{environment.project} {environment.name}: {environment.domain}"


def _summary(environment: Environment) -> str:
    """Say from where an environment serves, and which regions only stand by."""
    roles: dict[str, list[str]] = {"active": [], "standby": []}
    for target in environment.targets:
        roles[environment.region_role(target)].append(str(target))
    accounts = _counted(len(environment.geographies), "account")
    *others, last = roles["standby"] or [""]
    standing = f"{', '.join(others)} and {last} stand by" if others else f"{last} stands by"
    served = f"{environment.name} serves {environment.domain} from {accounts}, one for each geography: "
    return f"{served}{', '.join(roles['active'])}{f'; {standing}' if last else ''}."


def _id(site: Site) -> str:
    return str(site.target)


def _region(site: Site) -> Box:
    nodes = [Node(f"{_id(site)}/{each}", kind(each), lines(site, each)) for each in _shown(read_net(site))]
    kept = [node for node in service_nodes(site, _id(site)) if node.icon in KEPT]
    parts: tuple[Part, ...] = tuple(nodes)
    if kept:
        parts += (Box(f"{_id(site)}/kept", "services", ("Beside the network",), tuple(kept)),)
    look: BoxKind = "region" if site.role == "active" else "standby"
    return Box(_id(site), look, (f"{site.region} · {site.role}",), parts or (_nothing(site),))


def _elsewhere(site: Site) -> Box:
    """Return the edge's or the admin's account; from the latter all others are deployed."""
    geography = site.target.geography if site.target else ""
    kept = tuple(node for node in service_nodes(site, _id(site)) if node.icon in KEPT_ELSEWHERE)
    nodes = kept or (_nothing(site),)
    tools = (_stack_sets(site.environment),) if geography == ADMIN else ()
    return _account(site.region, geography.capitalize(), site.account, (*tools, *nodes))


def _account(region: str, name: str, account: str, nodes: tuple[Node, ...]) -> Box:
    inner = Box(f"{name} region", "region", (region,), nodes)
    return Box(f"{name} account", "account", (f"{name} · account {account}",), (inner,))


def _nothing(site: Site) -> Node:
    return Node(f"{_id(site)}/nothing", "AWS::CloudFormation::Stack", (f"{len(site.stacks)} stacks",))


def _stack_sets(environment: Environment) -> Node:
    bundles = _counted(len(environment.bundles), "bundle")
    accounts = _counted(len(environment.accounts), "account")
    return Node("stack sets", "AWS::CloudFormation::Stack", ("StackSets:", f"{bundles} to", accounts))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _shown(net: Net) -> Iterator[Member]:
    return (member for member in net.members if kind(member) not in HIDDEN)


def _origin_ports(site: Site) -> tuple[Ports, ...]:
    """Return the ports on which a CDN calls its origins, as far as it says; without a word, 443 and 80.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customoriginconfig.html
    """
    found = set[int]()
    for located in site.resources(CDN):
        config = located.resource.properties.get("DistributionConfig")
        origins = config.get("Origins") if isinstance(config, Mapping) else None
        for each in origins if isinstance(origins, list) else ():
            custom = each.get("CustomOriginConfig") if isinstance(each, Mapping) else None
            if isinstance(custom, Mapping):
                policy = custom.get("OriginProtocolPolicy")
                found |= {number(custom.get("HTTPSPort")) or 443} if policy != "http-only" else set()
                found |= {number(custom.get("HTTPPort")) or 80} if policy != "https-only" else set()
    return tcp(*sorted(found or {80, 443}))


def _arrows(site: Site, doors: Doors) -> Iterator[Arrow]:
    """Yield a region's connections; users come through the edge where there is one."""
    net = read_net(site)
    for each in connections(net):
        if (each.why or not each.is_meant) and not {kind(each.source), kind(each.target)} & set(HIDDEN):
            yield from _arrow(net, each, doors)


def _arrow(net: Net, each: Connection, doors: Doors) -> Iterator[Arrow]:
    """Yield who opens a connection: the CDN on its origins' ports, and anyone where more is open than a prefix list."""
    look: ArrowKind = "flow" if each.is_meant else "surplus"
    site = net.site
    target = f"{_id(site)}/{each.target}"
    if each.source.role == INTERNET:
        starts = [(door, common(each.ports, ports)) for door, ports in doors.items()]
        starts.append((USERS, by_anyone(net, each) if doors else each.ports))
        for start, ports in starts:
            if ports:
                yield Arrow(start, target, short(ports), look if site.role == "active" else "order")
    elif each.target.role != INTERNET:
        yield Arrow(f"{_id(site)}/{each.source}", target, short(each.ports), look)


def _entrance(site: Site) -> Iterator[Arrow]:
    """Yield how users come in at the edge: its zone tells them where, and the firewall stands before the CDN."""
    has = {node.icon for node in service_nodes(site, "")}
    if CDN in has:
        if ZONE in has:
            yield Arrow(USERS, f"{_id(site)}/{ZONE}", "names", "copy")
        way = [USERS, *(f"{_id(site)}/{each}" for each in (FIREWALL, CDN) if each in has)]
        yield from (Arrow(one, other, "443") for one, other in itertools.pairwise(way))


def _rows(parts: Iterable[Part], door: str) -> Iterator[Arrow]:
    """Put the nodes that no connection places into rows, behind the door; those of the edge below each other."""
    for part in parts:
        if isinstance(part, Box):
            yield from _rows(part.parts, door)
            row = [each for each in part.parts if isinstance(each, Node)]
            if door in {node.id for node in row}:
                yield from (Arrow(USERS, node.id, "", "order") for node in row if node.id != door)
            elif part.kind == "services" or part.id in ("Admin region", "Edge region"):
                for start in range(0, len(row), ROW):
                    chain = [door, *(node.id for node in row[start : start + ROW])]
                    yield from (Arrow(one, other, "", "order") for one, other in itertools.pairwise(chain))


def _copies(regions: Sequence[Site]) -> Iterator[Arrow]:
    """Yield what a standby gets copies of."""
    for active, other in itertools.pairwise(regions):
        theirs = {node.icon for node in service_nodes(other, "")}
        for node in service_nodes(active, _id(active)):
            if node.icon == "AWS::Backup::BackupVault" and node.icon in theirs:
                yield Arrow(node.id, f"{_id(other)}/{node.icon}", "copies", "copy")
