"""Networks: VPCs, subnets, internet gateways, routes and DHCP options.

Not represented: IPAM pools, IPv6 pools, VPC encryption control, and of a subnet DNS64, Outposts and name options.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .api import Properties, attributes, changed, dropped_tags, gone, new_tags, pick, send, text, truth
from .handler import Handler, Made, Request

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def tag(request: Request, resource_id: str) -> None:
    """Give a resource of EC2 its tags: the new ones, and none that were dropped."""
    ec2, new, dropped = request.clients("ec2"), new_tags(request), dropped_tags(request)
    if new:
        ec2.create_tags(Resources=[resource_id], Tags=new)
    if dropped:
        ec2.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in dropped])


def tagged(*names: str) -> Callable[[Request], Made]:
    """Return the update of a resource of EC2 of which only the tags can change; `names` are `GetAtt`'s for its id."""

    def update(request: Request) -> Made:
        tag(request, request.physical_id)
        return Made(request.physical_id, dict.fromkeys(names, request.physical_id))

    return update


def _filter(name: str, value: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]}]


def _create_vpc(r: Request) -> Made:
    return _finish_vpc(r, send(r.clients("ec2").create_vpc, r.properties)["Vpc"]["VpcId"])


def _finish_vpc(r: Request, vpc_id: str) -> Made:
    ec2 = r.clients("ec2")
    for name, value in changed(r, "EnableDnsSupport", "EnableDnsHostnames").items():
        ec2.modify_vpc_attribute(VpcId=vpc_id, **{name: {"Value": truth(value)}})
    tag(r, vpc_id)
    vpc = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    acls = ec2.describe_network_acls(Filters=[*_filter("vpc-id", vpc_id), *_filter("default", "true")])["NetworkAcls"]
    groups = ec2.describe_security_groups(Filters=[*_filter("vpc-id", vpc_id), *_filter("group-name", "default")])
    return Made(
        vpc_id,
        {
            **attributes(r.properties, "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy"),
            "VpcId": vpc_id,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [a["AssociationId"] for a in vpc["CidrBlockAssociationSet"]],
            "Ipv6CidrBlocks": [a["Ipv6CidrBlock"] for a in vpc.get("Ipv6CidrBlockAssociationSet", ())],
            "DefaultNetworkAcl": acls[0]["NetworkAclId"],
            "DefaultSecurityGroup": groups["SecurityGroups"][0]["GroupId"],
        },
    )


def _create_subnet(r: Request) -> Made:
    return _finish_subnet(r, send(r.clients("ec2").create_subnet, r.properties)["Subnet"]["SubnetId"])


def _finish_subnet(r: Request, subnet_id: str) -> Made:
    ec2 = r.clients("ec2")
    for name, value in changed(r, "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation").items():
        ec2.modify_subnet_attribute(SubnetId=subnet_id, **{name: {"Value": truth(value)}})
    tag(r, subnet_id)
    subnet = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    acls = ec2.describe_network_acls(Filters=_filter("association.subnet-id", subnet_id))["NetworkAcls"]
    mine = [a["NetworkAclAssociationId"] for acl in acls for a in acl["Associations"] if a["SubnetId"] == subnet_id]
    known = attributes(subnet, "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId", "MapPublicIpOnLaunch")
    return Made(
        subnet_id,
        {**known, "SubnetId": subnet_id, "NetworkAclAssociationId": mine[0], "Ipv6CidrBlocks": []},
    )


