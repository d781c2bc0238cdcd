"""Routes: where the packets of a subnet go that are not for its own network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...expressions.values import Reference
from ..subnets import Network, is_internal, network
from ..world import Located, Site
from .acls import Acl, acls
from .groups import Key, called

SUBNET, TABLE = "AWS::EC2::Subnet", "AWS::EC2::RouteTable"
INTERNET, NAT, ELSEWHERE = "internet gateway", "NAT gateway", "elsewhere"

TARGETS = {
    "NatGatewayId": NAT,
    "GatewayId": INTERNET,
    "CarrierGatewayId": INTERNET,
    "EgressOnlyInternetGatewayId": ELSEWHERE,
    "CoreNetworkArn": ELSEWHERE,
    "InstanceId": ELSEWHERE,
    "LocalGatewayId": ELSEWHERE,
    "NetworkInterfaceId": ELSEWHERE,
    "TransitGatewayId": ELSEWHERE,
    "VpcEndpointId": ELSEWHERE,
    "VpcPeeringConnectionId": ELSEWHERE,
}
"""Where a route can lead, by the property that says so."""

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


@dataclass(frozen=True, eq=False)
class Route:
    """A route out of a network: where it is written, for which addresses, and what it leads to."""

    located: Located
    key: str
    kind: str
    destination: Network | None
    """None where that cannot be told."""
    target: Key | None

    @property
    def is_public(self) -> bool:
        """Whether it is for addresses of the internet, or for what cannot be told."""
        return self.destination is None or not is_internal(self.destination)

    def __str__(self) -> str:
        to = self.destination or "what cannot be told"
        return f"{called(self.located)} sends {to} to {_title(self.target) or self.kind}"


@dataclass(frozen=True, eq=False)
class Subnet:
    """A subnet with what surrounds it."""

    located: Located
    network: Key | None
    """Its VPC."""
    ranges: tuple[Network, ...]
    acl: Acl
    routes: tuple[Route, ...]
    has_table: bool
    """Whether a route table is chosen for it; else it has its network's main one."""
    hands_out_addresses: bool

    @property
    def key(self) -> Key:
        """Its stack and logical id."""
        return self.located.resource.reference.resource

    def __str__(self) -> str:
        return called(self.located)


def subnets(site: Site) -> Mapping[Key, Subnet]:
    """Return the subnets of a site."""
    fences = acls(site)
    acl_of = _associated(site, "AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId")
    table_of = _associated(site, "AWS::EC2::SubnetRouteTableAssociation", "RouteTableId")
    written = _routes(site)
    found = {}
    for located in site.resources(SUBNET):
        key, given = located.resource.reference.resource, located.resource.properties
        home = given.get("VpcId")
        found[key] = Subnet(
            located=located,
            network=home.resource if isinstance(home, Reference) else None,
            ranges=tuple(filter(None, (network(given.get(name)) for name in ("CidrBlock", "Ipv6CidrBlock")))),
            acl=fences.get(acl_of.get(key, key), Acl()),
            routes=tuple(written[table_of.get(key, key)]),
            has_table=key in table_of,
            hands_out_addresses=given.get("MapPublicIpOnLaunch", False) not in (False, "false"),
        )
    return found


def _associated(site: Site, kind: str, name: str) -> Mapping[Key, Key]:
    found = {}
    for located in site.resources(kind):
        subnet, other = located.resource.properties.get("SubnetId"), located.resource.properties.get(name)
        if isinstance(subnet, Reference) and isinstance(other, Reference):
            found[subnet.resource] = other.resource
    return found


def _routes(site: Site) -> Mapping[Key, list[Route]]:
    found: dict[Key, list[Route]] = defaultdict(list)
    for located in site.resources("AWS::EC2::Route"):
        table = located.resource.properties.get("RouteTableId")
        if isinstance(table, Reference):
            found[table.resource] += _read(located)
    for located in site.resources("AWS::EC2::VPCEndpoint"):
        for table in located.resource.properties.get("RouteTableIds", ()):
            if isinstance(table, Reference):
                found[table.resource].append(_to_service(located))
    return found


def _read(located: Located) -> Iterator[Route]:
    given = located.resource.properties
    destinations = [network(given[name]) for name in DESTINATIONS if name in given]
    for key, kind in TARGETS.items():
        if key in given:
            target = given[key].resource if isinstance(given[key], Reference) else None
            destination = destinations[0] if destinations else None
            yield Route(located, key, kind, destination, target)


def _to_service(located: Located) -> Route:
    """Return the route that a gateway endpoint adds to a table."""
    return Route(located, "RouteTableIds", "an AWS service", None, located.resource.reference.resource)


def _title(key: Key | None) -> str:
    return f"{key[0].rpartition('/')[2]}.{key[1]}" if key else ""
