from __future__ import annotations

import json

import pytest

from cfngen.rules.vpc_endpoints import SERVICES, VpcEndpointsRule


def template(*services):
    found = {"Vpc": {"Type": "AWS::EC2::VPC"}}
    for name in services:
        service = {"ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{name}"}}
        found[f"{name.title()}Endpoint"] = {"Type": "AWS::EC2::VPCEndpoint", "Properties": service}
    return json.dumps({"Resources": found})


def test_a_network_with_endpoints_is_accepted(matches):
    assert matches(VpcEndpointsRule(), template(*SERVICES)) == []


def test_a_network_without_any_is_the_affair_of_who_attaches_it(matches):
    assert matches(VpcEndpointsRule(), template()) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_missing_endpoint_is_found(matches, service):
    ((path, what),) = matches(VpcEndpointsRule(), template(*(each for each in SERVICES if each != service)))
    assert path == "Resources.Vpc"
    assert what.endswith(f"a VPCEndpoint (AWS::EC2::VPCEndpoint) must have the ServiceName of {service}")
