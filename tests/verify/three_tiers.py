"""A network of three tiers in one zone, small enough to read: what the proofs about networks are tested with."""

from __future__ import annotations

ENVIRONMENT = """\
project: medapp
domain: dev.example.com
bundles: [foundation]
admin: {account: "111111111111", region: us-east-1}
geographies:
  us: {account: "555555555555", active: us-east-1, standby: us-west-2}
"""

ROOT = """\
Metadata: {cfngen: {Facts: [RegionRole], Wires: {}}}
Parameters:
  RegionRole: {Type: String}
  WebTcpIngressCidr: {Type: String, Default: ""}
  WebTcpPort: {Type: Number, Default: 8443}
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./network.yaml
      Parameters: {WebTcpIngressCidr: !Ref WebTcpIngressCidr, WebTcpPort: !Ref WebTcpPort}
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./data.yaml
      Parameters:
        RegionRole: !Ref RegionRole
        Subnet: !GetAtt Network.Outputs.DbSubnet
        Group: !GetAtt Network.Outputs.DatabaseGroup
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./app.yaml
      Parameters:
        Subnet: !GetAtt Network.Outputs.AppSubnet
        BalancerGroup: !GetAtt Network.Outputs.AppBalancerGroup
        Group: !GetAtt Network.Outputs.AppGroup
  Web:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./web.yaml
      Parameters:
        PublicSubnet: !GetAtt Network.Outputs.PublicSubnet
        Subnet: !GetAtt Network.Outputs.WebSubnet
        BalancerGroup: !GetAtt Network.Outputs.WebBalancerGroup
        Group: !GetAtt Network.Outputs.WebGroup
"""


def _subnet(name: str, block: str, table: str) -> str:
    return f"""\
  {name}Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: {block}}}}}
  {name}Acl: {{Type: AWS::EC2::NetworkAcl, Properties: {{VpcId: !Ref Vpc}}}}
  {name}SubnetAcl:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties: {{SubnetId: !Ref {name}Subnet, NetworkAclId: !Ref {name}Acl}}
  {name}SubnetRoutes:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref {name}Subnet, RouteTableId: !Ref {table}Table}}
"""


def _entry(acl: str, name: str, number: int, block: str, first: int, last: int) -> str:
    egress = "true" if name.startswith("Out") else "false"
    return f"""\
  {acl}Acl{name}:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      {{NetworkAclId: !Ref {acl}Acl, RuleNumber: {number}, Egress: {egress}, RuleAction: allow, Protocol: 6,
      CidrBlock: {block}, PortRange: {{From: {first}, To: {last}}}}}
"""


def _group(name: str, egress: str) -> str:
    return f"""\
  {name}Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {{VpcId: !Ref Vpc, GroupDescription: {name}, SecurityGroupEgress: [{egress}]}}
"""


def _to(peer: str, port: int) -> str:
    return f"{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, {peer}}}"


def _admit(group: str, name: str, peer: str, port: int | str) -> str:
    return f"""\
  {group}{name}:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {{GroupId: !GetAtt {group}Group.GroupId, IpProtocol: tcp, FromPort: {port}, ToPort: {port}, {peer}}}
"""


def _by_group(name: str, side: str) -> str:
    return f"{side}SecurityGroupId: !GetAtt {name}Group.GroupId"


ANYWHERE = "0.0.0.0/0"
PUBLIC, WEB, APP, DB = (f"10.0.{number}.0/24" for number in (0, 1, 2, 3))
_OUT = ", ".join(_to("CidrIp: 0.0.0.0/0", port) for port in (80, 443))

