from __future__ import annotations

import ipaddress
import re

import pytest

from cfngen.layers import network

TIERS = ("Web", "WebFleet", "App", "Db")
INTERNET = "0.0.0.0/0"
EPHEMERAL = (1024, 65535)
ENGINES = [("sqlserver-se", "1433"), ("postgres", "5432")]


@pytest.fixture
def network_of(deployed):
    """A function from settings to the network's resources and outputs."""
    return lambda **values: deployed(network, **({"VpcCidr": "10.0.0.0/16"} | values))


@pytest.fixture
def resources(network_of):
    return network_of()[0]


def of_type(resources, kind):
    return {name: found["Properties"] for name, found in resources.items() if found["Type"] == f"AWS::EC2::{kind}"}


def default_routes(resources):
    """The gateway of each subnet's default route, by subnet; None where there is none."""
    routes = of_type(resources, "Route").values()
    ways = {r["RouteTableId"]["Ref"]: r.get("NatGatewayId", r.get("GatewayId"))["Ref"] for r in routes}
    associations = of_type(resources, "SubnetRouteTableAssociation").values()
    return {a["SubnetId"]["Ref"]: ways.get(a["RouteTableId"]["Ref"]) for a in associations}


def zones_of(resources):
    return {name: subnet["AvailabilityZone"]["Fn::Select"][0] for name, subnet in of_type(resources, "Subnet").items()}


def blocks_of(resources, tier):
    subnets = of_type(resources, "Subnet").items()
    return [subnet["CidrBlock"] for name, subnet in subnets if re.fullmatch(rf"{tier}Subnet\d", name)]


# Subnets and routes


@pytest.mark.parametrize("zones", [2, 3])
def test_each_tier_has_a_subnet_in_each_zone(network_of, zones):
    resources, outputs = network_of(ZoneCount=str(zones))

    assert set(zones_of(resources)) == {f"{tier}Subnet{zone}" for tier in TIERS for zone in range(1, zones + 1)}
    assert all(zone == int(name[-1]) - 1 for name, zone in zones_of(resources).items())
    assert outputs["DbSubnetIds"]["Value"] == [{"Ref": f"DbSubnet{zone}"} for zone in range(1, zones + 1)]


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.16.128.0/18", "192.168.16.0/20"])
def test_subnets_fill_the_vpc_without_overlap_and_hold_a_fleet_doubled_twice(network_of, cidr):
    blocks = [
        ipaddress.ip_network(s["CidrBlock"])
        for s in of_type(network_of(VpcCidr=cidr, ZoneCount="3")[0], "Subnet").values()
    ]

    assert all(block.subnet_of(ipaddress.ip_network(cidr)) for block in blocks)
    assert not any(one.overlaps(other) for one in blocks for other in blocks if one is not other)
    assert all(block.num_addresses - 5 >= 4 * 8 for block in blocks)


@pytest.mark.parametrize("zones", ["2", "3"])
def test_each_private_subnets_default_route_leaves_through_its_own_zones_gateway(network_of, zones):
    resources, _ = network_of(ZoneCount=zones)
    gateways = of_type(resources, "NatGateway")

    for subnet, way in default_routes(resources).items():
        if subnet.startswith(("WebFleetSubnet", "AppSubnet")):
            assert zones_of(resources)[gateways[way]["SubnetId"]["Ref"]] == zones_of(resources)[subnet]


def test_with_a_single_nat_gateway_every_private_subnet_leaves_through_it(network_of):
    resources, _ = network_of(ZoneCount="3", NatGateways="single")

    assert set(of_type(resources, "NatGateway")) == {"NatGateway1"}
    assert set(of_type(resources, "EIP")) == {"NatAddress1"}
    private = {way for subnet, way in default_routes(resources).items() if subnet.startswith(("WebFleet", "App"))}
    assert private == {"NatGateway1"}


def test_the_database_has_no_way_out(resources):
    ways = {way for subnet, way in default_routes(resources).items() if subnet.startswith("Db")}

    assert ways == {None}


