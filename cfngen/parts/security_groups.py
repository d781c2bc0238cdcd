"""Security groups of every tier: who may open a connection to whom.

Each group names the next one in its egress; the ingress that answers it is a resource of its own,
because two groups that name each other inside their properties would wait for each other for ever.
Descriptions keep to the characters that EC2 allows, which exclude the apostrophe.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from troposphere import AWSHelperFn, GetAtt, Ref, Template, ec2

from .metadata import context, suppress
from .tags import name_tag

APP_BALANCER_PORT = 8080

Port: TypeAlias = int | AWSHelperFn


@dataclass(frozen=True)
class WebIngress:
    """Who may reach the web balancer: on 80 and 443, and on the TCP port if `tcp_condition` holds.

    While CloudFront is in front (`edge_condition`), only it may, on 443: a prefix list of AWS's, `edge`, which weighs
    about 55 of the 60 rules that a group may have.
    """

    cidr: Ref
    edge: Ref
    edge_condition: str
    direct_condition: str
    tcp_cidr: Ref
    tcp_port: Ref
    tcp_condition: str


@dataclass(frozen=True)
class SecurityGroups:
    """The group of each tier and balancer."""

    web_load_balancer: ec2.SecurityGroup
    web_tcp: ec2.SecurityGroup
    web: ec2.SecurityGroup
    app_load_balancer: ec2.SecurityGroup
    app: ec2.SecurityGroup
    database: ec2.SecurityGroup


def security_group(
    template: Template, vpc: ec2.VPC, title: str, name: str, why: str, *egress: ec2.SecurityGroupRule
) -> ec2.SecurityGroup:
    """Add a group that admits nobody yet and may open connections only as `egress` says."""
    return template.add_resource(
        ec2.SecurityGroup(
            f"{title}SecurityGroup",
            Metadata=context(why, must=("name who may connect, port by port",), mutable="review-required"),
            GroupDescription=why,
            SecurityGroupEgress=list(egress),
            Tags=name_tag(template, name),
            VpcId=Ref(vpc),
        )
    )


def security_groups(template: Template, vpc: ec2.VPC, ingress: WebIngress, database_port: Port) -> SecurityGroups:
    """Add every group, from the database outwards, and the rules that join them."""
    add = partial(security_group, template, vpc)
    updates = _to_updates()
    database = add("Database", "db-tier", "Database, reached by app instances only", nowhere())
    app = add("App", "app-tier", "App instances, reached by their balancer", _to(database, database_port), *updates)
    to_app = (_to(app, 80), _to(app, 443))
    app_balancer = add("AppLoadBalancer", "app-elb", "App balancer, reached by web instances only", *to_app)
    to_app_balancer = _to(app_balancer, APP_BALANCER_PORT)
    web = add("Web", "web-tier", "Web instances, reached by their balancer", to_app_balancer, *updates)
    to_web = (_to(web, 80), _to(web, 443))
    web_balancer = add("WebLoadBalancer", "web-elb", "Web balancer, reached by users", *to_web)
    web_tcp = add("WebTcp", "web-tcp", "TCP listener of the web balancer, closed until a range is given", to_web[1])
    groups = SecurityGroups(web_balancer, web_tcp, web, app_balancer, app, database)
    _join(template, groups, database_port)
    _admit_users(template, groups, ingress)
    return groups


def nowhere() -> ec2.SecurityGroupRule:
    """Return the egress of a group whose members never open a connection.

    A group without any egress rule gets one from AWS that allows everything:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    """
    return ec2.SecurityGroupRule(IpProtocol="-1", CidrIp="127.0.0.1/32", Description="Nowhere")


def _to(group: ec2.SecurityGroup, port: Port) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        DestinationSecurityGroupId=GetAtt(group, "GroupId"),
        Description=f"To {group.title}",
    )


def _to_updates() -> tuple[ec2.SecurityGroupRule, ...]:
    """Let instances fetch updates and call AWS; Windows Update and certificate revocation lists need 80 too."""
    return tuple(
        ec2.SecurityGroupRule(IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp="0.0.0.0/0", Description=why)
        for port, why in ((443, "AWS and updates"), (80, "Updates and revocation lists"))
    )


def _join(template: Template, groups: SecurityGroups, database_port: Port) -> None:
    """Answer each egress between groups with the ingress on its other side."""
    _admit(template, groups.web, groups.web_load_balancer, "Http", 80)
    _admit(template, groups.web, groups.web_load_balancer, "Https", 443)
    _admit(template, groups.app_load_balancer, groups.web, "App", APP_BALANCER_PORT)
    _admit(template, groups.app, groups.app_load_balancer, "Http", 80)
    _admit(template, groups.app, groups.app_load_balancer, "Https", 443)
    _admit(template, groups.database, groups.app, "Engine", database_port)


def _admit(
    template: Template, group: ec2.SecurityGroup, caller: ec2.SecurityGroup, name: str, port: Port
) -> ec2.SecurityGroupIngress:
    return template.add_resource(
        ec2.SecurityGroupIngress(
            f"{group.title}{name}",
            Metadata=context(f"{caller.title} is the only caller on this port."),
            Description=f"From {caller.title}",
            FromPort=port,
            GroupId=GetAtt(group, "GroupId"),
            IpProtocol="tcp",
            SourceSecurityGroupId=GetAtt(caller, "GroupId"),
            ToPort=port,
        )
    )


def _admit_users(template: Template, groups: SecurityGroups, ingress: WebIngress) -> None:
    http = _admit_range(template, groups.web_load_balancer, "Http", ingress.cidr, 80)
    https = _admit_range(template, groups.web_load_balancer, "Https", ingress.cidr, 443)
    tcp = _admit_range(template, groups.web_tcp, "Tcp", ingress.tcp_cidr, ingress.tcp_port)
    for rule in (http, https):
        rule.resource["Condition"] = ingress.direct_condition
    tcp.resource["Condition"] = ingress.tcp_condition
    _admit_edge(template, groups.web_load_balancer, ingress)
    suppress(
        http,
        "The product is public: users arrive on 80 to be sent on to 443. WebIngressCidr narrows who may.",
        checkov=("CKV_AWS_260",),
    )


def _admit_edge(template: Template, group: ec2.SecurityGroup, ingress: WebIngress) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html."""
    template.add_resource(
        ec2.SecurityGroupIngress(
            f"{group.title}Edge",
            Condition=ingress.edge_condition,
            Metadata=context(
                "CloudFront alone, and by TLS; which distribution it is, the secret header says.",
                must=("One port: a second one would pass the quota of rules.",),
                mutable="review-required",
            ),
            Description="From CloudFront",
            FromPort=443,
            GroupId=GetAtt(group, "GroupId"),
            IpProtocol="tcp",
            SourcePrefixListId=ingress.edge,
            ToPort=443,
        )
    )


def _admit_range(
    template: Template, group: ec2.SecurityGroup, name: str, cidr: Ref, port: Port
) -> ec2.SecurityGroupIngress:
    return template.add_resource(
        ec2.SecurityGroupIngress(
            f"{group.title}{name}",
            Metadata=context("Users of the product; a setting says from where.", mutable="review-required"),
            CidrIp=cidr,
            Description="From users",
            FromPort=port,
            GroupId=GetAtt(group, "GroupId"),
            IpProtocol="tcp",
            ToPort=port,
        )
    )
