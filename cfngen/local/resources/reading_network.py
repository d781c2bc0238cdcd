"""Readers of networks: groups and their rules, routes, subnets, gateways, each with its tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .api import tag_map, text
from .handler import Request
from .reader import Neighbour, Pairs, Reader

_PEERS = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("UserIdGroupPairs", "GroupId"),
    ("PrefixListIds", "PrefixListId"),
)
_TARGETS = ("GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "VpcPeeringConnectionId")
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def rule_of(rule: Mapping[str, Any]) -> str:
    """Return a rule of a template as one line: protocol, ports and peer."""
    names = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId")
    peers = [rule[name] for name in (*names, "SourcePrefixListId", "DestinationPrefixListId") if rule.get(name)]
    return _line(rule, text(peers[0]) if peers else "")


def rules_of(permissions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the rules that EC2 tells, each as `rule_of` spells it."""
    for permission in permissions:
        for kind, key in _PEERS:
            yield from (_line(permission, peer[key]) for peer in permission.get(kind, ()))


def _line(rule: Mapping[str, Any], peer: str) -> str:
    protocol = text(rule["IpProtocol"])
    if protocol == "-1":
        return f"all {peer}"
    return f"{protocol} {text(rule.get('FromPort', -1))}-{text(rule.get('ToPort', -1))} {peer}"


def _group(r: Request, neighbours: Sequence[Neighbour]) -> Pairs:
    found = r.clients("ec2").describe_security_groups(GroupIds=[r.physical_id])["SecurityGroups"][0]
    pairs = {"Tags": (tag_map(r.properties), _tags(r))}
    for prop, told in (("SecurityGroupIngress", "IpPermissions"), ("SecurityGroupEgress", "IpPermissionsEgress")):
        own = {rule_of(rule) for rule in r.properties.get(prop, ())}
        if prop == "SecurityGroupEgress" and not own:
            own = {"all 0.0.0.0/0"}
        theirs = {rule_of(each.properties) for each in neighbours if _adds(each, prop, r.physical_id)}
        actual = set(rules_of(found[told])) - (theirs - own)
        pairs[prop] = (sorted(own), sorted(actual))  # type: ignore[assignment] # pairs of any kind
    return pairs


def _adds(each: Neighbour, prop: str, group: str) -> bool:
    return each.type == f"AWS::EC2::{prop}" and each.properties.get("GroupId") == group


def _rule(told: str) -> Reader:
    def read(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
        groups = r.clients("ec2").describe_security_groups(GroupIds=[r.properties["GroupId"]])["SecurityGroups"]
        return {} if rule_of(r.properties) in set(rules_of(groups[0][told])) else None

    return read


def _route(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    tables = r.clients("ec2").describe_route_tables(RouteTableIds=[r.properties["RouteTableId"]])["RouteTables"]
    wanted = {name: r.properties[name] for name in _DESTINATIONS if name in r.properties}
    for route in tables[0]["Routes"]:
        if all(route.get(name) == value for name, value in wanted.items()):
            given = [name for name in _TARGETS if name in r.properties]
            return {name: (text(r.properties[name]), text(route.get(name, ""))) for name in given}
    return None


def _described(method: str, ids: str, rows: str, *names: str) -> Reader:
    """Return the reader of a resource of EC2 that is described by its id: tags, and properties of the same names."""

    def read(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
        found = _call(r, method)(**{ids: [r.physical_id]})[rows]
        if not found or found[0].get("State") in ("deleted", "deleting"):
            return None
        given = [name for name in names if name in r.properties]
        pairs = {name: (text(r.properties[name]), text(found[0].get(name, ""))) for name in given}
        return pairs | ({"Tags": (tag_map(r.properties), _tags(r))} if "Tags" in r.properties else {})

    return read


def _call(r: Request, method: str) -> Callable[..., Any]:
    ec2 = r.clients("ec2")
    calls: Mapping[str, Callable[..., Any]] = {
        "vpcs": ec2.describe_vpcs,
        "subnets": ec2.describe_subnets,
        "route tables": ec2.describe_route_tables,
        "internet gateways": ec2.describe_internet_gateways,
        "nat gateways": ec2.describe_nat_gateways,
        "endpoints": ec2.describe_vpc_endpoints,
        "launch templates": ec2.describe_launch_templates,
        "network acls": ec2.describe_network_acls,
        "flow logs": ec2.describe_flow_logs,
    }
    return calls[method]


def _tags(r: Request) -> dict[str, str]:
    """Return the tags that a resource has, but for AWS's own."""
    wanted = [{"Name": "resource-id", "Values": [r.physical_id]}]
    rows = r.clients("ec2").describe_tags(Filters=wanted)["Tags"]
    return {row["Key"]: row["Value"] for row in rows if not row["Key"].startswith("aws:")}


NETWORK: Mapping[str, Reader] = {
    "AWS::EC2::FlowLog": _described("flow logs", "FlowLogIds", "FlowLogs", "TrafficType"),
    "AWS::EC2::InternetGateway": _described("internet gateways", "InternetGatewayIds", "InternetGateways"),
    "AWS::EC2::LaunchTemplate": _described("launch templates", "LaunchTemplateIds", "LaunchTemplates"),
    "AWS::EC2::NatGateway": _described("nat gateways", "NatGatewayIds", "NatGateways", "SubnetId"),
    "AWS::EC2::NetworkAcl": _described("network acls", "NetworkAclIds", "NetworkAcls", "VpcId"),
    "AWS::EC2::Route": _route,
    "AWS::EC2::RouteTable": _described("route tables", "RouteTableIds", "RouteTables", "VpcId"),
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::SecurityGroupEgress": _rule("IpPermissionsEgress"),
    "AWS::EC2::SecurityGroupIngress": _rule("IpPermissions"),
    "AWS::EC2::Subnet": _described("subnets", "SubnetIds", "Subnets", "CidrBlock", "VpcId", "MapPublicIpOnLaunch"),
    "AWS::EC2::VPC": _described("vpcs", "VpcIds", "Vpcs", "CidrBlock"),
    "AWS::EC2::VPCEndpoint": _described("endpoints", "VpcEndpointIds", "VpcEndpoints", "ServiceName", "VpcId"),
}
