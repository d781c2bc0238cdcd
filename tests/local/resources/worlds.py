"""An account of the local AWS in which tests make resources with the handlers alone, as the stack engine does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cfngen.local.clients import Clients, clients
from cfngen.local.resources import HANDLERS
from cfngen.local.resources.handler import Made, Request

REGION = "eu-west-1"
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
LIST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}


def trust(service: str = "ec2.amazonaws.com") -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
    }


@dataclass(frozen=True)
class World:
    """One account and region, and what other resources need to be there."""

    app: Any
    account: str
    region: str = REGION
    there: list[tuple[str, Made, Mapping[str, Any]]] = field(default_factory=list)

    @cached_property
    def clients(self) -> Clients:
        return clients(self.app, self.account, self.region)

    def request(self, properties: Mapping[str, Any], name: str = "Thing") -> Request:
        unique = f"stack-{name}-{self.account[-6:]}{len(self.there):06}"
        return Request(self.account, self.region, "stack", "arn:stack", name, unique, properties, self.clients)

    def make(self, type_name: str, properties: Mapping[str, Any]) -> Made:
        made = HANDLERS[type_name].create(self.request(properties, type_name.rsplit("::", 1)[-1]))
        self.there.append((type_name, made, properties))
        return made

    def update(self, type_name: str, made: Made, before: Mapping[str, Any], properties: Mapping[str, Any]) -> Made:
        change = HANDLERS[type_name].update
        assert change is not None
        return change(replace(self.request(properties), before=before, physical_id=made.physical_id))

    def delete(self, type_name: str, made: Made, properties: Mapping[str, Any], *, snapshot: bool = False) -> None:
        request = replace(self.request(properties), physical_id=made.physical_id, snapshot=snapshot)
        HANDLERS[type_name].delete(request)

    def delete_everything(self) -> None:
        """Delete all that was made, in reverse order, as the engine does."""
        for type_name, made, properties in reversed(self.there):
            self.delete(type_name, made, properties)

    def id(self, type_name: str, **properties: Any) -> str:
        return self.make(type_name, properties).physical_id

    @cached_property
    def vpc(self) -> str:
        return self.id("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")

    @cached_property
    def subnets(self) -> list[str]:
        return [
            self.id("AWS::EC2::Subnet", VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=self.region + zone)
            for n, zone in enumerate("abc")
        ]

    @cached_property
    def group(self) -> str:
        return self.id("AWS::EC2::SecurityGroup", VpcId=self.vpc, GroupDescription="for tests")

    @cached_property
    def table(self) -> str:
        return self.id("AWS::EC2::RouteTable", VpcId=self.vpc)

    @cached_property
    def gateway(self) -> str:
        gateway = self.id("AWS::EC2::InternetGateway")
        self.id("AWS::EC2::VPCGatewayAttachment", VpcId=self.vpc, InternetGatewayId=gateway)
        return gateway

    @cached_property
    def address(self) -> Mapping[str, Any]:
        return self.make("AWS::EC2::EIP", {"Domain": "vpc"}).attributes

    @cached_property
    def role(self) -> str:
        return self.id("AWS::IAM::Role", AssumeRolePolicyDocument=trust())

    @cached_property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role/{self.role}"

    @cached_property
    def key(self) -> str:
        return str(self.make("AWS::KMS::Key", {}).attributes["Arn"])

    @cached_property
    def topic(self) -> str:
        return self.id("AWS::SNS::Topic")

    @cached_property
    def log_group(self) -> str:
        return self.id("AWS::Logs::LogGroup", RetentionInDays="30")

    @cached_property
    def bucket(self) -> str:
        return self.id("AWS::S3::Bucket")

    @cached_property
    def balancer(self) -> str:
        return self.id(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Subnets=self.subnets,
            SecurityGroups=[self.group],
            Scheme="internal",
        )

    @cached_property
    def targets(self) -> str:
        return self.id("AWS::ElasticLoadBalancingV2::TargetGroup", VpcId=self.vpc, Port="8080", Protocol="HTTP")

    @cached_property
    def listener(self) -> str:
        return self.id(
            "AWS::ElasticLoadBalancingV2::Listener",
            LoadBalancerArn=self.balancer,
            Port=8080,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.targets}],
        )

    @cached_property
    def template(self) -> str:
        data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.medium"}
        return self.id("AWS::EC2::LaunchTemplate", LaunchTemplateData=data)

    @cached_property
    def fleet(self) -> str:
        template = {"LaunchTemplateId": self.template, "Version": "1"}
        return self.id(
            "AWS::AutoScaling::AutoScalingGroup",
            LaunchTemplate=template,
            MinSize="0",
            MaxSize="4",
            VPCZoneIdentifier=self.subnets,
        )

    @cached_property
    def subnet_group(self) -> str:
        return self.id("AWS::RDS::DBSubnetGroup", DBSubnetGroupDescription="for tests", SubnetIds=self.subnets)

    @cached_property
    def database(self) -> str:
        return self.id(
            "AWS::RDS::DBInstance",
            Engine="postgres",
            DBInstanceClass="db.t3.medium",
            AllocatedStorage="20",
            MasterUsername="app",
            ManageMasterUserPassword=True,
            DBSubnetGroupName=self.subnet_group,
        )

    @cached_property
    def secret(self) -> str:
        return self.id("AWS::SecretsManager::Secret", SecretString='{"username": "app"}')

    @cached_property
    def function(self) -> str:
        return self.id(
            "AWS::Lambda::Function",
            Role=self.role_arn,
            Runtime="python3.12",
            Handler="index.handler",
            Code={"ZipFile": "def handler(event, context): pass"},
        )
