from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.policy import judged, regions

HOME = Path(__file__).parent.parent
MATCH = {
    "Filename": "a/root.yaml",
    "Location": {"Start": {"LineNumber": 7}},
    "Rule": {"Id": "E3002"},
    "Message": "no such property",
}

PASSED = {"passed_checks": [{"check_id": "CKV_AWS_21"}]}


def check(reason=""):
    result = {"suppress_comment": reason} if reason else {}
    named = {"check_id": "CKV_AWS_18", "check_name": "Ensure access logs"}
    return {"file_path": "/a/logs.yaml", "resource": "AWS::S3::Bucket.Logs", "check_result": result, **named}


@pytest.fixture
def judge(tmp_path):
    """Judge a folder with one template by what the judges print; return findings, suppressions and the commands."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "root.yaml").write_text("Resources: {}\n")

    def run(checkov, lint=()):
        commands = []

        def answer(command):
            commands.append(list(command))
            return json.dumps(checkov if command[0].endswith("checkov") else list(lint))

        return *judged(tmp_path, HOME / "params", answer), commands

    return run


def test_nothing_is_found_where_no_judge_finds_anything(judge):
    found, suppressed, (checkov, lint) = judge({"results": PASSED})
    assert (found, suppressed) == ([], [])
    assert checkov[0] == str(Path(sys.executable).parent / "checkov")
    assert "eu-west-1" in lint
    assert lint[-1].endswith("a/root.yaml")
    assert "--quiet" not in checkov, "it leaves out what is suppressed"


@pytest.mark.parametrize("nothing", [{"passed": 0}, [], {"results": {"passed_checks": [], "failed_checks": []}}])
def test_a_judge_that_judged_nothing_did_not_run(judge, nothing):
    with pytest.raises(ValueError, match="checkov judged nothing"):
        judge(nothing)


def test_findings_of_both_are_unexplained(judge):
    found, _, _ = judge([{"results": {"failed_checks": [check()], "parsing_errors": ["/b.yaml"]}}], [MATCH])
    assert found == [
        "a/root.yaml:7 cfn-lint E3002 no such property",
        "/a/logs.yaml AWS::S3::Bucket.Logs checkov CKV_AWS_18 Ensure access logs",
        "/b.yaml checkov cannot read this",
    ]


def test_a_suppression_counts_with_a_reason_only(judge):
    why = "The bucket holds the logs of others."
    found, suppressed, _ = judge({"results": PASSED | {"skipped_checks": [check(why), check("later"), check()]}})
    assert suppressed == [f"/a/logs.yaml AWS::S3::Bucket.Logs checkov CKV_AWS_18 suppressed: {why}"]
    assert [each.endswith("CKV_AWS_18 is suppressed without a reason") for each in found] == [True, True]


def test_a_folder_without_templates_is_refused(tmp_path):
    with pytest.raises(ValueError, match="make templates"):
        judged(tmp_path, HOME / "params", lambda _: "{}")


def test_regions_are_those_of_every_environment():
    assert {"us-east-1", "us-west-2", "ap-northeast-1"} <= set(regions(HOME / "params"))


def test_make_policy_installs_pinned_judges_apart_and_runs_them():
    done = subprocess.run(["make", "-n", "-B", "policy"], cwd=HOME, capture_output=True, text=True, check=True)
    assert "build/policy/bin/python -m pip install" in done.stdout
    assert "--requirement scripts/policy-requirements.txt" in done.stdout
    assert "build/policy/bin/python scripts/policy.py" in done.stdout
    pins = [line for line in (HOME / "scripts/policy-requirements.txt").read_text().splitlines() if line[:1] != "#"]
    assert all("==" in line for line in pins)
    assert f"cfn-lint=={version_of('cfn-lint')}" in pins


def version_of(name):
    text = (HOME / "setup.py").read_text()
    return text.partition(f'"{name}==')[2].partition('"')[0]
