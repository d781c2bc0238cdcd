from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.expressions.nested import evaluate_bundle, evaluate_template, pseudo_parameters, published
from cfngen.expressions.values import Reference, Unknown
from cfngen.templates import load_bundle, read_template

FOUNDATION = {
    "root": """\
Parameters: {VpcCidr: {Type: String}, Project: {Type: String}}
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./app.yaml
      Parameters: {SubnetIds: !GetAtt Network.Outputs.SubnetIds}
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./network.yaml, Parameters: {VpcCidr: !Ref VpcCidr}}
  SubnetIdsParameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Sub "/${Project}/SubnetIds", Value: !GetAtt Network.Outputs.SubnetIds}
""",
    "network": """\
Parameters: {VpcCidr: {Type: String}}
Resources:
  One: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: !Select [0, !Cidr [!Ref VpcCidr, 2, 8]]}}
  Two: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: !Select [1, !Cidr [!Ref VpcCidr, 2, 8]]}}
Outputs: {SubnetIds: {Value: !Join [",", [!Ref One, !Ref Two]]}}
""",
    "app": """\
Parameters: {SubnetIds: {Type: "List<AWS::EC2::Subnet::Id>"}}
Resources:
  Fleet: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: !Ref SubnetIds}}
""",
}
SERVICE = {
    "root": """\
Parameters: {SubnetIds: {Type: "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"}}
Resources:
  Web:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./web.yaml, Parameters: {SubnetIds: !Join [",", !Ref SubnetIds]}}
""",
    "web": FOUNDATION["app"],
}
PLACE = pseudo_parameters("222222222222", "us-east-1")
ONE, TWO = Reference("prod/us/foundation/network", "One"), Reference("prod/us/foundation/network", "Two")


@pytest.fixture
def bundle(tmp_path: Path):
    def write(name, files):
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / f"{file}.yaml").write_text(text)
        return load_bundle(tmp_path, name)

    return write


def test_values_flow_from_the_root_through_one_child_into_the_next(bundle):
    given = {"VpcCidr": "10.0.0.0/16", "Project": "medapp"}
    stacks = evaluate_bundle(bundle("foundation", FOUNDATION), "prod/us/foundation", given, PLACE)
    assert stacks["network"].resources["Two"].properties["CidrBlock"] == "10.0.1.0/24"
    assert stacks["app"].resources["Fleet"].properties["VPCZoneIdentifier"] == [ONE, TWO]


def test_values_flow_to_another_bundle_through_ssm(bundle):
    given = {"VpcCidr": "10.0.0.0/16", "Project": "medapp"}
    ssm = published(evaluate_bundle(bundle("foundation", FOUNDATION), "prod/us/foundation", given, PLACE))
    service = bundle("service", SERVICE)
    stacks = evaluate_bundle(service, "prod/us/service", {"SubnetIds": "/medapp/SubnetIds"}, PLACE, ssm)
    assert stacks["web"].resources["Fleet"].properties["VPCZoneIdentifier"] == [ONE, TWO]


def test_an_ssm_parameter_that_nobody_writes_is_unknown(bundle):
    stacks = evaluate_bundle(bundle("service", SERVICE), "prod/us/service", {"SubnetIds": "/x"}, PLACE)
    assert stacks["web"].resources["Fleet"].properties["VPCZoneIdentifier"] == Unknown("SSM parameter /x")


def test_a_nested_stack_whose_condition_fails_is_left_out(bundle):
    files = dict(FOUNDATION)
    files["root"] = "Conditions: {Never: !Equals [a, b]}\n" + FOUNDATION["root"].replace(
        "  App:\n", "  App:\n    Condition: Never\n"
    )
    stacks = evaluate_bundle(bundle("foundation", files), "x", {"VpcCidr": "10.0.0.0/16"}, PLACE)
    assert set(stacks) == {"root", "network"}


def test_children_that_wait_for_each_other_end_in_what_is_not_known(bundle):
    files = dict(FOUNDATION)
    files["root"] = FOUNDATION["root"].replace("VpcCidr: !Ref VpcCidr}", "VpcCidr: !GetAtt App.Outputs.Nope}")
    stacks = evaluate_bundle(bundle("foundation", files), "x", {}, PLACE)
    assert isinstance(stacks["app"].resources["Fleet"].properties["VPCZoneIdentifier"], Unknown)


def test_a_template_alone_is_evaluated_at_a_place(tmp_path):
    (tmp_path / "t.yaml").write_text("Resources: {T: {Type: AWS::SNS::Topic, Properties: {Name: !Ref AWS::Region}}}")
    stack = evaluate_template(read_template(tmp_path / "t.yaml"), "x", {}, PLACE)
    assert stack.resources["T"].properties == {"Name": "us-east-1"}
    assert stack.layer == "t"
