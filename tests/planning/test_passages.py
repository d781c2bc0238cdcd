"""A place through all its bundles: wires between them, and what is looked up again."""

from __future__ import annotations

from cfngen.planning.assessment import assess
from cfngen.planning.operations import Preferences, UpdateInstances
from cfngen.planning.plan import plan
from tests.bundles import US, deployed, effects, impact, root, stack_set

NETWORK = """
Parameters: {VpcCidr: {Type: String}, Label: {Type: String, Default: a}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: {Ref: VpcCidr}}}
Outputs:
  VpcId: {Value: {Ref: Vpc}}
  Mode: {Value: {Fn::Sub: "mode-${Label}"}}
"""
FOUNDATION = root(
    "network: {VpcCidr: {Ref: VpcCidr}, Label: {Ref: Label}}",
    parameters="{VpcCidr: {Type: String}, Label: {Type: String, Default: a}}",
    more="""
  VpcIdParameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /medapp/prod/foundation/VpcId, Type: String, Value: {Fn::GetAtt: [Network, Outputs.VpcId]}}
  ModeParameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /medapp/prod/foundation/Mode, Type: String, Value: {Fn::GetAtt: [Network, Outputs.Mode]}}
""",
)
WEB = """
Parameters: {VpcId: {Type: String}, Mode: {Type: String}, Image: {Type: String}, Size: {Type: String}}
Conditions: {IsB: {Fn::Equals: [{Ref: Mode}, mode-b]}}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, VpcId: {Ref: VpcId}}}
  OnlyB: {Type: AWS::SNS::Topic, Condition: IsB}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {ImageId: {Ref: Image}, InstanceType: {Ref: Size}}}
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    UpdatePolicy: {AutoScalingRollingUpdate: {}}
    Properties:
      LaunchTemplate: {LaunchTemplateId: {Ref: Template}, Version: {Fn::GetAtt: [Template, LatestVersionNumber]}}
"""
IMAGE = "/aws/service/ami/latest"
SERVICE = root(
    "web: {VpcId: {Ref: VpcId}, Mode: {Ref: Mode}, Image: {Ref: Image}, Size: {Ref: Size}}",
    parameters="""
  VpcId: {Type: AWS::SSM::Parameter::Value<String>}
  Mode: {Type: AWS::SSM::Parameter::Value<String>}
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/service/ami/latest}
  Size: {Type: String, Default: small}
Metadata:
  cfngen:
    Wires: {VpcId: {Bundle: foundation, Path: foundation/VpcId}, Mode: {Bundle: foundation, Path: foundation/Mode}}
""",
)
WIRES = {"VpcId": "/medapp/prod/foundation/VpcId", "Mode": "/medapp/prod/foundation/Mode"}


def foundation(cidr="10.0.0.0/16", **values):
    layers = {"root": FOUNDATION, "network": NETWORK}
    return stack_set("foundation", layers, {US: {}}, {"VpcCidr": cidr, **values})


def service(web=WEB, **values):
    return stack_set("service", {"root": SERVICE, "web": web}, {US: {}}, {**WIRES, **values})


def both(old, new):
    """Assess the two bundles together, from what was deployed to what is wanted."""
    return assess(new, deployed(old[0]) | deployed(old[1]))


def test_what_a_bundle_replaces_is_replaced_for_the_bundle_that_takes_it():
    found = both((foundation(), service()), (foundation("10.9.0.0/16"), service()))
    assert effects(found["foundation"].impacts[US])["network.Vpc"] == "replace"
    assert effects(found["service"].impacts[US]) == {"web.Group": "replace"}
    assert found["service"].refresh == {US: ("VpcId",)}


def test_a_bundle_is_updated_that_only_takes_what_another_changes():
    new = (foundation("10.9.0.0/16"), service())
    old = deployed(foundation()) | deployed(service())
    (operation,) = plan(new, old, preferences=Preferences(), present=all_keys(*new)).steps[1].operations
    assert isinstance(operation, UpdateInstances)
    assert operation.wires == ("VpcId",)
    assert operation.reasons == ("takes VpcId again, which an earlier bundle changes",)


def test_a_bundle_is_left_alone_that_takes_nothing_of_what_changes():
    free = WEB.replace("{Ref: VpcId}", "vpc-1")
    found = both((foundation(), service(free)), (foundation("10.9.0.0/16"), service(free)))
    assert found["service"].impacts == {}
    assert found["service"].refresh == {}


def test_a_value_that_travels_through_ssm_decides_conditions_there():
    found = both((foundation(), service()), (foundation(Label="b"), service()))
    assert effects(found["service"].impacts[US]) == {"web.OnlyB": "create"}
    assert found["service"].refresh == {US: ("Mode",)}


def test_without_its_giver_a_wire_is_as_it_was():
    assert effects(impact(service(), service(Size="large"))) == {"web.Template": "in place", "web.Fleet": "in place"}


def test_an_image_is_looked_up_again_with_every_update_and_may_roll_the_fleet():
    (lookup,) = impact(service(), service(WEB.replace("GroupDescription: x", "GroupDescription: y"))).lookups
    assert (lookup.parameter, lookup.path, lookup.reaches) == ("Image", IMAGE, ("web.Fleet",))


def test_a_pinned_image_is_not_looked_up_again():
    pinned = {"Image": f"{IMAGE}:7"}
    assert impact(service(**pinned), service(Size="large", **pinned)).lookups == ()


def test_an_image_that_nothing_uses_is_not_told():
    unused = WEB.replace("{Ref: Image}", "ami-1")
    assert impact(service(unused), service(unused, Size="large")).lookups == ()


def test_a_new_version_of_a_launch_template_rolls_the_fleet():
    (fleet,) = (each for each in impact(service(), service(Size="large")).resources if each.name == "web.Fleet")
    assert fleet.why == "rolls its instances"
    assert fleet.properties[0].after == "${another web.Template.LatestVersionNumber}"


def test_a_place_where_both_bundles_are_new_has_both_created():
    found = assess((foundation(), service()), {})
    assert {bundle: each.impacts[US].action for bundle, each in found.items()} == {
        "foundation": "create",
        "service": "create",
    }


def all_keys(*items):
    return [upload.key for each in items for upload in each.uploads]