def test_only_the_web_balancers_subnets_reach_the_internet_directly(resources):
    direct = {subnet for subnet, way in default_routes(resources).items() if way == "InternetGateway"}

    assert direct == {"WebSubnet1", "WebSubnet2"}


def test_no_subnet_gives_instances_a_public_address(resources):
    assert {subnet["MapPublicIpOnLaunch"] for subnet in of_type(resources, "Subnet").values()} == {False}


def test_addresses_and_routes_wait_for_the_internet_gateway(resources):
    waiting = [r for r in resources.values() if r["Type"] == "AWS::EC2::EIP"] + [resources["PublicDefaultRoute"]]

    assert {resource["DependsOn"] for resource in waiting} == {"InternetGatewayAttachment"}


# Security groups


def callers(resources):
    """Every port that a group admits, as `group: {port: caller}`."""
    found = {}
    for rule in of_type(resources, "SecurityGroupIngress").values():
        group = rule["GroupId"]["Fn::GetAtt"][0].removesuffix("SecurityGroup")
        caller = rule.get("CidrIp") or rule["SourceSecurityGroupId"]["Fn::GetAtt"][0].removesuffix("SecurityGroup")
        assert rule["FromPort"] == rule["ToPort"]
        found.setdefault(group, set()).add((str(rule["FromPort"]), caller))
    return found


@pytest.mark.parametrize(("engine", "port"), ENGINES)
def test_each_tier_admits_the_one_before_it_and_nobody_else(network_of, engine, port):
    resources, _ = network_of(DatabaseEngine=engine)

    assert callers(resources) == {
        "WebLoadBalancer": {("80", INTERNET), ("443", INTERNET)},
        "Web": {("80", "WebLoadBalancer"), ("443", "WebLoadBalancer")},
        "AppLoadBalancer": {("8080", "Web")},
        "App": {("80", "AppLoadBalancer"), ("443", "AppLoadBalancer")},
        "Database": {(port, "App")},
    }


def test_the_tcp_listener_is_closed_until_a_range_is_given(network_of):
    closed, opened = network_of()[0], network_of(WebTcpIngressCidr="203.0.113.0/24", WebTcpPort="11112")[0]

    assert "WebTcp" not in callers(closed)
    assert callers(opened)["WebTcp"] == {("11112", "203.0.113.0/24")}


def test_users_can_be_narrowed_to_a_range(network_of):
    resources, _ = network_of(WebIngressCidr="198.51.100.0/24")

    assert callers(resources)["WebLoadBalancer"] == {("80", "198.51.100.0/24"), ("443", "198.51.100.0/24")}


def test_no_group_may_open_every_kind_of_connection_to_everywhere(resources):
    groups = of_type(resources, "SecurityGroup")
    rules = [rule for group in groups.values() for rule in group["SecurityGroupEgress"]]

    assert all(group["SecurityGroupEgress"] for group in groups.values())  # none: AWS would allow everything
    assert {rule["CidrIp"] for rule in rules if rule["IpProtocol"] == "-1"} == {"127.0.0.1/32"}
    assert {rule["FromPort"] for rule in rules if rule.get("CidrIp") == INTERNET} == {80, 443}


def test_a_connection_that_a_group_may_open_to_another_is_admitted_there_and_the_reverse(resources):
    opened = {
        (name.removesuffix("SecurityGroup"), rule["DestinationSecurityGroupId"]["Fn::GetAtt"][0], str(rule["FromPort"]))
        for name, group in of_type(resources, "SecurityGroup").items()
        for rule in group["SecurityGroupEgress"]
        if "DestinationSecurityGroupId" in rule
    }
    admitted = {
        (caller, f"{group}SecurityGroup", port)
        for group, rules in callers(resources).items()
        for port, caller in rules
        if caller != INTERNET
    }

    assert opened - {("WebTcp", "WebSecurityGroup", "443")} == admitted  # its balancer has the other group too


