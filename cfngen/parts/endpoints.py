"""VPC endpoints: ways to AWS's services that do not leave AWS's network."""

from __future__ import annotations

from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, ec2

from .metadata import context
from .security_groups import SecurityGroups, nowhere, security_group
from .tags import name_tag

GATEWAY_SERVICES = ("s3", "dynamodb")
"""Services whose endpoint is a route, which costs nothing."""

INTERFACE_SERVICES = (
    ("Ssm", "ssm", "Session Manager, Run Command and Patch Manager"),
    ("SsmMessages", "ssmmessages", "Session Manager's channels"),
    ("Ec2Messages", "ec2messages", "Run Command's channel"),
    ("Logs", "logs", "logs of instances"),
    ("Monitoring", "monitoring", "metrics of instances"),
    ("SecretsManager", "secretsmanager", "the database's password"),
    ("Kms", "kms", "decrypting with the region's keys"),
    ("Sts", "sts", "temporary credentials"),
    ("CloudFormation", "cloudformation", "cfn-signal, by which an instance says that it started"),
)
"""Title, service and use of each endpoint in the private subnets: what instances call while they run."""


def gateway_endpoints(template: Template, vpc: ec2.VPC, route_tables: AWSHelperFn) -> None:
    """Add the gateway endpoints to the route tables; their policies stay open.

    A narrow S3 policy breaks SSM, patching and package repositories, which are buckets of AWS's.
    """
    for service in GATEWAY_SERVICES:
        template.add_resource(
            ec2.VPCEndpoint(
                f"{service.capitalize()}Endpoint",
                Metadata=context(f"Traffic to {service} stays inside AWS, and past the NAT gateways' charge."),
                RouteTableIds=route_tables,
                ServiceName=Sub("com.amazonaws.${AWS::Region}." + service),
                Tags=name_tag(template, service),
                VpcEndpointType="Gateway",
                VpcId=Ref(vpc),
            )
        )


def interface_endpoints(
    template: Template, vpc: ec2.VPC, subnets: AWSHelperFn, groups: SecurityGroups, condition: str
) -> None:
    """Add the interface endpoints and their security group, where `condition` holds."""
    group = _security_group(template, vpc, groups, condition)
    for title, service, use in INTERFACE_SERVICES:
        template.add_resource(
            ec2.VPCEndpoint(
                f"{title}Endpoint",
                Condition=condition,
                Metadata=context(f"A private way for {use}."),
                PrivateDnsEnabled=True,
                SecurityGroupIds=[GetAtt(group, "GroupId")],
                ServiceName=Sub("com.amazonaws.${AWS::Region}." + service),
                SubnetIds=subnets,
                Tags=name_tag(template, service),
                VpcEndpointType="Interface",
                VpcId=Ref(vpc),
            )
        )


def _security_group(template: Template, vpc: ec2.VPC, groups: SecurityGroups, condition: str) -> ec2.SecurityGroup:
    why = "The interface endpoints: reached by web and app instances only"
    group = security_group(template, vpc, "Endpoint", "endpoints", why, nowhere())
    group.resource["Condition"] = condition
    group.SecurityGroupIngress = [_from(groups.web), _from(groups.app)]
    return group


def _from(group: ec2.SecurityGroup) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
        SourceSecurityGroupId=GetAtt(group, "GroupId"),
        Description=f"From {group.title}",
    )
