from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfngen.environment.config import load_environments
from cfngen.verify.proof import Proof
from cfngen.verify.reachability import DOORS, prove_reachability
from cfngen.verify.world import survey

from .three_tiers import FILES

NETWORK, DATA, APP = (f"out/foundation/{name}.yaml" for name in ("network", "data", "app"))
ENVIRONMENT = "params/dev.yaml"
SITES = ("dev us/us-east-1", "dev us/us-west-2", "dev us/us-west-2 once promoted")


@pytest.fixture
def proved(tmp_path: Path) -> Callable[..., Proof]:
    """Return a function that proves the three tiers after replacing texts: (file, old, new)."""

    def run(*changes: tuple[str, str, str]) -> Proof:
        files = dict(FILES)
        for file, old, new in changes:
            assert files[file].count(old) == 1, (old, files[file].count(old))
            files[file] = files[file].replace(old, new)
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(content)
        return prove_reachability(survey(load_environments(tmp_path / "params"), tmp_path / "out"))

    return run


def found(proof: Proof, rule: str) -> list[str]:
    return [finding.problem.what for finding in proof.findings if finding.rule == f"reachability.{rule}"]


def ingress(group: str, name: str, peer: str, port: int) -> str:
    """The beginning of a rule of its own in the sample, up to where its properties may be added to."""
    return (
        f"  {group}{name}:\n    Type: AWS::EC2::SecurityGroupIngress\n    Properties: {{GroupId: !GetAtt {group}Group."
        f"GroupId, IpProtocol: tcp, FromPort: {port}, ToPort: {port}, {peer}}}\n"
    )


BY_APP = "SourceSecurityGroupId: !GetAtt AppGroup.GroupId"
ENGINE = ingress("Database", "Engine", BY_APP, 1433)
APP_HTTP = ingress("App", "Http", "SourceSecurityGroupId: !GetAtt AppBalancerGroup.GroupId", 80)


def test_three_tiers_that_reach_only_each_other_are_proved_at_every_site(proved):
    proof = proved()
    assert proof.findings == ()
    assert proof.facts_checked > 200


def test_a_second_door_to_the_app_tier_is_printed_hop_by_hop_from_the_internet(proved):
    anyone = ingress("App", "Any", "SourceSecurityGroupId: !GetAtt WebGroup.GroupId", 80)
    out = "DestinationSecurityGroupId: !GetAtt AppBalancerGroup.GroupId}"
    to_app = "{IpProtocol: tcp, FromPort: 80, ToPort: 80, DestinationSecurityGroupId: !GetAtt AppGroup.GroupId}"
    proof = proved(
        (NETWORK, APP_HTTP, APP_HTTP + anyone),
        (NETWORK, out, f"{out}, {to_app}"),
        (NETWORK, "CidrBlock: 10.0.1.0/24, PortRange: {From: 8080, To: 8080}}", "CidrBlock: 10.0.1.0/24}"),
    )
    path = found(proof, "path")[0]
    assert path.splitlines() == [
        "dev us/us-east-1: web.Fleet reaches app.Fleet on tcp 80, which no flow allows:",
        "    1. the internet calls web.Balancer on tcp 80",
        "    2. web.Balancer calls web.Fleet on tcp 80",
        "    3. web.Fleet",
        "    4. network.WebGroup may call members of network.AppGroup on tcp 80",
        "    5. network.WebSubnet",
        "    6. network.WebAclOut80 allows tcp 80 to 0.0.0.0/0",
        "    7. network.AppAclInApp allows every port of tcp from 10.0.1.0/24",
        "    8. network.AppSubnet",
        "    9. network.AppAny admits members of network.WebGroup on tcp 80",
        "    10. app.Fleet",
    ]
    assert [line.partition(": web")[0] for line in found(proof, "path")] == list(SITES)


