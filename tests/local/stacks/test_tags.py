from __future__ import annotations

from typing import Any

from cfngen.local.stacks.tags import tags_of, with_stack_tags
from cfngen.schemas import resource_schema

TAGS = {"Project": "shop", "Owner": "ops"}


def tagged(name: str, properties: dict[str, Any]) -> Any:
    schema = resource_schema(name)
    assert schema is not None
    return with_stack_tags(schema, properties, TAGS)


def test_a_resource_gets_the_tags_of_its_stack():
    assert tagged("AWS::EC2::VPC", {}) == {
        "Tags": [{"Key": "Project", "Value": "shop"}, {"Key": "Owner", "Value": "ops"}]
    }


def test_its_own_tags_win():
    found = tagged("AWS::EC2::VPC", {"Tags": [{"Key": "Owner", "Value": "me"}]})["Tags"]
    assert tags_of(found) == {"Owner": "me", "Project": "shop"}
    assert len(found) == 2


def test_tags_may_be_a_mapping():
    assert tagged("AWS::SSM::Parameter", {"Tags": {"Owner": "me"}})["Tags"] == {"Project": "shop", "Owner": "me"}


def test_tags_of_a_fleet_reach_its_machines():
    found = tagged("AWS::AutoScaling::AutoScalingGroup", {"MinSize": "1"})["Tags"]
    assert found[0] == {"Key": "Project", "Value": "shop", "PropagateAtLaunch": True}


def test_tags_have_other_names_on_some_types():
    assert tags_of(tagged("AWS::Route53::HostedZone", {})["HostedZoneTags"]) == TAGS


def test_what_cannot_be_tagged_stays_as_it_is():
    assert tagged("AWS::EC2::Route", {"RouteTableId": "r"}) == {"RouteTableId": "r"}
    assert tagged("AWS::IAM::InstanceProfile", {"Roles": ["r"]}) == {"Roles": ["r"]}
