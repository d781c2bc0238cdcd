from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cfnlint.rules import Rules

from cfngen.errors import CfngenError
from cfngen.findings import Finding
from cfngen.lint import MANDATORY, OWN_RULES, lint, load_rules

ROOT = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./network.yaml
      Parameters: {VpcCidr: 10.0.0.0/16}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./app.yaml
      Parameters: {VpcId: !GetAtt Network.Outputs.VpcId}
"""
NETWORK = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {VpcCidr: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref VpcCidr}}
  FlowLog:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceId: !Ref Vpc
      ResourceType: VPC
      TrafficType: ALL
      LogDestinationType: s3
      LogDestination: !Sub "arn:${AWS::Partition}:s3:::logs-of-traffic"
Outputs: {VpcId: {Value: !Ref Vpc}}
"""
APP = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {VpcId: {Type: "AWS::EC2::VPC::Id"}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: nobody gets in
      VpcId: !Ref VpcId
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
"""
REGIONS = ("us-east-1", "eu-west-1")
NOTES = ("I3011", "I4010", "W4011", "W4012")
"""Context metadata and policies, which these small templates go without."""


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.fixture
def findings(rules: Rules) -> Callable[..., list[Finding]]:
    return partial(lint, regions=REGIONS, processes=1, rules=rules)


@pytest.fixture
def found(findings) -> Callable[[Path], dict[str, str]]:
    return lambda folder: {f.rule: f.problem.what for f in findings(folder) if f.rule not in NOTES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "templates" / "service"
    home.mkdir(parents=True)
    for name, text in {"root": ROOT, "network": NETWORK, "app": APP}.items():
        (home / f"{name}.yaml").write_text(text)
    return tmp_path / "templates"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_sound_templates_have_no_finding(folder, found):
    assert found(folder) == {}


def test_a_broken_output_name_is_found_outside_the_working_directory(folder, found):
    replace(folder / "service" / "root.yaml", "Outputs.VpcId", "Outputs.VpcIdd")
    assert not folder.is_relative_to(Path.cwd())
    assert "'Outputs.VpcIdd' is not one of ['Outputs.VpcId']" in found(folder)["E1010"]


def test_a_misspelt_parameter_is_found_outside_the_working_directory(folder, found):
    replace(folder / "service" / "root.yaml", "{VpcCidr:", "{VpcCidrr:")
    assert "VpcCidr" in found(folder)["E3043"]


def test_wiring_is_checked_in_a_folder_given_relatively(folder, monkeypatch, found):
    replace(folder / "service" / "root.yaml", "Outputs.VpcId", "Outputs.VpcIdd")
    monkeypatch.chdir(folder.parent)
    assert "E1010" in found(Path("templates"))
    assert Path.cwd() == folder.parent, "the caller's working directory stays"


def test_a_finding_names_the_file_as_it_was_given_and_the_place_in_it(folder, monkeypatch, findings):
    replace(folder / "service" / "root.yaml", "Outputs.VpcId", "Outputs.VpcIdd")
    monkeypatch.chdir(folder.parent)
    (finding,) = [f for f in findings(Path("templates")) if f.rule == "E1010"]
    where = finding.problem.where
    assert (where.file, where.line, finding.column) == (str(Path("templates/service/root.yaml")), 12, 20)
    assert where.path.startswith("Resources.App.Properties.Parameters.VpcId")
    assert finding.level == "error"
    assert finding.source


def test_own_rules_are_applied(folder, found):
    replace(folder / "service" / "network.yaml", "TrafficType: ALL", "TrafficType: REJECT")
    assert "TrafficType ALL" in found(folder)["E9126"]


def test_every_level_is_reported(folder, findings):
    replace(folder / "service" / "app.yaml", "Parameters: {", "Parameters: {Unused: {Type: String, Default: a}, ")
    levels = {f.level for f in findings(folder)}
    assert levels >= {"warning", "informational"}


def test_every_region_is_checked(folder, findings):
    (folder / "robot.yaml").write_text("Resources: {App: {Type: AWS::RoboMaker::RobotApplication, Properties: {}}}")
    only_west = {f.problem.what for f in findings(folder, regions=("us-west-1",)) if f.rule == "E3006"}
    assert any("us-west-1" in what for what in only_west)


def test_a_template_cannot_switch_rules_off_as_a_whole(folder, found):
    text = "Metadata: {cfn-lint: {config: {ignore_checks: [E], include_checks: [], regions: [us-east-1]}}}\n"
    replace(folder / "service" / "network.yaml", "Parameters:", text + "Parameters:")
    replace(folder / "service" / "network.yaml", "TrafficType: ALL", "TrafficType: REJECT")
    assert {"E9124", "E9126"} <= set(found(folder))


def test_a_configuration_file_beside_the_templates_has_no_effect(folder, found):
    (folder / ".cfnlintrc").write_text("ignore_checks: [E]\n")
    replace(folder / "service" / "network.yaml", "TrafficType: ALL", "TrafficType: REJECT")
    assert "E9126" in found(folder)


def test_a_resource_may_answer_a_rule_of_ours_with_a_reason(folder, found):
    answer = "cfn-lint: {config: {ignore_checks: [E9126]}, reasons: {E9126: An empty network has no traffic.}}"
    replace(
        folder / "service" / "network.yaml", "Type: AWS::EC2::VPC,", f"Type: AWS::EC2::VPC, Metadata: {{{answer}}},"
    )
    replace(folder / "service" / "network.yaml", "TrafficType: ALL", "TrafficType: REJECT")
    assert found(folder) == {}


def test_the_number_of_processes_changes_nothing(folder, findings):
    replace(folder / "service" / "network.yaml", "TrafficType: ALL", "TrafficType: REJECT")
    replace(folder / "service" / "root.yaml", "Outputs.VpcId", "Outputs.VpcIdd")
    assert findings(folder) == findings(folder, processes=3)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Resources: [", id="broken YAML"),
        pytest.param(b"", id="an empty file"),
        pytest.param(b"- a\n- b\n", id="a list"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"Resources: 5\n", id="resources that are a number"),
        pytest.param(
            b"Resources: {A: 7, B: {Type: [x]}, C: {Type: AWS::S3::Bucket, Properties: 3}}", id="odd resources"
        ),
        pytest.param(
            b"Parameters: [x]\nMetadata: 4\nResources: {A: {Type: AWS::SNS::Topic, Metadata: 3}}", id="odd sections"
        ),
        pytest.param(b"[" * 5000, id="absurd depth"),
    ],
)
def test_a_template_that_cannot_be_read_is_a_finding(folder, content, findings):
    (folder / "odd.yaml").write_bytes(content)
    odd = [f for f in findings(folder) if f.problem.where.file == str(folder / "odd.yaml")]
    assert odd
    assert all(f.problem.what for f in odd)
    assert not [f for f in odd if f.rule == "E0002" and "rule E9" in f.problem.what], "ours may not stumble"


def test_a_template_that_may_not_be_read_is_a_finding(folder, findings):
    (folder / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    (finding,) = [f for f in findings(folder) if "gone.yaml" in f.problem.where.file]
    assert finding.rule == "E0000"


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing", "does not exist"), ("empty", "holds no template"), ("file.yaml", "is not a folder")],
)
def test_a_folder_without_templates_is_refused(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.yaml").write_text("Resources: {}")
    with pytest.raises(CfngenError) as error:
        lint(tmp_path / name, REGIONS)
    (problem,) = error.value.problems
    assert message in problem.what
    assert problem.where.file == str(tmp_path / name)
    assert problem.hint


@pytest.mark.parametrize(("regions", "message"), [(("us-east-11",), "us-east-11"), ((), "no region")])
def test_an_unknown_region_is_refused(folder, regions, message):
    with pytest.raises(CfngenError, match=message):
        lint(folder, regions)


@pytest.mark.parametrize("file", sorted(OWN_RULES.glob("[a-z]*.py")), ids=lambda file: file.stem)
def test_each_rule_file_is_one_documented_rule_with_a_test(file, rules):
    (rule,) = (rule for rule in rules.values() if type(rule).__module__ == file.stem and rule.id[1] == "9")
    assert file.read_text().startswith(f'"""{rule.id}: ')
    assert all((rule.shortdesc, rule.description, rule.source_url, rule.tags))
    assert (Path(__file__).parent / "rules" / f"test_{file.stem}.py").exists()


def test_mandatory_rules_exist(rules):
    assert set(MANDATORY) <= set(rules.data)