@pytest.mark.parametrize(
    ("rule", "says", "change"),
    [
        pytest.param(
            "group",
            "network.DatabaseEngine admits 0.0.0.0/0 on tcp 1433",
            (NETWORK, ENGINE, ENGINE.replace(BY_APP, "CidrIp: 0.0.0.0/0")),
            id="the database group is open to everyone, behind closed routes and ACLs",
        ),
        pytest.param(
            "group",
            "network.DatabaseEngine admits members of network.WebGroup on tcp 1433",
            (NETWORK, ENGINE, ENGINE.replace("AppGroup", "WebGroup")),
            id="the web tier is admitted to the database",
        ),
        pytest.param(
            "group",
            "admits 10.0.0.0/16 on tcp 1433",
            (NETWORK, ENGINE, ENGINE.replace(BY_APP, "CidrIp: 10.0.0.0/16")),
            id="the whole network is admitted to the database",
        ),
        pytest.param(
            "group",
            "on tcp 0-1433",
            (NETWORK, ENGINE, ENGINE.replace("FromPort: 1433", "FromPort: 0")),
            id="more ports of the database",
        ),
        pytest.param(
            "group",
            "members of network.AppGroup on every port of every protocol",
            (NETWORK, ENGINE, ENGINE.replace("tcp", '"-1"')),
            id="every protocol of the database",
        ),
        pytest.param(
            "group",
            "network.DatabaseGroup may call 0.0.0.0/0",
            (NETWORK, "127.0.0.1/32", "0.0.0.0/0"),
            id="the database's group lets it out",
        ),
        pytest.param(
            "group",
            "(SecurityGroupEgress; ",
            (NETWORK, '[{IpProtocol: "-1", CidrIp: 127.0.0.1/32}]', "[]"),
            id="the database's group states no egress, so EC2 allows all",
        ),
        pytest.param(
            "group",
            "who may be anyone",
            (NETWORK, ENGINE, ENGINE.replace("!GetAtt AppGroup.GroupId", "sg-12345678")),
            id="a group from nowhere is admitted to the database",
        ),
        pytest.param(
            "group",
            "network.DatabaseEngine admits prefix list pl-1",
            (NETWORK, ENGINE, ENGINE.replace(BY_APP, "SourcePrefixListId: pl-1")),
            id="a prefix list is admitted to the database",
        ),
        pytest.param(
            "acl",
            "network.DbAclInApp allows tcp 1433 from 0.0.0.0/0",
            (NETWORK, "CidrBlock: 10.0.2.0/24, PortRange: {From: 1433", "CidrBlock: 0.0.0.0/0, PortRange: {From: 1433"),
            id="the database's ACL is open, behind a closed group",
        ),
        pytest.param(
            "acl",
            "network.DbAclInApp allows tcp 1433 from 10.0.2.0/23",
            (NETWORK, "10.0.2.0/24, PortRange: {From: 1433", "10.0.2.0/23, PortRange: {From: 1433"),
            id="the database's ACL admits a range with others in it",
        ),
        pytest.param(
            "acl",
            "tcp 1000-1433 from 10.0.2.0/24",
            (NETWORK, "From: 1433, To: 1433}}\n  DbAclOut", "From: 1000, To: 1433}}\n  DbAclOut"),
            id="the database's ACL admits more ports",
        ),
        pytest.param(
            "acl",
            "network.DbSubnet has the VPC's own network ACL, which allows everything",
            (NETWORK, "{SubnetId: !Ref DbSubnet, NetworkAclId: !Ref DbAcl}", "{}"),
            id="the database's subnet has no ACL",
        ),
        pytest.param(
            "route",
            "network.PrivateRoute sends 0.0.0.0/0 to network.Nat (NatGatewayId), and network.DbSubnet has this route",
            (NETWORK, "RouteTableId: !Ref ClosedTable}", "RouteTableId: !Ref PrivateTable}"),
            id="the database has a way out through NAT",
        ),
        pytest.param(
            "route",
            "must not face the internet",
            (NETWORK, "{SubnetId: !Ref AppSubnet, RouteTableId: !Ref PrivateTable}",
             "{SubnetId: !Ref AppSubnet, RouteTableId: !Ref PublicTable}"),
            id="the app tier is in a public subnet",
        ),
        pytest.param(
            "route",
            "must reach nothing outside their network",
            (NETWORK, "NatGatewayId: !Ref Nat", "TransitGatewayId: tgw-1"),
            id="the private tiers are joined to other networks",
        ),
        pytest.param(
            "route",
            "network.DbSubnet has its network's main route table",
            (NETWORK, "{SubnetId: !Ref DbSubnet, RouteTableId: !Ref ClosedTable}", "{}"),
            id="nobody chose the database's routes",
        ),
        pytest.param(
            "public",
            "app.Balancer has a public address (Scheme)",
            (APP, "Scheme: internal", "Scheme: internet-facing"),
            id="the app balancer is given a public address",
        ),
        pytest.param(
            "public",
            "data.Database has a public address (PubliclyAccessible)",
            (DATA, "PubliclyAccessible: false", "PubliclyAccessible: true"),
            id="the database is given a public address",
        ),
        pytest.param(
            "public",
            "app.Fleet has a public address (AssociatePublicIpAddress)",
            (APP, "{SecurityGroupIds: [!Ref Group]}",
             "{NetworkInterfaces: [{AssociatePublicIpAddress: true, Groups: [!Ref Group]}]}"),
            id="instances are given public addresses",
        ),
        pytest.param(
            "public",
            "app.Fleet has a public address (MapPublicIpOnLaunch)",
            (NETWORK, "CidrBlock: 10.0.2.0/24}}", "CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true}}"),
            id="a subnet hands out public addresses",
        ),
        pytest.param(
            "unknown",
            "which security groups app.Fleet has",
            (APP, "SecurityGroupIds: [!Ref Group]", "SecurityGroupIds: [!Ref Group, sg-12345678]"),
            id="a group that these templates do not have",
        ),
        pytest.param(
            "closed",
            "web.Fleet cannot reach app.Balancer on tcp 8080",
            (NETWORK, "CidrBlock: 10.0.1.0/24, PortRange: {From: 1024, To: 65535}",
             "CidrBlock: 10.0.1.0/24, PortRange: {From: 1024, To: 5000}"),
            id="answers to the web tier are cut off",
        ),
    ],
)  # fmt: skip
def test_a_fence_that_is_opened_is_found_though_the_others_hold(proved, rule, says, change):
    proof = proved(change)
    assert any(says in what for what in found(proof, rule)), [finding.problem.what for finding in proof.findings]
    assert not found(proof, "path") or rule in ("public", "unknown"), "the other fences still hold"


