"""Network ACLs: what may cross from tier to tier, whatever the security groups say.

ACLs are stateless, so each answer needs a rule too. Balancers, NAT gateways and Windows choose
ephemeral ports from 1024 to 65535 between them, so answers are let in on all of those; who may open
a connection there is decided by security groups, none of which admits RDP.
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from troposphere import AWSHelperFn, If, Ref, Template, ec2

from .metadata import context
from .security_groups import APP_BALANCER_PORT, Port
from .tags import name_tag
from .tiers import APP, DB, TIERS, WEB, WEB_FLEET, Tier, in_zone, tier_block

ANYWHERE = "0.0.0.0/0"
EPHEMERAL = (1024, 65535)
TCP = 6

Peer: TypeAlias = str | AWSHelperFn


@dataclass(frozen=True)
class AclRule:
    """Allow TCP from (inbound) or to (outbound) a block of addresses on a range of ports.

    `number` orders rules and is taken until the old rule is gone, so it is written down, not counted.
    """

    number: int
    name: str
    peer: Peer
    ports: tuple[Port, Port]
    why: str


@dataclass(frozen=True)
class AclRules:
    """What a tier lets in and out; all else is refused."""

    inbound: tuple[AclRule, ...]
    outbound: tuple[AclRule, ...]


def network_acls(
    template: Template,
    vpc: ec2.VPC,
    vpc_cidr: Ref,
    subnets: Mapping[Tier, Sequence[ec2.Subnet]],
    database_port: Port,
    direct: str,
) -> None:
    """Add the ACL of each tier and put it on the tier's subnets.

    `direct` is the condition under which users arrive without CloudFront, and on port 80 too.
    """
    rules = _rules({tier: tier_block(vpc_cidr, tier) for tier in TIERS}, database_port, direct)
    for tier in TIERS:
        _network_acl(template, vpc, tier, subnets[tier], rules[tier])


def _rules(blocks: Mapping[Tier, Peer], database_port: Port, direct: str) -> Mapping[Tier, AclRules]:
    return {
        WEB: _web_rules(blocks[WEB_FLEET], blocks[APP], direct),
        WEB_FLEET: _web_fleet_rules(blocks[WEB], blocks[APP]),
        APP: _app_rules(blocks[WEB_FLEET], blocks[APP], blocks[DB], database_port),
        DB: _database_rules(blocks[APP], database_port),
    }


def _web_rules(web_fleet: Peer, app: Peer, direct: str) -> AclRules:
    return AclRules(
        inbound=(
            _http(100, If(direct, ANYWHERE, web_fleet), "Users if they come directly; web instances on their way out."),
            _https(110, ANYWHERE, "Users, and private instances on their way out."),
            _answers(120, ANYWHERE, "Answers to NAT and the web balancer; users of WebTcpPort, which is over 1023."),
            AclRule(130, "HttpOfApp", app, (80, 80), "App instances on their way out."),
        ),
        outbound=(
            _http(100, ANYWHERE, "To web instances, and out for private instances."),
            _https(110, ANYWHERE, "To web instances, and out for private instances."),
            _answers(120, ANYWHERE, "Answers to users and private instances."),
        ),
    )


def _web_fleet_rules(web: Peer, app: Peer) -> AclRules:
    return AclRules(
        inbound=(
            _http(100, web, "The web balancer."),
            _https(110, web, "The web balancer."),
            _answers(120, ANYWHERE, "Answers from the app balancer, AWS and updates."),
        ),
        outbound=(
            _http(100, ANYWHERE, "Updates and revocation lists."),
            _https(110, ANYWHERE, "AWS and updates."),
            AclRule(120, "App", app, (APP_BALANCER_PORT, APP_BALANCER_PORT), "The app balancer."),
            _answers(130, web, "Answers to the web balancer."),
        ),
    )


def _app_rules(web_fleet: Peer, app: Peer, database: Peer, database_port: Port) -> AclRules:
    return AclRules(
        inbound=(
            AclRule(100, "App", web_fleet, (APP_BALANCER_PORT, APP_BALANCER_PORT), "Web instances."),
            AclRule(110, "Endpoints", web_fleet, (443, 443), "Web instances."),
            _http(120, app, "The app balancer in another zone."),
            _https(130, app, "The app balancer in another zone, and app instances to the interface endpoints."),
            _answers(140, ANYWHERE, "Answers from the database, AWS and updates."),
        ),
        outbound=(
            _http(100, ANYWHERE, "To app instances in another zone; updates and revocation lists."),
            _https(110, ANYWHERE, "To app instances in another zone; AWS and updates."),
            AclRule(120, "Database", database, (database_port, database_port), "App instances to the database."),
            _answers(130, web_fleet, "Answers to web instances."),
            _answers(140, app, "Answers to the app balancer in another zone.", "AnswersWithinTier"),
        ),
    )


def _database_rules(app: Peer, database_port: Port) -> AclRules:
    return AclRules(
        inbound=(AclRule(100, "Database", app, (database_port, database_port), "App instances, and nobody else."),),
        outbound=(_answers(100, app, "Answers to app instances."),),
    )


def _http(number: int, peer: Peer, why: str) -> AclRule:
    return AclRule(number, "Http", peer, (80, 80), why)


def _https(number: int, peer: Peer, why: str) -> AclRule:
    return AclRule(number, "Https", peer, (443, 443), why)


def _answers(number: int, peer: Peer, why: str, name: str = "Answers") -> AclRule:
    return AclRule(number, name, peer, EPHEMERAL, why)


def _network_acl(template: Template, vpc: ec2.VPC, tier: Tier, subnets: Sequence[ec2.Subnet], rules: AclRules) -> None:
    acl = template.add_resource(
        ec2.NetworkAcl(
            f"{tier.title}NetworkAcl",
            Metadata=context(f"Second line of defence of the {tier.name} subnets, should a security group be opened."),
            Tags=name_tag(template, tier.name),
            VpcId=Ref(vpc),
        )
    )
    for rule in rules.inbound:
        _entry(template, acl, rule, egress=False)
    for rule in rules.outbound:
        _entry(template, acl, rule, egress=True)
    for zone, subnet in enumerate(subnets, start=1):
        _association(template, acl, subnet, zone)


def _entry(template: Template, acl: ec2.NetworkAcl, rule: AclRule, *, egress: bool) -> None:
    first, last = rule.ports
    template.add_resource(
        ec2.NetworkAclEntry(
            f"{acl.title}{'Out' if egress else 'In'}{rule.name}",
            Metadata=context(rule.why),
            CidrBlock=rule.peer,
            Egress=egress,
            NetworkAclId=Ref(acl),
            PortRange=ec2.PortRange(From=first, To=last),
            Protocol=TCP,
            RuleAction="allow",
            RuleNumber=rule.number,
        )
    )


def _association(template: Template, acl: ec2.NetworkAcl, subnet: ec2.Subnet, zone: int) -> None:
    template.add_resource(
        ec2.SubnetNetworkAclAssociation(
            f"{subnet.title}NetworkAcl",
            **in_zone(zone),
            Metadata=context(f"Else {subnet.title} would have the VPC's default ACL, which allows everything."),
            NetworkAclId=Ref(acl),
            SubnetId=Ref(subnet),
        )
    )
