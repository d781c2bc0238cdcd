from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cfngen.catalog import BOOTSTRAP, BUNDLES
from cfngen.cli.explain import library
from cfngen.errors import CfngenError
from cfngen.explanation import explain
from cfngen.rule_texts import rule_texts
from cfngen.text.explanation import WIDTH, explanation_json, explanation_lines

HOME = Path(__file__).parent.parent
PARAMS, TEMPLATES = HOME / "params", HOME / "templates_out"
LIBRARY = library(PARAMS, None, TEMPLATES)
PROD = library(PARAMS, "prod", TEMPLATES)
LOADED = """
import sys
from cfngen.cli.main import cli
try:
    cli.main(sys.argv[1:], prog_name="cfngen")
except SystemExit:
    print(*{name.partition(".")[0] for name in sys.modules})
"""


def one(name, books=LIBRARY):
    (found,) = explain(books, name)
    return found


def test_everything_that_has_a_name_is_explained_in_a_sentence():
    found = [(name, each) for name in LIBRARY.names for each in explain(LIBRARY, name)]
    assert len(found) > 200
    assert [name for name, each in found if each.name != name or not each.summary.endswith(".")] == []


@pytest.mark.parametrize("name", [name for bundle in (BOOTSTRAP, *BUNDLES) for name in bundle.layers])
def test_a_layer_tells_its_bundle_wires_settings_and_why_it_has_each_resource(name):
    (details,) = [each.details for each in explain(LIBRARY, name) if each.kind == "layer"]
    _, file = LIBRARY.layers[name]
    assert name in {bundle.name: bundle for bundle in (BOOTSTRAP, *BUNDLES)}[details["bundle"]].layers
    assert [row["wire"] for row in details["gives"]] == list(file.body.get("Outputs") or {})
    assert [row["resource"] for row in details["resources"]] == list(file.resources)
    told = {row["wire"] for row in details["takes"]} | {row["setting"] for row in details["settings"]}
    assert set(file.parameters) - told <= set(LIBRARY.facts)


def test_each_bundle_tells_what_it_is_for():
    every = (BOOTSTRAP, *BUNDLES)
    told = [each.summary for bundle in every for each in explain(LIBRARY, bundle.name) if each.kind == "bundle"]
    assert told == [bundle.summary for bundle in every]
    assert len(set(told)) == len(every)


def test_a_wire_tells_who_gives_it_who_takes_it_and_how_it_crosses_bundles():
    details = one("VpcId").details
    assert details["given by"] == "network (foundation)"
    assert "app (service)" in details["taken by"]
    assert details["travels"].endswith("/<project>/<environment>/foundation/VpcId")


def test_a_late_wire_tells_who_takes_it_in_another_region_and_how():
    details = one("ZoneId").details
    assert details["given by"] == "zone (zone)"
    assert details["travels"] == (
        "between bundles, late to domain and service: deploy reads it from the stack's outputs in another region"
    )


def test_a_wire_within_a_bundle_does_not_travel():
    assert one("AppUrl").details["travels"] == ""


def test_a_setting_tells_type_default_limits_and_the_resources_that_use_it():
    details = one("WebTcpPort").details
    assert details["declaration"] == ("type: Number", "default: 8443", "from, to: 1024, 65535")
    assert ("web", "WebBalancer") in {(row["layer"], row["resource"]) for row in details["used by"]}


def test_a_setting_without_a_default_says_that_it_must_be_given():
    assert "default: (none: an environment must give it)" in one("VpcCidr").details["declaration"]


def test_every_setting_says_who_uses_it():
    assert [name for name in LIBRARY.settings if not one(name).details["used by"]] == []


def test_with_an_environment_a_setting_shows_each_value_with_its_line():
    rows = one("VpcCidr", PROD).details["values"]
    assert [row["where"] for row in rows] == [
        "us/us-east-1",
        "us/us-west-2",
        "eu/eu-west-1",
        "eu/eu-central-1",
        "apac/ap-southeast-1",
        "apac/ap-northeast-1",
    ]
    assert all(row["origin"].startswith(f"{PARAMS}/prod.yaml:") for row in rows)


def test_values_that_are_the_same_for_the_same_reason_are_one():
    (row,) = one("DatabaseBackupDays", PROD).details["values"]
    assert (row["value"], row["where"].count("/")) == ("35", 6)


def test_a_setting_of_two_bundles_shows_the_value_in_each():
    rows = one("WebTcpPort", PROD).details["values"]
    assert [(row["where"].count("/"), row["origin"]) for row in rows] == [
        (6, "default in foundation/root.yaml"),
        (1, "default in edge/root.yaml"),
    ]


def test_a_fact_says_that_nobody_types_it():
    found = one("Environment")
    assert (found.kind, "nobody types it" in found.summary) == ("fact", True)


def test_a_rule_says_what_it_finds_why_and_where_that_comes_from():
    details = one("E9121").details
    assert details["source"] == "cfngen/rules/pass_role.py"
    assert (HOME / details["source"]).exists()
    assert details["founded on"].startswith("https://")
    assert details["why"]
    assert details["checks"]


def test_every_rule_file_is_read():
    files = {path.name for path in (HOME / "cfngen/rules").glob("[!_]*.py")}
    assert {Path(text.file).name for text in rule_texts().values()} == files


def test_case_does_not_matter():
    assert one("vpccidr").name == "VpcCidr"


def test_an_unknown_name_suggests_the_one_that_was_meant():
    with pytest.raises(CfngenError, match=r"nothing is called VpcCydr\n  hint: did you mean VpcCidr\?"):
        explain(LIBRARY, "VpcCydr")


def test_text_keeps_to_the_width_unless_a_word_is_longer():
    lines = [line for name in LIBRARY.names for line in explanation_lines(explain(PROD, name))]
    assert [line for line in lines if len(line) > WIDTH and " " in line.strip()] == []


def test_json_has_the_same_details_under_names_that_programs_can_use():
    (found,) = json.loads(explanation_json(explain(LIBRARY, "network")))
    assert (found["kind"], found["name"], found["bundle"]) == ("layer", "network", "foundation")
    assert [key for key in found if " " in key] == []


def test_it_reads_templates_and_not_the_python_that_made_them():
    words = [sys.executable, "-c", LOADED, "explain", "E9121"]
    done = subprocess.run(words, cwd=HOME, capture_output=True, text=True, check=True, timeout=60)
    assert {"troposphere", "awacs", "cfnlint", "boto3", "pydantic"} & set(done.stdout.splitlines()[-1].split()) == set()