def test_the_tcp_port_is_open_only_where_settings_open_it(proved):
    entries = "out/foundation/network.yaml", "    Condition: HasTcp\n", ""
    assert any("WebBalancerTcp" in what for what in found(proved(entries), "group"))
    opened = (ENVIRONMENT, "geographies:", "parameters: {WebTcpIngressCidr: 203.0.113.0/24}\ngeographies:")
    assert proved(opened).findings == ()


def test_a_deny_before_an_allow_closes_it(proved):
    allow = "  DbAclInApp:"
    deny = (
        "  DbAclDeny:\n    Type: AWS::EC2::NetworkAclEntry\n    Properties: {NetworkAclId: !Ref DbAcl, RuleNumber: 1,"
        " Egress: false, RuleAction: deny, Protocol: -1, CidrBlock: 10.0.2.128/25}\n"
    )
    closed = found(proved((NETWORK, allow, deny + allow)), "closed")
    assert closed[0].partition(": a network ACL")[0] == (
        "dev us/us-east-1: app.Fleet cannot reach data.Database on tcp 1433, which is meant to pass"
    )
    late = deny.replace("RuleNumber: 1,", "RuleNumber: 999,")
    assert proved((NETWORK, allow, late + allow)).findings == ()


def test_all_fences_open_at_once_let_the_internet_reach_the_database(proved):
    (path, *_) = found(
        proved(
            (NETWORK, ENGINE, ENGINE.replace(BY_APP, "CidrIp: 0.0.0.0/0")),
            (NETWORK, "{SubnetId: !Ref DbSubnet, NetworkAclId: !Ref DbAcl}", "{}"),
            (NETWORK, "{SubnetId: !Ref DbSubnet, RouteTableId: !Ref ClosedTable}",
             "{SubnetId: !Ref DbSubnet, RouteTableId: !Ref PublicTable}"),
            (DATA, "PubliclyAccessible: false", "PubliclyAccessible: true"),
        ),
        "path",
    )  # fmt: skip
    assert path.splitlines() == [
        "dev us/us-east-1: the internet reaches data.Database on tcp 1433, which no flow allows:",
        "    1. the internet",
        "    2. network.PublicRoute sends 0.0.0.0/0 to network.Gateway",
        "    3. network.DbSubnet",
        "    4. network.DatabaseEngine admits 0.0.0.0/0 on tcp 1433",
        "    5. data.Database",
    ]


@pytest.mark.parametrize("kind", DOORS)
def test_another_door_is_found(proved, kind):
    (first, *_) = found(proved((NETWORK, "Outputs:\n", f"  Door: {{Type: {kind}}}\nOutputs:\n")), "door")
    assert first.startswith(f"dev us/us-east-1: network.Door ({kind}) is a door for ")


def test_something_new_in_the_network_has_no_flow_until_it_is_given_one(proved):
    function = (
        "  Function:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        "      VpcConfig: {SubnetIds: [!Ref AppSubnet], SecurityGroupIds: [!GetAtt AppGroup.GroupId]}\n"
    )
    what = found(proved((NETWORK, "Outputs:\n", f"{function}Outputs:\n")), "path")[0]
    assert "network.Function reaches" in what
