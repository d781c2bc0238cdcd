"""Who may start an automation may do so on each kind of resource that AWS may ask about."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.templates import read_template

TEMPLATES = Path(__file__).parents[2] / "templates_out"
KINDS = ("document/", "automation-definition/", "automation-execution/")


def starters():
    for file in sorted(TEMPLATES.glob("*/*.yaml")):
        for name, resource in read_template(file).resources.items():
            for each in resource.get("Properties", {}).get("PolicyDocument", {}).get("Statement", ()):
                if "ssm:StartAutomationExecution" in each.get("Action", ()):
                    yield pytest.param(each, id=f"{name}.{each['Sid']}")


@pytest.mark.parametrize("statement", list(starters()))
def test_whoever_starts_an_automation_may_by_document_version_and_execution(statement):
    named = [arn["Fn::Sub"].partition("${AWS::AccountId}:")[2] for arn in statement["Resource"]]
    document, version, execution = (next(each for each in named if each.startswith(kind)) for kind in KINDS)

    assert version.removeprefix(KINDS[1]) == document.removeprefix(KINDS[0]) + ":*"
    assert execution == "automation-execution/*"
    assert len(named) == len(KINDS)


def test_the_maintenance_window_starts_one():
    assert [each.id for each in starters() if each.id.startswith("PatchWindowPolicy")] != []
