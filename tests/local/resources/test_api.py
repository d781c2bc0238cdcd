"""The helpers that make handlers short."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.local.resources.api import fit, gone, is_gone, short, tag_map, text


def error(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Delete")


def shape(world: Any, service: str, operation: str) -> Any:
    return world.clients(service).meta.service_model.operation_model(operation).input_shape


def test_text_becomes_what_the_service_wants(world: Any) -> None:
    fitted = fit(
        shape(world, "rds", "CreateDBInstance"),
        {"AllocatedStorage": "5120", "MultiAZ": "true", "Port": 1433.0, "EngineVersion": 16, "NoSuchThing": 1},
    )
    assert fitted == {"AllocatedStorage": 5120, "MultiAZ": True, "Port": 1433, "EngineVersion": "16"}


def test_names_are_found_in_any_case_and_documents_become_text(world: Any) -> None:
    assert fit(shape(world, "logs", "PutMetricFilter"), {"LogGroupName": "g", "FilterPattern": {"a": 1}}) == {
        "logGroupName": "g",
        "filterPattern": '{"a": 1}',
    }


def test_one_thing_is_a_list_of_one(world: Any) -> None:
    assert fit(shape(world, "ec2", "CreateVpcEndpoint"), {"SubnetIds": "subnet-1"}) == {"SubnetIds": ["subnet-1"]}


@pytest.mark.parametrize(
    "gone_error",
    [
        error("InvalidVpcID.NotFound"),
        error("NoSuchBucket"),
        error("404"),
        error("NonExistentQueue"),
        error("Gateway.NotAttached"),
        error("ValidationError", "AutoScalingGroup name not found - null"),
    ],
)
def test_what_is_not_there_is_gone(gone_error: ClientError) -> None:
    assert is_gone(gone_error)


@pytest.mark.parametrize("other", [error("DependencyViolation"), error("ValidationError", "Value is bad")])
def test_other_errors_are_not(other: ClientError) -> None:
    assert not is_gone(other)


def test_a_delete_that_is_refused_fails(world: Any) -> None:
    ec2 = world.clients("ec2")
    assert world.subnets
    with pytest.raises(ClientError, match="DependencyViolation"):
        gone(ec2.delete_vpc, VpcId=world.vpc)
    gone(ec2.delete_vpc, VpcId="vpc-0123456789abcdef0")


def test_short_names_keep_their_unique_end() -> None:
    assert short("stack-LoadBalancer-ABCDEFGHIJKL", 32) == "stack-LoadBalancer-ABCDEFGHIJKL"
    assert short("a-rather-long-stack-LoadBalancer-ABCDEFGHIJKL", 32) == "a-rather-long-stack-ABCDEFGHIJKL"


def test_tags_may_be_a_list_or_a_mapping() -> None:
    assert tag_map({"Tags": [{"Key": "a", "Value": 1}]}) == tag_map({"Tags": {"a": "1"}}) == {"a": "1"}


def test_booleans_are_spelled_as_aws_spells_them() -> None:
    assert (text(True), text({"a": 1}), text(5)) == ("true", '{"a": 1}', "5")
