"""Tiers of the network: rows of subnets, one in each of two or three zones.

The VPC is cut into /24 blocks, four to a tier: three zones and a spare. So any VPC from /16 to /20
works, each tier is one /22 that a network ACL can name, and a subnet has 251 addresses (AWS keeps
five). Two subnets hold 502 instances of a fleet: doubling one of 8, even twice over, needs 32.
A /16 keeps 15 of its 16 /20 blocks for what comes later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troposphere import AWSHelperFn, Cidr, GetAZs, If, Ref, Select, Template, ec2

from .metadata import context
from .tags import name_tag

ZONES = (1, 2, 3)
HAS_THIRD_ZONE = "HasThirdZone"
"""Name of the condition that the network layer declares."""

_SUBNETS = 16
_SUBNET_BITS = 8
_TIERS = 4
_TIER_BITS = 10


@dataclass(frozen=True)
class Tier:
    """A row of subnets with one address block; `row` counts /22 blocks from the start of the VPC."""

    title: str
    name: str
    row: int
    why: str


WEB = Tier("Web", "web-pub", 0, "Public: holds the web balancer and the NAT gateways, and no instance.")
WEB_FLEET = Tier("WebFleet", "web-priv", 1, "Private: holds the web instances, which only the web balancer reaches.")
APP = Tier("App", "app-priv", 2, "Private: holds the app balancer, the app instances and the interface endpoints.")
DB = Tier("Db", "db-priv", 3, "Private: holds the database, without a way in from or out to the internet.")
TIERS = (WEB, WEB_FLEET, APP, DB)


def tier_block(vpc_cidr: Ref, tier: Tier) -> Select:
    """Return the address block of a whole tier, a /22."""
    return Select(tier.row, Cidr(vpc_cidr, _TIERS, _TIER_BITS))


def subnets(template: Template, vpc: ec2.VPC, vpc_cidr: Ref) -> dict[Tier, tuple[ec2.Subnet, ...]]:
    """Add every subnet and return each tier's, in the order of zones; the third may not exist."""
    return {tier: tuple(_subnet(template, vpc, vpc_cidr, tier, zone) for zone in ZONES) for tier in TIERS}


def in_zone(zone: int) -> dict[str, str]:
    """Return the arguments of a resource that make it exist only where its zone is used."""
    return {"Condition": HAS_THIRD_ZONE} if zone == ZONES[-1] else {}


def in_each_zone(values: Sequence[AWSHelperFn]) -> If:
    """Return the list of one value per zone, with as many as there are zones."""
    return If(HAS_THIRD_ZONE, list(values), list(values[:-1]))


def _subnet(template: Template, vpc: ec2.VPC, vpc_cidr: Ref, tier: Tier, zone: int) -> ec2.Subnet:
    return template.add_resource(
        ec2.Subnet(
            f"{tier.title}Subnet{zone}",
            **in_zone(zone),
            Metadata=context(tier.why, mutable="change-with-constraints"),
            AvailabilityZone=Select(zone - 1, GetAZs("")),
            CidrBlock=Select(tier.row * _TIERS + zone - 1, Cidr(vpc_cidr, _SUBNETS, _SUBNET_BITS)),
            MapPublicIpOnLaunch=False,
            Tags=name_tag(template, f"{tier.name}-{zone}"),
            VpcId=Ref(vpc),
        )
    )
