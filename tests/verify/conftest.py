from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfngen.environment.config import load_environments
from cfngen.verify.proof import Proof
from cfngen.verify.world import World, survey

FILES = {
    "params/dev.yaml": """\
project: medapp
domain: dev.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: us-east-1}
geographies:
  us: {account: "555555555555", active: us-east-1, parameters: {VpcCidr: 10.64.0.0/16}}
""",
    "params/prod.yaml": """\
project: medapp
domain: app.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: us-east-1}
parameters: {FleetMax: 4}
geographies:
  us: {account: "222222222222", active: us-east-1, standby: us-west-2}
  eu: {account: "333333333333", active: eu-west-1}
overrides:
  us/us-east-1: {VpcCidr: 10.0.0.0/16}
  us/us-west-2: {VpcCidr: 10.1.0.0/16}
  eu/eu-west-1: {VpcCidr: 10.2.0.0/16}
""",
    "out/foundation/root.yaml": """\
Description: the network
Metadata: {cfngen: {Facts: [Project, Environment, RegionRole], Wires: {}}}
Parameters:
  Project: {Type: String}
  Environment: {Type: String}
  RegionRole: {Type: String, AllowedValues: [active, standby]}
  VpcCidr: {Type: String}
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./network.yaml
      Parameters: {VpcCidr: !Ref VpcCidr, RegionRole: !Ref RegionRole}
  SubnetIdsParameter:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub /${Project}/${Environment}/foundation/SubnetIds
      Type: StringList
      Value: !GetAtt Network.Outputs.SubnetIds
""",
    "out/foundation/network.yaml": """\
Parameters:
  VpcCidr: {Type: String}
  RegionRole: {Type: String}
Conditions:
  IsActive: !Equals [!Ref RegionRole, active]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref VpcCidr}}
  Subnet1:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!Ref VpcCidr, 2, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]
  Subnet2:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [1, !Cidr [!Ref VpcCidr, 2, 8]]
      AvailabilityZone: !Select [1, !GetAZs ""]
  Address: {Type: AWS::EC2::EIP}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Subnet1, AllocationId: !GetAtt Address.AllocationId}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
  DatabaseSubnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref Subnet1, !Ref Subnet2]}}
  Database:
    Type: AWS::RDS::DBInstance
    Condition: IsActive
    Properties: {DBSubnetGroupName: !Ref DatabaseSubnets, MultiAZ: true}
Outputs:
  SubnetIds: {Value: !Join [",", [!Ref Subnet1, !Ref Subnet2]]}
""",
    "out/service/root.yaml": """\
Metadata: {cfngen: {Facts: [RegionRole], Wires: {SubnetIds: {Bundle: foundation, Path: foundation/SubnetIds}}}}
Parameters:
  RegionRole: {Type: String}
  SubnetIds: {Type: "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"}
  FleetMax: {Type: Number, Default: 2}
Resources:
  Web:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./web.yaml
      Parameters: {SubnetIds: !Join [",", !Ref SubnetIds], RegionRole: !Ref RegionRole, FleetMax: !Ref FleetMax}
""",
    "out/service/web.yaml": """\
Parameters:
  SubnetIds: {Type: "List<AWS::EC2::Subnet::Id>"}
  RegionRole: {Type: String}
  FleetMax: {Type: Number}
Conditions:
  IsActive: !Equals [!Ref RegionRole, active]
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: {Subnets: !Ref SubnetIds}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {UserData: !Base64 "#!/bin/sh"}}
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      VPCZoneIdentifier: !Ref SubnetIds
      MinSize: !If [IsActive, 1, 0]
      DesiredCapacity: !If [IsActive, 1, 0]
      MaxSize: !Ref FleetMax
""",
}

Prove = Callable[..., Proof]


@pytest.fixture
def surveyed(tmp_path: Path) -> Callable[..., World]:
    """Return a function that surveys the sample after replacing texts: (file, old, new)."""

    def build(*changes: tuple[str, str, str]) -> World:
        files = dict(FILES)
        for file, old, new in changes:
            assert old in files[file], old
            files[file] = files[file].replace(old, new)
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(content)
        return survey(load_environments(tmp_path / "params"), tmp_path / "out")

    return build


@pytest.fixture
def prove(surveyed) -> Prove:
    """Return a function that runs one proof over the sample, changed as asked."""
    return lambda prover, *changes: prover(surveyed(*changes))