# Network ACLs


def admits(resources, tier, peer, port, *, egress):
    """Whether a tier's ACL lets a port to or from a block through."""
    return any(
        rule["Egress"] is egress
        and rule["NetworkAclId"] == {"Ref": f"{tier}NetworkAcl"}
        and int(rule["PortRange"]["From"]) <= port <= int(rule["PortRange"]["To"])
        and ipaddress.ip_network(peer).subnet_of(ipaddress.ip_network(rule["CidrBlock"]))
        for rule in of_type(resources, "NetworkAclEntry").values()
    )


def passes(resources, caller, callee, port):
    """Whether a connection between two tiers, or the internet, gets through and its answers come back."""
    block = {tier: str(blocks_of(resources, tier)[-1]) for tier in TIERS} | {INTERNET: "203.0.113.0/24"}
    out = caller == INTERNET or all(
        (
            admits(resources, caller, block[callee], port, egress=True),
            *(admits(resources, caller, block[callee], answer, egress=False) for answer in EPHEMERAL),
        )
    )
    into = callee == INTERNET or all(
        (
            admits(resources, callee, block[caller], port, egress=False),
            *(admits(resources, callee, block[caller], answer, egress=True) for answer in EPHEMERAL),
        )
    )
    return out and into


@pytest.mark.parametrize(
    ("caller", "callee", "port"),
    [
        (INTERNET, "Web", 443),
        (INTERNET, "Web", 80),
        (INTERNET, "Web", 8443),
        ("Web", "WebFleet", 80),
        ("Web", "WebFleet", 443),
        ("WebFleet", "App", 8080),
        ("WebFleet", "App", 443),
        ("App", "App", 80),
        ("App", "App", 443),
        ("App", "Db", 1433),
        ("WebFleet", INTERNET, 443),
        ("App", INTERNET, 80),
        ("Web", INTERNET, 443),
    ],
)
def test_what_security_groups_allow_gets_through_the_acls_and_is_answered(network_of, caller, callee, port):
    assert passes(network_of(ZoneCount="3")[0], caller, callee, port)


@pytest.mark.parametrize("tier", ["WebFleet", "App"])
def test_private_instances_reach_the_internet_through_nat_in_the_public_subnets(resources, tier):
    inside = blocks_of(resources, tier)[0]

    assert admits(resources, "Web", inside, 443, egress=False)
    assert all(admits(resources, "Web", inside, answer, egress=True) for answer in EPHEMERAL)


@pytest.mark.parametrize(("engine", "port"), ENGINES)
def test_the_database_subnets_admit_only_app_on_the_engines_port(network_of, engine, port):
    resources, _ = network_of(DatabaseEngine=engine)
    rules = [r for r in of_type(resources, "NetworkAclEntry").values() if r["NetworkAclId"] == {"Ref": "DbNetworkAcl"}]
    app = ipaddress.ip_network("10.0.8.0/22")

    assert {(r["Egress"], r["CidrBlock"]) for r in rules} == {(False, str(app)), (True, str(app))}
    assert [r["PortRange"] for r in rules if not r["Egress"]] == [{"From": port, "To": port}]
    assert all(ipaddress.ip_network(block).subnet_of(app) for block in blocks_of(resources, "App"))


@pytest.mark.parametrize(("caller", "callee"), [("Web", "Db"), ("WebFleet", "Db"), (INTERNET, "Db"), ("Db", INTERNET)])
def test_nobody_but_app_gets_through_to_the_database_and_it_gets_nowhere(resources, caller, callee):
    assert not any(passes(resources, caller, callee, port) for port in (22, 80, 443, 1433, 3389, 5432, 8080))


def test_every_subnet_has_its_own_tiers_acl(network_of):
    associations = of_type(network_of(ZoneCount="3")[0], "SubnetNetworkAclAssociation").values()

    found = {a["SubnetId"]["Ref"]: a["NetworkAclId"]["Ref"] for a in associations}
    assert found == {f"{tier}Subnet{zone}": f"{tier}NetworkAcl" for tier in TIERS for zone in (1, 2, 3)}