NETWORK = "".join(
    [
        """\
Parameters: {WebTcpIngressCidr: {Type: String}, WebTcpPort: {Type: Number}}
Conditions: {HasTcp: !Not [!Equals [!Ref WebTcpIngressCidr, ""]]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  PublicTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PrivateTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  ClosedTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PublicRoute:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref PublicSubnet}}
  PrivateRoute:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
""",
        _subnet("Public", PUBLIC, "Public"),
        _subnet("Web", WEB, "Private"),
        _subnet("App", APP, "Private"),
        _subnet("Db", DB, "Closed"),
        *(_entry("Public", f"{way}{port}", port, ANYWHERE, port, port) for way in ("In", "Out") for port in (80, 443)),
        *(_entry("Public", f"{way}Answers", 900, ANYWHERE, 1024, 65535) for way in ("In", "Out")),
        _entry("Web", "In80", 80, PUBLIC, 80, 80),
        _entry("Web", "InAnswers", 900, ANYWHERE, 1024, 65535),
        *(_entry("Web", f"Out{port}", port, ANYWHERE, port, port) for port in (80, 443)),
        _entry("Web", "OutApp", 500, APP, 8080, 8080),
        _entry("Web", "OutAnswers", 900, PUBLIC, 1024, 65535),
        _entry("App", "InApp", 500, WEB, 8080, 8080),
        _entry("App", "InAnswers", 900, ANYWHERE, 1024, 65535),
        *(_entry("App", f"Out{port}", port, ANYWHERE, port, port) for port in (80, 443)),
        _entry("App", "OutDb", 500, DB, 1433, 1433),
        _entry("App", "OutAnswers", 900, WEB, 1024, 65535),
        _entry("Db", "InApp", 500, APP, 1433, 1433),
        _entry("Db", "OutAnswers", 900, APP, 1024, 65535),
        _group("WebBalancer", _to(_by_group("Web", "Destination"), 80)),
        _group("Web", f"{_to(_by_group('AppBalancer', 'Destination'), 8080)}, {_OUT}"),
        _group("AppBalancer", _to(_by_group("App", "Destination"), 80)),
        _group("App", f"{_to(_by_group('Database', 'Destination'), 1433)}, {_OUT}"),
        _group("Database", '{IpProtocol: "-1", CidrIp: 127.0.0.1/32}'),
        _admit("WebBalancer", "Http", "CidrIp: 0.0.0.0/0", 80),
        _admit("WebBalancer", "Tcp", "CidrIp: !Ref WebTcpIngressCidr", "!Ref WebTcpPort").replace(
            "    Properties", "    Condition: HasTcp\n    Properties"
        ),
        _admit("Web", "Http", _by_group("WebBalancer", "Source"), 80),
        _admit("AppBalancer", "Http", _by_group("Web", "Source"), 8080),
        _admit("App", "Http", _by_group("AppBalancer", "Source"), 80),
        _admit("Database", "Engine", _by_group("App", "Source"), 1433),
        "Outputs:\n",
        *(f"  {name}Subnet: {{Value: !Ref {name}Subnet}}\n" for name in ("Public", "Web", "App", "Db")),
        *(
            f"  {name}Group: {{Value: !GetAtt {name}Group.GroupId}}\n"
            for name in ("WebBalancer", "Web", "AppBalancer", "App", "Database")
        ),
    ]
)

DATA = """\
Parameters: {RegionRole: {Type: String}, Subnet: {Type: String}, Group: {Type: String}}
Conditions: {IsActive: !Equals [!Ref RegionRole, active]}
Resources:
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref Subnet]}}
  Database:
    Type: AWS::RDS::DBInstance
    Condition: IsActive
    Properties:
      Engine: sqlserver-se
      DBSubnetGroupName: !Ref Subnets
      VPCSecurityGroups: [!Ref Group]
      PubliclyAccessible: false
"""

APP_LAYER = """\
Parameters: {Subnet: {Type: String}, BalancerGroup: {Type: String}, Group: {Type: String}}
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Scheme: internal, Subnets: [!Ref Subnet], SecurityGroups: [!Ref BalancerGroup]}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: !Ref Balancer, Port: 8080}
  Launch:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref Group]}}
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: !GetAtt Launch.LatestVersionNumber}
      VPCZoneIdentifier: [!Ref Subnet]
      TargetGroupARNs: [!Ref Targets]
"""

WEB_LAYER = """\
Parameters:
  {PublicSubnet: {Type: String}, Subnet: {Type: String}, BalancerGroup: {Type: String}, Group: {Type: String}}
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      Scheme: internet-facing
      Subnets: [!Ref PublicSubnet]
      SecurityGroups: [!Ref BalancerGroup]
      Listeners:
      - {LoadBalancerPort: 80, InstancePort: 80, Protocol: HTTP}
      - {LoadBalancerPort: 8443, InstancePort: 80, Protocol: TCP}
  Launch:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref Group]}}
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: !GetAtt Launch.LatestVersionNumber}
      VPCZoneIdentifier: [!Ref Subnet]
      LoadBalancerNames: [!Ref Balancer]
"""

FILES = {
    "params/dev.yaml": ENVIRONMENT,
    "out/foundation/root.yaml": ROOT,
    "out/foundation/network.yaml": NETWORK,
    "out/foundation/data.yaml": DATA,
    "out/foundation/app.yaml": APP_LAYER,
    "out/foundation/web.yaml": WEB_LAYER,
}
