"""Ways out of the VPC: internet gateway, NAT gateways and the route tables that lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from troposphere import GetAtt, If, Ref, Template, ec2

from .metadata import context, suppress
from .tags import name_tag
from .tiers import APP, DB, WEB, WEB_FLEET, ZONES, Tier, in_each_zone, in_zone

HAS_SECOND_NAT = "HasSecondNat"
HAS_THIRD_NAT = "HasThirdNat"
"""Names of conditions that the network layer declares; the first NAT gateway is always there."""

ANYWHERE = "0.0.0.0/0"

_NAT_CONDITIONS = (None, HAS_SECOND_NAT, HAS_THIRD_NAT)


class Routes(NamedTuple):
    """Lists of what exists: the route tables that instances use, and the NAT gateways."""

    tables: If
    nat_gateways: If


def routes(template: Template, vpc: ec2.VPC, subnets: Mapping[Tier, Sequence[ec2.Subnet]]) -> Routes:
    """Add every gateway, route table and route."""
    attachment = _internet_gateway(template, vpc)
    public = _public_routes(template, vpc, attachment)
    gateways = _nat_gateways(template, subnets[WEB], attachment)
    private = _private_routes(template, vpc, gateways)
    closed = _closed_route_table(template, vpc)
    for zone in ZONES:
        _association(template, subnets[WEB][zone - 1], public, zone)
        _association(template, subnets[WEB_FLEET][zone - 1], private[zone - 1], zone)
        _association(template, subnets[APP][zone - 1], private[zone - 1], zone)
        _association(template, subnets[DB][zone - 1], closed, zone)
    return Routes(in_each_zone([Ref(table) for table in private]), _existing(gateways))


def _existing(gateways: Sequence[ec2.NatGateway]) -> If:
    first, second, third = (Ref(gateway) for gateway in gateways)
    return If(HAS_THIRD_NAT, [first, second, third], If(HAS_SECOND_NAT, [first, second], [first]))


def _internet_gateway(template: Template, vpc: ec2.VPC) -> ec2.VPCGatewayAttachment:
    gateway = template.add_resource(
        ec2.InternetGateway(
            "InternetGateway",
            Metadata=context("The one door to the internet, used by the web balancer and the NAT gateways."),
            Tags=name_tag(template, "internet"),
        )
    )
    return template.add_resource(
        ec2.VPCGatewayAttachment(
            "InternetGatewayAttachment",
            Metadata=context("Puts the door into the VPC; addresses and routes wait for it."),
            InternetGatewayId=Ref(gateway),
            VpcId=Ref(vpc),
        )
    )


def _public_routes(template: Template, vpc: ec2.VPC, attachment: ec2.VPCGatewayAttachment) -> ec2.RouteTable:
    table = _route_table(template, vpc, "Public", "public", "Of the public subnets: out through the internet gateway.")
    route = template.add_resource(
        ec2.Route(
            "PublicDefaultRoute",
            DependsOn=attachment,
            Metadata=context("Users reach the web balancer this way."),
            DestinationCidrBlock=ANYWHERE,
            GatewayId=attachment.InternetGatewayId,
            RouteTableId=Ref(table),
        )
    )
    suppress(
        route,
        "Only the subnets of the internet-facing balancer and the NAT gateways have this route; they hold no instance.",
        nag=("HIPAA.Security-VPCNoUnrestrictedRouteToIGW", "NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW"),
    )
    return table


def _nat_gateways(
    template: Template, public: Sequence[ec2.Subnet], attachment: ec2.VPCGatewayAttachment
) -> tuple[ec2.NatGateway, ...]:
    return tuple(_nat_gateway(template, subnet, attachment, zone) for zone, subnet in enumerate(public, start=1))


def _nat_gateway(
    template: Template, subnet: ec2.Subnet, attachment: ec2.VPCGatewayAttachment, zone: int
) -> ec2.NatGateway:
    condition = _NAT_CONDITIONS[zone - 1]
    where = {"Condition": condition} if condition else {}
    address = template.add_resource(
        ec2.EIP(
            f"NatAddress{zone}",
            **where,
            DependsOn=attachment,
            Metadata=context("The address that others see, and may allow.", mutable="review-required"),
            Domain="vpc",
            Tags=name_tag(template, f"nat-{zone}"),
        )
    )
    return template.add_resource(
        ec2.NatGateway(
            f"NatGateway{zone}",
            **where,
            Metadata=context("Lets private instances out and nobody in; one per zone, so that a zone fails alone."),
            AllocationId=GetAtt(address, "AllocationId"),
            SubnetId=Ref(subnet),
            Tags=name_tag(template, f"nat-{zone}"),
        )
    )


def _private_routes(template: Template, vpc: ec2.VPC, gateways: Sequence[ec2.NatGateway]) -> tuple[ec2.RouteTable, ...]:
    return tuple(_private_route_table(template, vpc, gateways, zone) for zone in ZONES)


def _private_route_table(
    template: Template, vpc: ec2.VPC, gateways: Sequence[ec2.NatGateway], zone: int
) -> ec2.RouteTable:
    why = f"Of zone {zone}'s instances: out through the zone's own NAT gateway, where it has one."
    table = _route_table(template, vpc, f"Private{zone}", f"private-{zone}", why, zone)
    condition = _NAT_CONDITIONS[zone - 1]
    first, own = Ref(gateways[0]), Ref(gateways[zone - 1])
    template.add_resource(
        ec2.Route(
            f"Private{zone}DefaultRoute",
            **in_zone(zone),
            Metadata=context("Updates and AWS's services without an endpoint."),
            DestinationCidrBlock=ANYWHERE,
            NatGatewayId=If(condition, own, first) if condition else own,
            RouteTableId=Ref(table),
        )
    )
    return table


def _closed_route_table(template: Template, vpc: ec2.VPC) -> ec2.RouteTable:
    why = "Of the database: no route but the VPC's own."
    return _route_table(template, vpc, "Db", "db", why)


def _route_table(template: Template, vpc: ec2.VPC, title: str, name: str, why: str, zone: int = 1) -> ec2.RouteTable:
    return template.add_resource(
        ec2.RouteTable(
            f"{title}RouteTable",
            **in_zone(zone),
            Metadata=context(why, mutable="change-with-constraints"),
            Tags=name_tag(template, name),
            VpcId=Ref(vpc),
        )
    )


def _association(template: Template, subnet: ec2.Subnet, table: ec2.RouteTable, zone: int) -> None:
    template.add_resource(
        ec2.SubnetRouteTableAssociation(
            f"{subnet.title}Routes",
            **in_zone(zone),
            Metadata=context(f"Routes {subnet.title} by {table.title}."),
            RouteTableId=Ref(table),
            SubnetId=Ref(subnet),
        )
    )