def test_rules_of_one_acl_and_direction_have_numbers_of_their_own(resources):
    rules = of_type(resources, "NetworkAclEntry").values()
    numbers = [(r["NetworkAclId"]["Ref"], r["Egress"], r["RuleNumber"]) for r in rules]

    assert len(numbers) == len(set(numbers))


# Endpoints


def endpoints(resources, kind):
    return [e for e in of_type(resources, "VPCEndpoint").values() if e["VpcEndpointType"] == kind]


def test_s3_and_dynamodb_are_reached_without_nat_from_every_instance(network_of):
    resources, _ = network_of(ZoneCount="3", PrivateEndpoints="false")
    tables = [{"Ref": f"Private{zone}RouteTable"} for zone in (1, 2, 3)]

    assert [e["RouteTableIds"] for e in endpoints(resources, "Gateway")] == [tables, tables]


def test_what_instances_call_while_they_run_has_a_private_way(resources):
    services = {e["ServiceName"]["Fn::Sub"].rpartition(".")[2] for e in endpoints(resources, "Interface")}

    assert services >= {"ssm", "ssmmessages", "ec2messages", "logs", "monitoring", "secretsmanager", "kms", "sts"}
    assert "cloudformation" in services  # cfn-signal
    assert all(e["PrivateDnsEnabled"] for e in endpoints(resources, "Interface"))


def test_interface_endpoints_admit_instances_of_both_fleets_on_443_and_nobody_else(resources):
    rules = of_type(resources, "SecurityGroup")["EndpointSecurityGroup"]["SecurityGroupIngress"]

    callers = {rule["SourceSecurityGroupId"]["Fn::GetAtt"][0] for rule in rules}
    assert callers == {"WebSecurityGroup", "AppSecurityGroup"}
    assert {(rule["FromPort"], rule["ToPort"]) for rule in rules} == {(443, 443)}


def test_interface_endpoints_can_be_left_out(network_of):
    resources, _ = network_of(PrivateEndpoints="false")

    assert endpoints(resources, "Interface") == []
    assert "EndpointSecurityGroup" not in resources


# Flow logs


def test_every_connection_is_logged_encrypted_and_kept(network_of):
    resources, _ = network_of(LogRetentionDays="365")
    flow, group = resources["FlowLog"]["Properties"], resources["FlowLogGroup"]

    assert (flow["ResourceId"], flow["TrafficType"]) == ({"Ref": "Vpc"}, "ALL")
    assert flow["LogGroupName"] == {"Ref": "FlowLogGroup"}
    assert group["Properties"]["KmsKeyId"] == {"Ref": "LogsKeyArn"}
    assert group["Properties"]["RetentionInDays"] == "365"
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_flow_logs_role_serves_this_account_and_writes_to_one_log_group(resources):
    (trust,) = resources["FlowLogRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    (statement,) = resources["FlowLogPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert statement["Resource"] == [{"Fn::GetAtt": ["FlowLogGroup", "Arn"]}]
    assert resources["FlowLog"]["DependsOn"] == "FlowLogPolicy"


# Settings


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.255.240.0/20", "172.31.0.0/17", "192.168.0.0/16"])
def test_private_ranges_of_16_to_20_bits_are_accepted(cidr):
    assert re.fullmatch(network.VPC_CIDR.AllowedPattern, cidr)


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "11.0.0.0/16", "10.0.0.0/21", "172.32.0.0/16", "10.0.300.0/16", "10.0.0.0", "", "a"]
)
def test_other_ranges_are_refused(cidr):
    assert not re.fullmatch(network.VPC_CIDR.AllowedPattern, cidr)


def test_the_tcp_port_is_one_that_the_acl_lets_through():
    assert network.WEB_TCP_PORT.MinValue == EPHEMERAL[0]
