"""Whatever document of Systems Manager a page has people run, is one that a layer makes, by the command of its type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cfngen.templates import read_template

HOME = Path(__file__).parent.parent
PAGES = sorted({HOME / "README.md", *HOME.glob("docs/**/*.md")})
COMMAND = re.compile(r"aws ssm (start-automation-execution|send-command|start-session)(?P<rest>[^`\n]*)")
TYPES = {"start-automation-execution": "Automation", "send-command": "Command", "start-session": "Session"}


def made():
    """The types of the layers' documents, by name."""
    for file in (HOME / "templates_out").glob("*/*.yaml"):
        for resource in read_template(file).resources.values():
            if resource["Type"] == "AWS::SSM::Document":
                given = resource["Properties"]
                name = given["Name"]["Fn::Sub"] if isinstance(given["Name"], dict) else given["Name"]
                yield name.replace("${Project}", "medapp").replace("${Environment}", "prod"), given["DocumentType"]


def shown():
    for page in PAGES:
        for found in COMMAND.finditer(page.read_text(encoding="utf-8")):
            yield pytest.param(found[1], found["rest"], id=f"{page.relative_to(HOME)}: {found[0]}")


@pytest.mark.parametrize(("command", "rest"), list(shown()))
def test_a_document_is_run_by_the_command_of_its_type(command, rest):
    named = re.search(r"--document-name (\S+)", rest)
    assert named, "say which document"
    assert dict(made())[named[1]] == TYPES[command]


def test_the_pages_show_how_the_application_gets_its_login():
    pages = {each.id.partition(":")[0] for each in shown() if "medapp-prod-database-login" in each.values[1]}
    assert pages == {"docs/how-to/rotate.md", "docs/how-to/promote-a-standby.md"}
