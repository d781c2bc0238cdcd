"""How far root parameters reach, and which of them decide something."""

from __future__ import annotations

import pytest

from cfngen.planning.reach import deciding, differing, mentioned, reach
from cfngen.planning.sources import source
from tests.bundles import root, stack_set

NETWORK = """
Parameters: {Cidr: {Type: String}, Name: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: {Ref: Cidr}, Tags: [{Key: Name, Value: {Ref: Name}}]}}
Outputs:
  VpcId: {Value: {Ref: Vpc}}
  Label: {Value: {Fn::Sub: "${Name}-vpc"}}
  Block: {Value: {Fn::GetAtt: Vpc.CidrBlock}}
"""
DATA = """
Parameters: {Label: {Type: String}, Size: {Type: String}, Block: {Type: String}}
Conditions: {IsLarge: {Fn::Equals: [{Ref: Size}, large]}}
Resources:
  Db: {Type: AWS::RDS::DBInstance, Condition: IsLarge, Properties: {DBName: {Ref: Label}}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupName: {Fn::If: [IsLarge, a, b]}}}
"""
PARAMETERS = "{VpcCidr: {Type: String}, Name: {Type: String}, DbSize: {Type: String}, Unused: {Type: String}}"
ROOT = root(
    "network: {Cidr: {Ref: VpcCidr}, Name: {Ref: Name}}",
    "data: {Label: {Fn::GetAtt: Network.Outputs.Label}, Size: {Ref: DbSize}, "
    "Block: {Fn::GetAtt: Network.Outputs.Block}}",
    parameters=PARAMETERS,
)


def read(**changed):
    item = stack_set("foundation", {"root": ROOT, "network": NETWORK, "data": DATA, **changed}, {})
    return source("foundation", item.definition.template, {each.key: each.body for each in item.uploads})


@pytest.mark.parametrize(
    ("layer", "expression", "names"),
    [
        ("root", {"Ref": "VpcCidr"}, {"VpcCidr"}),
        ("network", {"Ref": "Cidr"}, {"VpcCidr"}),
        ("network", {"Ref": "Vpc"}, set()),
        ("network", {"Fn::GetAtt": ["Vpc", "CidrBlock"]}, {"VpcCidr"}),
        ("data", {"Ref": "Label"}, {"Name"}),
        ("data", {"Ref": "Block"}, {"VpcCidr"}),
        ("data", {"Fn::If": ["IsLarge", "a", {"Ref": "Label"}]}, {"DbSize", "Name"}),
        ("data", {"Type": "T", "Condition": "IsLarge"}, {"DbSize"}),
        ("data", {"Fn::Join": ["-", [{"Fn::Sub": "${Label}-${AWS::Region}"}]]}, {"Name", "AWS::Region"}),
        ("data", {"Fn::Sub": ["${Label}-${X}", {"X": {"Ref": "Size"}}]}, {"Name", "DbSize"}),
    ],
)
def test_a_parameter_is_followed_through_nested_stacks_outputs_and_conditions(layer, expression, names):
    assert read().reach.of(layer, expression) == names


def test_what_a_condition_or_a_map_depends_on_decides():
    mapped = NETWORK.replace("CidrBlock: {Ref: Cidr}", "CidrBlock: {Fn::FindInMap: [Blocks, {Ref: Cidr}, x]}")
    assert deciding(read().reach) == {"DbSize"}
    assert deciding(read(network=mapped).reach) == {"DbSize", "VpcCidr"}


def test_what_only_one_version_uses_at_some_place_differs():
    literal = DATA.replace("DBName: {Ref: Label}", "DBName: fixed")
    joined = DATA.replace("DBName: {Ref: Label}", 'DBName: {Fn::Sub: "${Label}-x"}')
    assert differing(read().reach, read(data=literal).reach) == {"Name"}
    assert differing(read(data=literal).reach, read().reach) == {"Name"}
    assert differing(read().reach, read(data=joined).reach) == set()
    assert differing(read().reach, read(data=DATA.replace("  Db:", "  Db2:")).reach) == set()


def test_what_is_taken_apart_matters_where_it_is_written_differently():
    first, second = (
        DATA.replace("{Ref: Label}", f'{{Fn::Select: [{n}, {{Fn::Split: ["-", {{Ref: Label}}]}}]}}') for n in "01"
    )
    assert differing(read(data=first).reach, read(data=second).reach) == {"Name"}
    assert deciding(read(data=first).reach) == {"DbSize"}
    chosen = DATA.replace("{Ref: Label}", "{Fn::Select: [{Ref: Label}, [a, b]]}")
    assert deciding(read(data=chosen).reach) == {"DbSize", "Name"}


def test_two_versions_that_are_the_same_differ_in_nothing():
    assert differing(read().reach, read().reach) == set()


def test_a_name_of_the_sub_itself_is_not_a_reference():
    assert list(mentioned({"Fn::Sub": ["${X}-${!Literal}-${Y}", {"X": "1"}]})) == ["Y"]


def test_conditions_that_need_each_other_end():
    looping = DATA.replace("{IsLarge:", "{Loop: {Fn::Not: [{Condition: Loop}]}, IsLarge:")
    assert read(data=looping).reach.of("data", {"Condition": "Loop"}) == set()


def test_a_bundle_of_an_empty_root_reaches_nothing():
    assert reach(read().bundle).outputs["data"] == {}
