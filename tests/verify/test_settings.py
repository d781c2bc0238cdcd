"""What `plan` refuses of an environment file, `verify` finds, in the file and in no template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cfngen.cli.main import cli
from cfngen.deployment import load_bundles
from cfngen.environment.config import load_environments
from cfngen.errors import CfngenError
from cfngen.verify import PROOFS, verify
from cfngen.verify.settings import prove_settings

HOME = Path(__file__).parents[2]
RIGHT = "  WebMaxSize: 4\n"


@pytest.fixture
def params(tmp_path):
    """A folder with this repository's dev and prod."""
    folder = tmp_path / "params"
    folder.mkdir()
    for name in ("dev", "prod"):
        (folder / f"{name}.yaml").write_text((HOME / "params" / f"{name}.yaml").read_text(encoding="utf-8"))
    return folder


def change(params, name, old, new):
    path = params / f"{name}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def line_of(path, text):
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def found(params):
    (proof,) = verify(load_environments(params), HOME / "templates_out")
    return proof


def test_each_given_value_is_a_fact(prove):
    proof = prove(prove_settings)
    assert (proof.facts_checked, proof.findings) == (5, ())


@pytest.mark.parametrize(
    ("written", "rule", "what"),
    [
        ("WebMaxSizes: 9", "settings.value", "WebMaxSizes is no parameter"),
        ("WebMaxSize: many", "settings.value", "WebMaxSize is many, which is not a number"),
        ("AlarmEmails: b", "settings.value", "AlarmEmails is b, which does not match"),
        ("DatabaseSnapshots: x", "settings.value", "DatabaseSnapshots is no parameter"),
    ],
)
def test_a_wrong_value_is_found_on_its_line(params, written, rule, what):
    change(params, "prod", RIGHT, f"  {written}\n")
    proof = found(params)
    (finding,) = proof.findings
    assert (proof.name, proof.holds, finding.rule) == ("settings", False, rule)
    assert what in finding.problem.what
    path = params / "prod.yaml"
    assert (finding.problem.where.file, finding.problem.where.line) == (str(path), line_of(path, written))


def test_a_class_that_a_region_does_not_offer_is_found_on_its_line(params):
    change(params, "prod", "DatabaseInstanceClass: db.r6i.xlarge", "DatabaseInstanceClass: db.r6g.xlarge")
    proof = found(params)
    assert {finding.rule for finding in proof.findings} == {"settings.offer"}
    lines = {finding.problem.where.line for finding in proof.findings}
    assert lines == {line_of(params / "prod.yaml", "db.r6g.xlarge")}


def test_ranges_of_two_environments_that_overlap_are_found_once_in_the_file(params):
    change(params, "dev", "10.64.0.0/16", "10.0.0.0/16")
    (finding,) = found(params).findings
    assert finding.rule == "settings.overlap"
    assert {finding.problem.where.file} < {str(params / f"{name}.yaml") for name in ("dev", "prod")}


def test_a_plan_refuses_what_verify_finds_and_takes_what_it_does_not(params):
    def refused():
        problems = set()
        for environment in load_environments(params):
            try:
                load_bundles(environment, HOME / "templates_out")
            except CfngenError as error:
                problems |= set(error.problems)
        return problems

    assert refused() == set()
    assert len(verify(load_environments(params), HOME / "templates_out")) == len(PROOFS)
    change(params, "prod", RIGHT, "  WebMaxSizes: 9\n  DatabaseSnapshots: x\n")
    change(params, "dev", "10.64.0.0/16", "10.64.0.0/8")
    assert {finding.problem for finding in found(params).findings} == refused() != set()


def test_the_other_proofs_say_nothing_of_what_is_made_of_wrong_values(params):
    change(params, "prod", RIGHT, "  WebMaxSize: many\n")
    proof = found(params)
    assert {finding.problem.where.file for finding in proof.findings} == {str(params / "prod.yaml")}
    assert proof.details == (f"not proved while values are wrong: {', '.join(list(PROOFS)[1:])}",)


def test_sarif_points_into_the_environment_file(params):
    change(params, "prod", RIGHT, "  WebMaxSizes: 9\n")
    words = ["--params", str(params), "verify", "--templates", str(HOME / "templates_out"), "--format", "sarif"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 1
    (told,) = json.loads(result.stdout)["runs"][0]["results"]
    place = told["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/params/prod.yaml")
    assert place["region"]["startLine"] == line_of(params / "prod.yaml", "WebMaxSizes")


def test_the_problems_of_all_that_are_named_are_told_at_once(params):
    for name in ("dev", "prod"):
        change(params, name, "domain:", "domains:")
    result = CliRunner().invoke(cli, ["--params", str(params), "verify", "dev", "prod"])
    assert result.exit_code == 1
    assert all(f"{name}.yaml" in result.stderr for name in ("dev", "prod"))
