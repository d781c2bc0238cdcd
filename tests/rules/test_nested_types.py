from __future__ import annotations

import pytest

from cfngen.rules.nested_types import NestedTypesRule

ROOT = """\
Parameters:
  Zones: {Type: Number}
  Names: {Type: CommaDelimitedList}
  Vpc: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>"}
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./network.yaml}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./app.yaml
      Parameters:
        VpcId: !GetAtt Network.Outputs.VpcId
        SubnetIds: !GetAtt Network.Outputs.SubnetIds
        Zones: !Ref Zones
        Names: !Join [",", !Ref Names]
"""
NETWORK = """\
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Subnet: {Type: AWS::EC2::Subnet}
Outputs:
  VpcId: {Value: !Ref Vpc}
  SubnetId: {Value: !Ref Subnet}
  SubnetIds: {Value: !Join [",", [!Ref Subnet]]}
"""
APP = """\
Parameters:
  VpcId: {Type: "AWS::EC2::VPC::Id"}
  SubnetIds: {Type: "List<AWS::EC2::Subnet::Id>"}
  Zones: {Type: Number}
  Names: {Type: CommaDelimitedList}
Resources: {Group: {Type: AWS::EC2::SecurityGroup}}
"""


@pytest.fixture
def found(matches, tmp_path):
    def run(root=ROOT, app=APP):
        (tmp_path / "network.yaml").write_text(NETWORK)
        (tmp_path / "app.yaml").write_text(app)
        return matches(NestedTypesRule(), root, str(tmp_path / "root.yaml"))

    return run


def test_values_of_the_declared_types_are_accepted(found):
    assert found() == []


def test_the_value_of_an_ssm_parameter_fits_the_inner_type(found):
    assert found(ROOT.replace("!GetAtt Network.Outputs.VpcId", "!Ref Vpc")) == []


@pytest.mark.parametrize(
    ("old", "new", "name", "message"),
    [
        ("Outputs.VpcId", "Outputs.SubnetId", "VpcId", "AWS::EC2::Subnet::Id is given where a AWS::EC2::VPC::Id"),
        ("Outputs.SubnetIds", "Outputs.SubnetId", "", ""),
        ("Outputs.SubnetIds", "Outputs.VpcId", "SubnetIds", "one AWS::EC2::VPC::Id is given"),
        ("VpcId: !GetAtt Network.Outputs.VpcId", "VpcId: !GetAtt Network.Outputs.SubnetIds", "VpcId", "is given where"),
        ('!Join [",", !Ref Names]', "!Ref Names", "Names", "must be joined with commas"),
        ("Zones: !Ref Zones", "Zones: two", "Zones", "a word is given where a Number is declared"),
        ("Zones: !Ref Zones", "Zones: 2", "", ""),
    ],
)
def test_a_value_of_another_type_is_found(found, old, new, name, message):
    assert old in ROOT
    matches = found(ROOT.replace(old, new))
    assert [path for path, _ in matches] == ([f"Resources.App.Properties.Parameters.{name}"] if name else [])
    assert all(message in what for _, what in matches)


def test_a_child_may_not_look_up_what_the_root_has_looked_up(found):
    app = APP.replace('"AWS::EC2::VPC::Id"', '"AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>"')
    ((path, what),) = found(app=app)
    assert path == "Resources.App.Properties.Parameters.VpcId"
    assert "declare AWS::EC2::VPC::Id" in what
