"""The region's network: VPC, subnets, NAT, network ACLs, security groups, endpoints and flow logs.

Four tiers in two or three zones. Only balancers and NAT gateways are in public subnets; the web and
app fleets are in private ones with a way out through NAT; the database has no way out at all. Web
reaches app only through its balancer, and only app reaches the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troposphere import And, Condition, Equals, GetAtt, If, Not, Parameter, Ref, Template, ec2

from ..layer import Wire, give, setting, take
from ..parts import routes, tiers
from ..parts.endpoints import gateway_endpoints, interface_endpoints
from ..parts.engines import engine_value
from ..parts.flow_logs import flow_log
from ..parts.metadata import context, suppress
from ..parts.network_acls import network_acls
from ..parts.security_groups import SecurityGroups, WebIngress, security_groups
from ..parts.tags import name_tag
from . import keys

VPC_ID = Wire("VpcId", "AWS::EC2::VPC::Id", "The VPC.")
WEB_SUBNET_IDS = Wire(
    "WebSubnetIds",
    "List<AWS::EC2::Subnet::Id>",
    "Public subnets, for the internet-facing balancer; instances go to WebFleetSubnetIds.",
)
WEB_FLEET_SUBNET_IDS = Wire(
    "WebFleetSubnetIds",
    "List<AWS::EC2::Subnet::Id>",
    "Private subnets of the web instances; their way out is NAT.",
)
APP_SUBNET_IDS = Wire(
    "AppSubnetIds",
    "List<AWS::EC2::Subnet::Id>",
    "Private subnets of the internal balancer and the app instances; their way out is NAT.",
)
DB_SUBNET_IDS = Wire("DbSubnetIds", "List<AWS::EC2::Subnet::Id>", "Private subnets of the database; no way out.")
NAT_GATEWAY_IDS = Wire("NatGatewayIds", "CommaDelimitedList", "The NAT gateways, in the order of zones.")

_GROUP = "AWS::EC2::SecurityGroup::Id"
WEB_LOAD_BALANCER_SECURITY_GROUP_ID = Wire(
    "WebLoadBalancerSecurityGroupId", _GROUP, "Admits users to the web balancer on 80 and 443."
)
WEB_TCP_SECURITY_GROUP_ID = Wire(
    "WebTcpSecurityGroupId", _GROUP, "Admits WebTcpIngressCidr to the web balancer on WebTcpPort; closed by default."
)
WEB_SECURITY_GROUP_ID = Wire("WebSecurityGroupId", _GROUP, "Admits the web balancer to web instances on 80 and 443.")
APP_LOAD_BALANCER_SECURITY_GROUP_ID = Wire(
    "AppLoadBalancerSecurityGroupId", _GROUP, "Admits web instances to the app balancer on 8080."
)
APP_SECURITY_GROUP_ID = Wire("AppSecurityGroupId", _GROUP, "Admits the app balancer to app instances on 80 and 443.")
DATABASE_SECURITY_GROUP_ID = Wire(
    "DatabaseSecurityGroupId", _GROUP, "Admits app instances to the database on the engine's port."
)

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_CIDR = f"({_OCTET}\\.){{3}}{_OCTET}/([0-9]|[12][0-9]|3[0-2])"
_PRIVATE = f"(10\\.{_OCTET}|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.{_OCTET}\\.{_OCTET}"

VPC_CIDR = Parameter(
    "VpcCidr",
    Type="String",
    AllowedPattern=f"{_PRIVATE}/(1[6-9]|20)",
    ConstraintDescription="must be a private range of /16 to /20, such as 10.0.0.0/16",
    Description="Private address range of the VPC, /16 to /20, that overlaps no other of the environment.",
)
ZONE_COUNT = Parameter(
    "ZoneCount",
    Type="Number",
    Default="2",
    AllowedValues=["2", "3"],
    Description="Availability zones to spread over.",
)
NAT_GATEWAYS = Parameter(
    "NatGateways",
    Type="String",
    Default="per-zone",
    AllowedValues=["per-zone", "single"],
    Description="A NAT gateway in each zone, or one for all: cheaper, but lost with its zone.",
)
PRIVATE_ENDPOINTS = Parameter(
    "PrivateEndpoints",
    Type="String",
    Default="true",
    AllowedValues=["true", "false"],
    Description="Interface endpoints to AWS in each zone; without them that traffic takes the NAT gateways.",
)
WEB_INGRESS_CIDR = Parameter(
    "WebIngressCidr",
    Type="String",
    Default="0.0.0.0/0",
    AllowedPattern=_CIDR,
    Description="Who may reach the web balancer on 80 and 443, while CloudFront is not in front.",
)
EDGE_PREFIX_LIST_ID = Parameter(
    "EdgePrefixListId",
    Type="String",
    Default="",
    AllowedPattern="(pl-[0-9a-f]{8,17})?",
    ConstraintDescription="must be the id of a prefix list, such as pl-3b927c52, or empty",
    Description="The region's prefix list of CloudFront, which then is all that reaches the web balancer.",
)
WEB_TCP_INGRESS_CIDR = Parameter(
    "WebTcpIngressCidr",
    Type="String",
    Default="",
    AllowedPattern=f"({_CIDR})?",
    Description="Who may reach the web balancer on WebTcpPort; nobody when empty.",
)
WEB_TCP_PORT = Parameter(
    "WebTcpPort",
    Type="Number",
    Default="8443",
    MinValue=1024,
    MaxValue=65535,
    Description="Port of the web balancer's TCP listener, which forwards to 443 of the web instances.",
)

_HAS_WEB_TCP = "HasWebTcp"
_IS_BEHIND_EDGE, _IS_DIRECT = "IsBehindEdge", "IsDirect"
_HAS_PRIVATE_ENDPOINTS = "HasPrivateEndpoints"


def build(template: Template) -> None:
    """Add the VPC and all that decides who reaches whom in it."""
    _conditions(template)
    vpc_cidr = setting(template, VPC_CIDR)
    database_port = engine_value(template, "Port")
    vpc = _vpc(template, vpc_cidr)
    subnets = tiers.subnets(template, vpc, vpc_cidr)
    ways_out = routes.routes(template, vpc, subnets)
    network_acls(template, vpc, vpc_cidr, subnets, database_port, _IS_DIRECT)
    groups = security_groups(template, vpc, _web_ingress(template), database_port)
    gateway_endpoints(template, vpc, ways_out.tables)
    interface_endpoints(template, vpc, _ids(subnets[tiers.APP]), groups, _HAS_PRIVATE_ENDPOINTS)
    flow_log(template, vpc, take(template, keys.LOGS_KEY_ARN))
    give(template, VPC_ID, Ref(vpc))
    give(template, NAT_GATEWAY_IDS, ways_out.nat_gateways)
    _give_subnets(template, subnets)
    _give_groups(template, groups)


def _conditions(template: Template) -> None:
    per_zone = Equals(setting(template, NAT_GATEWAYS), "per-zone")
    third_zone = Equals(setting(template, ZONE_COUNT), "3")
    template.add_condition(tiers.HAS_THIRD_ZONE, third_zone)
    template.add_condition(routes.HAS_SECOND_NAT, per_zone)
    template.add_condition(routes.HAS_THIRD_NAT, And(per_zone, third_zone))
    template.add_condition(_HAS_PRIVATE_ENDPOINTS, Equals(setting(template, PRIVATE_ENDPOINTS), "true"))
    template.add_condition(_IS_DIRECT, Equals(setting(template, EDGE_PREFIX_LIST_ID), ""))
    template.add_condition(_IS_BEHIND_EDGE, Not(Condition(_IS_DIRECT)))
    template.add_condition(_HAS_WEB_TCP, Not(Equals(setting(template, WEB_TCP_INGRESS_CIDR), "")))


def _vpc(template: Template, cidr: Ref) -> ec2.VPC:
    vpc = ec2.VPC(
        "Vpc",
        Metadata=context(
            "One private network per environment and region; ranges never overlap, so they can be joined later.",
            must=("keep its address range",),
            mutable="change-with-constraints",
        ),
        CidrBlock=cidr,
        EnableDnsHostnames=True,
        EnableDnsSupport=True,
        Tags=name_tag(template, "vpc"),
    )
    suppress(
        vpc,
        "CloudFormation cannot empty the default security group; nothing here uses it: every interface names its own.",
        nag=("HIPAA.Security-VPCDefaultSecurityGroupClosed", "NIST.800.53.R5-VPCDefaultSecurityGroupClosed"),
    )
    return template.add_resource(vpc)


def _web_ingress(template: Template) -> WebIngress:
    return WebIngress(
        cidr=setting(template, WEB_INGRESS_CIDR),
        edge=setting(template, EDGE_PREFIX_LIST_ID),
        edge_condition=_IS_BEHIND_EDGE,
        direct_condition=_IS_DIRECT,
        tcp_cidr=setting(template, WEB_TCP_INGRESS_CIDR),
        tcp_port=setting(template, WEB_TCP_PORT),
        tcp_condition=_HAS_WEB_TCP,
    )


def _give_subnets(template: Template, subnets: Mapping[tiers.Tier, Sequence[ec2.Subnet]]) -> None:
    give(template, WEB_SUBNET_IDS, _ids(subnets[tiers.WEB]))
    give(template, WEB_FLEET_SUBNET_IDS, _ids(subnets[tiers.WEB_FLEET]))
    give(template, APP_SUBNET_IDS, _ids(subnets[tiers.APP]))
    give(template, DB_SUBNET_IDS, _ids(subnets[tiers.DB]))


def _ids(subnets: Sequence[ec2.Subnet]) -> If:
    return tiers.in_each_zone([Ref(subnet) for subnet in subnets])


def _give_groups(template: Template, groups: SecurityGroups) -> None:
    give(template, WEB_LOAD_BALANCER_SECURITY_GROUP_ID, GetAtt(groups.web_load_balancer, "GroupId"))
    give(template, WEB_TCP_SECURITY_GROUP_ID, GetAtt(groups.web_tcp, "GroupId"))
    give(template, WEB_SECURITY_GROUP_ID, GetAtt(groups.web, "GroupId"))
    give(template, APP_LOAD_BALANCER_SECURITY_GROUP_ID, GetAtt(groups.app_load_balancer, "GroupId"))
    give(template, APP_SECURITY_GROUP_ID, GetAtt(groups.app, "GroupId"))
    give(template, DATABASE_SECURITY_GROUP_ID, GetAtt(groups.database, "GroupId"))
