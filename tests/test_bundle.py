"""Composing bundles: wires inside a bundle, through SSM, and every wiring problem at once."""

from __future__ import annotations

import pytest
from troposphere import Parameter, Ref, Template, ec2, s3

from cfngen import facts
from cfngen.bundle import compose
from cfngen.catalog import Bundle, Scope
from cfngen.errors import CfngenError
from cfngen.layer import Layer, Wire, give, setting, take

VPC_ID = Wire("VpcId", "AWS::EC2::VPC::Id", "The VPC.")
SUBNET_IDS = Wire("SubnetIds", "List<AWS::EC2::Subnet::Id>", "The subnets.")
SIZE = Parameter("Size", Type="Number", Default="2", Description="How many.")
IMAGE = Parameter(
    "Image", Type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default="/aws/image", Description="The image."
)


def gives(template: Template) -> None:
    vpc = template.add_resource(ec2.VPC("Vpc", CidrBlock="10.0.0.0/16"))
    give(template, VPC_ID, Ref(vpc))
    give(template, SUBNET_IDS, ["subnet-1", "subnet-2"])


def takes(template: Template) -> None:
    name = setting(template, facts.ENVIRONMENT)
    template.add_resource(ec2.Subnet("Subnet", VpcId=take(template, VPC_ID), CidrBlock="10.0.0.0/24"))
    template.add_resource(s3.Bucket("Bucket", BucketName=name))
    take(template, SUBNET_IDS)
    setting(template, SIZE)
    setting(template, IMAGE)


def plain(template: Template) -> None:
    template.add_resource(s3.Bucket("Bucket"))


NETWORK = Layer("network", "The network.", gives, (VPC_ID, SUBNET_IDS))
WEB = Layer("web_app", "The web.", takes)
PLAIN = Layer("plain", "A bucket.", plain)


def bundle(name: str, *layers: Layer) -> Bundle:
    return Bundle(name, Scope.EVERY_REGION, tuple(layer.name for layer in layers))


def composed(*bundles: tuple[str, tuple[Layer, ...]]):
    layers = {layer.name: layer for _, members in bundles for layer in members}
    return compose([bundle(name, *members) for name, members in bundles], layers.__getitem__)


def problems(*bundles: tuple[str, tuple[Layer, ...]]) -> list[str]:
    with pytest.raises(CfngenError) as caught:
        composed(*bundles)
    return [str(problem) for problem in caught.value.problems]


def test_a_wire_within_a_bundle_is_the_output_of_a_sibling_stack() -> None:
    root = composed(("one", (NETWORK, WEB)))["one"]["root"]
    values = root["Resources"]["WebApp"]["Properties"]["Parameters"]
    assert values["VpcId"] == {"Fn::GetAtt": ["Network", "Outputs.VpcId"]}
    assert "VpcId" not in root["Parameters"]


def test_a_wire_to_another_bundle_is_published_in_ssm_by_the_giving_root_and_typed_by_the_taking_root() -> None:
    templates = composed(("one", (NETWORK,)), ("two", (WEB,)))
    published = templates["one"]["root"]["Resources"]["SubnetIdsParameter"]["Properties"]
    assert published["Type"] == "StringList"
    assert published["Name"] == {"Fn::Sub": "/${Project}/${Environment}/one/SubnetIds"}
    root = templates["two"]["root"]
    assert root["Parameters"]["SubnetIds"]["Type"] == "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"
    assert root["Metadata"]["cfngen"]["Wires"]["SubnetIds"] == {"Bundle": "one", "Path": "one/SubnetIds"}
    assert root["Resources"]["WebApp"]["Properties"]["Parameters"]["SubnetIds"] == {
        "Fn::Join": [",", {"Ref": "SubnetIds"}]
    }


def test_a_child_gets_the_inner_type_of_an_ssm_parameter_because_the_root_has_looked_it_up() -> None:
    templates = composed(("one", (NETWORK, WEB)))["one"]
    assert templates["root"]["Parameters"]["Image"]["Type"] == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
    assert templates["root"]["Parameters"]["Image"]["Default"] == "/aws/image"
    assert templates["web_app"]["Parameters"]["Image"]["Type"] == "AWS::EC2::Image::Id"
    assert "Default" not in templates["web_app"]["Parameters"]["Image"]


def test_a_setting_is_lifted_to_the_root_and_a_fact_is_noted_as_one() -> None:
    root = composed(("one", (NETWORK, WEB)))["one"]["root"]
    assert root["Parameters"]["Size"]["Default"] == "2"
    assert root["Metadata"]["cfngen"]["Facts"] == ["Environment", "Geography", "Project"]


def test_every_nested_stack_passes_its_layer_and_classification_to_its_resources_as_tags() -> None:
    tags = composed(("one", (NETWORK, WEB)))["one"]["root"]["Resources"]["WebApp"]["Properties"]["Tags"]
    assert {"Key": "Layer", "Value": "web_app"} in tags
    assert {"Key": "DataClassification", "Value": "internal"} in tags
    assert {tag["Key"] for tag in tags} == {"Project", "Environment", "Geography", "Layer", "DataClassification"}


def test_a_wire_taken_before_it_is_given_names_the_word_to_move() -> None:
    assert problems(("one", (WEB, NETWORK))) == [
        "layers/web_app.py: takes VpcId before network gives it\n  hint: move web_app after network in catalog.py",
        "layers/web_app.py: takes SubnetIds before network gives it\n  hint: move web_app after network in catalog.py",
    ]


def test_the_name_servers_of_a_zone_are_an_output_of_its_root_because_deploy_looks_for_their_delegation() -> None:
    servers = Wire("ZoneNameServers", "CommaDelimitedList", "Who answers.")
    zone = Layer("zone", "A zone.", lambda template: plain(template) or give(template, servers, ["a", "b"]), (servers,))
    root = composed(("zone", (zone,)))["zone"]["root"]
    assert root["Outputs"]["ZoneNameServers"]["Value"] == {"Fn::GetAtt": ["Zone", "Outputs.ZoneNameServers"]}


def test_all_wiring_problems_are_reported_at_once() -> None:
    forgets = Layer("forgets", "Forgets.", plain, (Wire("Forgotten", "String", "Never given."),))
    twice = Layer("twice", "Gives again.", gives, (VPC_ID,))
    other = Layer("other", "Other.", lambda t: setting(t, Parameter("Size", Type="String")) and None)
    unknown = Layer("unknown", "Takes.", lambda t: take(t, Wire("Nowhere", "String", "None.")) and None)
    found = " | ".join(problems(("one", (NETWORK, WEB, forgets, twice, other, unknown))))
    assert "declares the wire Forgotten but never gives it" in found
    assert "declares the wire VpcId, as network does" in found
    assert "has the output SubnetIds, which is no wire of it" in found
    assert "declares the setting Size differently from web_app" in found
    assert "takes Nowhere, which no layer gives" in found


def test_the_templates_description_and_purpose_come_from_the_layers_docstring() -> None:
    layer = Layer("plain", "A bucket.", plain, architecture="A bucket behind nothing.")
    template = composed(("one", (layer,)))["one"]["plain"]
    assert template["Description"] == "A bucket."
    assert template["Metadata"]["com.aws.cloudformation.Context"] == {"arch": "A bucket behind nothing."}


def test_composing_twice_gives_equal_templates() -> None:
    assert composed(("one", (NETWORK, WEB))) == composed(("one", (NETWORK, WEB)))
