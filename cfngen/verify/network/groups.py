"""Security groups: stateful, so only who opens a connection matters; several groups of one member add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ...expressions.values import Reference, Value
from ..subnets import Network, network
from ..world import Located, Site
from .ports import EVERYTHING, Ports, read_ports

GROUP = "AWS::EC2::SecurityGroup"
DIRECTIONS = ("Ingress", "Egress")

Key = tuple[str, str]
"""A resource: its stack and its logical id."""


@dataclass(frozen=True)
class Listed:
    """A prefix list of AWS's services or CloudFront's, all of them on the internet."""

    name: str

    def __str__(self) -> str:
        return f"prefix list {self.name}"


@dataclass(frozen=True)
class Untold:
    """A peer that cannot be told from the templates: it may be anyone."""

    what: str

    def __str__(self) -> str:
        return f"{self.what}, who may be anyone"


Peer = Key | Network | Listed | Untold
"""Who is at the other end of a rule: the members of a group, or addresses."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of a group: where it is written, by which property, and what it lets through."""

    located: Located
    key: str
    """Property that names the peer."""
    direction: str
    ports: Ports
    peer: Peer

    def __str__(self) -> str:
        verb = "admits" if self.direction == "Ingress" else "may call"
        return f"{called(self.located)} {verb} {shown(self.peer)} on {self.ports}"


@dataclass(frozen=True, eq=False)
class Group:
    """A security group with all its rules, inline or resources of their own."""

    located: Located
    rules: Mapping[str, tuple[Rule, ...]]
    """By direction."""


def called(located: Located) -> str:
    """Return what a person calls a resource: `web.WebBalancer`."""
    return f"{located.stack.layer}.{located.resource.logical_id}"


def shown(peer: Peer) -> str:
    """Return what a person calls a peer."""
    return f"members of {peer[0].rpartition('/')[2]}.{peer[1]}" if isinstance(peer, tuple) else str(peer)


def groups(site: Site) -> Mapping[Key, Group]:
    """Return the security groups of a site."""
    alone = _rules_of_their_own(site)
    return {
        located.resource.reference.resource: _group(located, alone[located.resource.reference.resource])
        for located in site.resources(GROUP)
    }


def _group(located: Located, alone: list[Rule]) -> Group:
    rules: dict[str, tuple[Rule, ...]] = {}
    for direction in DIRECTIONS:
        inline = located.resource.properties.get(f"SecurityGroup{direction}", ())
        written = [rule for each in inline if isinstance(each, Mapping) for rule in _read(located, each, direction)]
        rules[direction] = (*written, *(rule for rule in alone if rule.direction == direction))
    if not rules["Egress"]:
        rules["Egress"] = tuple(_everywhere(located))
    return Group(located, rules)


def _everywhere(located: Located) -> Iterator[Rule]:
    """Yield the rules that EC2 adds to a group without any egress rule.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    """
    for block in ("0.0.0.0/0", "::/0"):
        if found := network(block):
            yield Rule(located, "SecurityGroupEgress", "Egress", EVERYTHING, found)


def _rules_of_their_own(site: Site) -> Mapping[Key, list[Rule]]:
    found: dict[Key, list[Rule]] = defaultdict(list)
    for direction in DIRECTIONS:
        for located in site.resources(f"{GROUP}{direction}"):
            owner = located.resource.properties.get("GroupId")
            if isinstance(owner, Reference):
                found[owner.resource] += _read(located, located.resource.properties, direction)
    return found


def _read(located: Located, given: Mapping[str, Value], direction: str) -> Iterator[Rule]:
    ports = read_ports(given.get("IpProtocol"), given.get("FromPort"), given.get("ToPort"))
    side = "Source" if direction == "Ingress" else "Destination"
    readers: dict[str, Callable[[Value], Peer]] = {
        "CidrIp": _range,
        "CidrIpv6": _range,
        f"{side}SecurityGroupId": _members,
        f"{side}SecurityGroupName": _members,
        f"{side}PrefixListId": lambda value: Listed(str(value)),
    }
    for key, read in readers.items():
        if key in given:
            yield Rule(located, key, direction, ports, read(given[key]))


def _range(value: Value) -> Peer:
    return network(value) or Untold(f"{value!s}")


def _members(value: Value) -> Peer:
    return value.resource if isinstance(value, Reference) else Untold(f"security group {value}")
