from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from cfngen.errors import Problem, Where
from cfngen.findings import Finding, as_json, as_junit, as_sarif, as_text, in_order

OPEN = Finding(
    "E9109",
    "error",
    Problem(Where("templates out/network.yaml", 7, "Resources.Group"), "0.0.0.0/0 is <everyone>", "name a range"),
    column=3,
    title="No open ingress",
    source="https://example.com/rule",
)
NOTE = Finding("I4010", "informational", Problem(Where("/abs/root.yaml"), "no \x1b[31mcontext"))
WARN = Finding("W2001", "warning", Problem(Where("templates out/network.yaml", 2), "not used"))


def test_text_has_place_rule_and_hint():
    assert as_text([OPEN]) == (
        "templates out/network.yaml:7:3 Resources.Group: E9109 0.0.0.0/0 is <everyone>\n  hint: name a range\n"
    )
    assert as_text([]) == ""


def test_order_is_by_place_and_each_finding_comes_once():
    assert in_order([OPEN, NOTE, WARN, OPEN]) == [NOTE, WARN, OPEN]


def test_json_holds_every_part_of_a_finding():
    (record,) = json.loads(as_json([OPEN]))
    assert record == {
        "rule": "E9109",
        "level": "error",
        "file": "templates out/network.yaml",
        "line": 7,
        "column": 3,
        "path": "Resources.Group",
        "what": "0.0.0.0/0 is <everyone>",
        "hint": "name a range",
        "source": "https://example.com/rule",
    }
    assert json.loads(as_json([])) == []


def test_sarif_has_what_its_schema_requires():
    log = json.loads(as_sarif([OPEN, NOTE, WARN, OPEN], tool="cfngen", version="0.1.0"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E9109", "I4010", "W2001"]
    assert [result["level"] for result in run["results"]] == ["error", "note", "warning", "error"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]


def test_sarif_places_are_uris_with_lines_from_one():
    log = json.loads(as_sarif([OPEN, NOTE], tool="cfngen", version="0.1.0"))
    placed, whole = (result["locations"][0]["physicalLocation"] for result in log["runs"][0]["results"])
    assert placed == {
        "artifactLocation": {"uri": "templates%20out/network.yaml"},
        "region": {"startLine": 7, "startColumn": 3},
    }
    assert whole == {"artifactLocation": {"uri": Path("/abs/root.yaml").as_uri()}}


def test_sarif_without_findings_is_a_run_without_results():
    (run,) = json.loads(as_sarif([], tool="cfngen", version="0.1.0"))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "cfngen"


def test_junit_has_a_case_per_thing_checked_and_a_failure_per_finding():
    top = ET.fromstring(as_junit("lint", {"network.yaml": [OPEN, WARN], "app.yaml": []}).encode())
    (suite,) = top
    assert (top.tag, suite.tag) == ("testsuites", "testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    network, app = suite
    assert [failure.get("type") for failure in network] == ["E9109", "W2001"]
    assert "hint: name a range" in (network[0].text or "")
    assert list(app) == []


def test_junit_stays_xml_whatever_a_message_holds():
    top = ET.fromstring(as_junit("lint", {"root.yaml": [NOTE]}).encode())
    assert top[0][0][0].get("message") == "no \ufffd[31mcontext"