def _create_internet_gateway(r: Request) -> Made:
    gateway = r.clients("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    tag(r, gateway)
    return Made(gateway, {"InternetGatewayId": gateway})


def _create_attachment(r: Request) -> Made:
    send(r.clients("ec2").attach_internet_gateway, r.properties)
    return Made(f"IGW|{r.properties['VpcId']}", {"AttachmentType": "IGW"})


def _update_attachment(r: Request) -> Made:
    gone(r.clients("ec2").detach_internet_gateway, r.before)
    return _create_attachment(r)


def _create_route_table(r: Request) -> Made:
    table = send(r.clients("ec2").create_route_table, r.properties)["RouteTable"]["RouteTableId"]
    tag(r, table)
    return Made(table, {"RouteTableId": table})


def _route(properties: Properties) -> Made:
    destination = text(next(iter(pick(properties, *_DESTINATIONS).values())))
    return Made(f"{properties['RouteTableId']}|{destination}", {"CidrBlock": destination})


def _create_route(r: Request) -> Made:
    send(r.clients("ec2").create_route, r.properties)
    return _route(r.properties)


def _update_route(r: Request) -> Made:
    send(r.clients("ec2").replace_route, r.properties)
    return _route(r.properties)


def _delete_route(r: Request) -> None:
    gone(r.clients("ec2").delete_route, pick(r.properties, "RouteTableId", *_DESTINATIONS))


def _create_association(r: Request) -> Made:
    association = send(r.clients("ec2").associate_route_table, r.properties)["AssociationId"]
    return Made(association, {"Id": association})


def _create_dhcp_options(r: Request) -> Made:
    names = {
        "DomainName": "domain-name",
        "DomainNameServers": "domain-name-servers",
        "NtpServers": "ntp-servers",
        "NetbiosNameServers": "netbios-name-servers",
        "NetbiosNodeType": "netbios-node-type",
    }
    given = pick(r.properties, *names).items()
    options = [{"Key": names[n], "Values": list(map(text, v if isinstance(v, list) else [v]))} for n, v in given]
    made = r.clients("ec2").create_dhcp_options(DhcpConfigurations=options)["DhcpOptions"]["DhcpOptionsId"]
    tag(r, made)
    return Made(made, {"DhcpOptionsId": made})


def _create_dhcp_association(r: Request) -> Made:
    send(r.clients("ec2").associate_dhcp_options, r.properties)
    return Made(f"{r.properties['DhcpOptionsId']}|{r.properties['VpcId']}")


HANDLERS: Mapping[str, Handler] = {
    "AWS::EC2::VPC": Handler(
        _create_vpc,
        lambda r: gone(r.clients("ec2").delete_vpc, VpcId=r.physical_id),
        lambda r: _finish_vpc(r, r.physical_id),
    ),
    "AWS::EC2::Subnet": Handler(
        _create_subnet,
        lambda r: gone(r.clients("ec2").delete_subnet, SubnetId=r.physical_id),
        lambda r: _finish_subnet(r, r.physical_id),
    ),
    "AWS::EC2::InternetGateway": Handler(
        _create_internet_gateway,
        lambda r: gone(r.clients("ec2").delete_internet_gateway, InternetGatewayId=r.physical_id),
        tagged("InternetGatewayId"),
    ),
    "AWS::EC2::VPCGatewayAttachment": Handler(
        _create_attachment,
        lambda r: gone(r.clients("ec2").detach_internet_gateway, r.properties),
        _update_attachment,
    ),
    "AWS::EC2::RouteTable": Handler(
        _create_route_table,
        lambda r: gone(r.clients("ec2").delete_route_table, RouteTableId=r.physical_id),
        tagged("RouteTableId"),
    ),
    "AWS::EC2::Route": Handler(_create_route, _delete_route, _update_route),
    "AWS::EC2::SubnetRouteTableAssociation": Handler(
        _create_association,
        lambda r: gone(r.clients("ec2").disassociate_route_table, AssociationId=r.physical_id),
    ),
    "AWS::EC2::DHCPOptions": Handler(
        _create_dhcp_options,
        lambda r: gone(r.clients("ec2").delete_dhcp_options, DhcpOptionsId=r.physical_id),
        tagged("DhcpOptionsId"),
    ),
    "AWS::EC2::VPCDHCPOptionsAssociation": Handler(
        _create_dhcp_association,
        lambda r: gone(r.clients("ec2").associate_dhcp_options, VpcId=r.properties["VpcId"], DhcpOptionsId="default"),
    ),
}
