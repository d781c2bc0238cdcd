"""Ways out of a network: addresses, NAT gateways, VPC endpoints; and flow logs of what passes.

Not represented: secondary addresses and zonal modes of a NAT gateway, DNS options and the own addresses of an
endpoint's interfaces, address pools; a NAT gateway's drain time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from .api import changed, forgiving, gone, send
from .handler import Handler, Made, Request
from .network import tag, tagged


def _create_address(r: Request) -> Made:
    address = r.clients("ec2").allocate_address(Domain="vpc")
    tag(r, address["AllocationId"])
    return _address(address)


def _address(address: Mapping[str, Any]) -> Made:
    known = {name: str(address[name]) for name in ("PublicIp", "AllocationId")}
    return Made(known["PublicIp"], known)


def _found_address(r: Request) -> Mapping[str, Any]:
    addresses: list[Mapping[str, Any]] = r.clients("ec2").describe_addresses(PublicIps=[r.physical_id])["Addresses"]
    return addresses[0]


def _update_address(r: Request) -> Made:
    address = _found_address(r)
    tag(r, address["AllocationId"])
    return _address(address)


def _delete_address(r: Request) -> None:
    with forgiving():
        r.clients("ec2").release_address(AllocationId=_found_address(r)["AllocationId"])


def _create_nat_gateway(r: Request) -> Made:
    gateway = send(r.clients("ec2").create_nat_gateway, r.properties)["NatGateway"]["NatGatewayId"]
    return _finish_nat_gateway(r, gateway)


def _finish_nat_gateway(r: Request, gateway: str) -> Made:
    tag(r, gateway)
    found = r.clients("ec2").describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]
    return Made(gateway, {"NatGatewayId": gateway, "EniId": found["NatGatewayAddresses"][0]["NetworkInterfaceId"]})


def _create_endpoint(r: Request) -> Made:
    given = {"VpcEndpointType": "Gateway", **r.properties}
    endpoint = send(r.clients("ec2").create_vpc_endpoint, given)["VpcEndpoint"]["VpcEndpointId"]
    tag(r, endpoint)
    return _endpoint(r, endpoint)


def _endpoint(r: Request, endpoint_id: str) -> Made:
    found = r.clients("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    entries = [f"{e.get('HostedZoneId', '')}:{e['DnsName']}" for e in found.get("DnsEntries", ())]
    return Made(
        endpoint_id,
        {
            "Id": endpoint_id,
            "CreationTimestamp": found["CreationTimestamp"].isoformat(),
            "DnsEntries": entries,
            "NetworkInterfaceIds": list(found.get("NetworkInterfaceIds", ())),
        },
    )


def _update_endpoint(r: Request) -> Made:
    ec2, parts = r.clients("ec2"), ("RouteTableIds", "SubnetIds", "SecurityGroupIds")
    moves: dict[str, list[str]] = {}
    for name in parts:
        old, new = r.before.get(name, ()), r.properties.get(name, ())
        moves[f"Add{name}"] = [each for each in new if each not in old]
        moves[f"Remove{name}"] = [each for each in old if each not in new]
    given = changed(r, "PolicyDocument", "PrivateDnsEnabled", "IpAddressType")
    send(ec2.modify_vpc_endpoint, given | {n: m for n, m in moves.items() if m}, VpcEndpointId=r.physical_id)
    tag(r, r.physical_id)
    return _endpoint(r, r.physical_id)


def _create_flow_log(r: Request) -> Made:
    made = send(r.clients("ec2").create_flow_logs, r.properties, ResourceIds=[r.properties["ResourceId"]])
    for failed in made.get("Unsuccessful", ()):
        raise ClientError({"Error": failed["Error"]}, "CreateFlowLogs")
    tag(r, made["FlowLogIds"][0])
    return Made(made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]})


HANDLERS: Mapping[str, Handler] = {
    "AWS::EC2::EIP": Handler(_create_address, _delete_address, _update_address),
    "AWS::EC2::NatGateway": Handler(
        _create_nat_gateway,
        lambda r: gone(r.clients("ec2").delete_nat_gateway, NatGatewayId=r.physical_id),
        lambda r: _finish_nat_gateway(r, r.physical_id),
    ),
    "AWS::EC2::VPCEndpoint": Handler(
        _create_endpoint,
        lambda r: gone(r.clients("ec2").delete_vpc_endpoints, VpcEndpointIds=[r.physical_id]),
        _update_endpoint,
    ),
    "AWS::EC2::FlowLog": Handler(
        _create_flow_log,
        lambda r: gone(r.clients("ec2").delete_flow_logs, FlowLogIds=[r.physical_id]),
        tagged("Id"),
    ),
}
