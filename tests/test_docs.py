from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cfngen.catalog import BOOTSTRAP, BUNDLES
from cfngen.cli.main import COMMANDS, cli
from cfngen.lint import MANDATORY

HOME = Path(__file__).parent.parent
DOCUMENTS = sorted([*HOME.glob("*.md"), *HOME.glob("docs/**/*.md")])
DECISIONS = sorted(HOME.glob("docs/decisions/*.md"))
README = (HOME / "README.md").read_text(encoding="utf-8")
GENERATED = {
    "README.md": ["bundles", "layers", "help", "exit-codes"],
    "docs/rules.md": ["rules"],
    "docs/local-aws.md": ["local-aws", "faults"],
    "docs/requirements.md": ["requirements"],
    "docs/explanation/decisions.md": ["decisions"],
    "docs/reference/commands.md": ["commands"],
    "docs/reference/environment-file.md": ["environment-file"],
    "docs/reference/exit-codes.md": ["exit-codes"],
    "docs/reference/layers.md": ["layer-pages"],
    "docs/reference/settings.md": ["settings"],
}


def read(path):
    return path.read_text(encoding="utf-8")


def commands(command=cli, path=("cfngen",)):
    """Yield every command with its words, those of groups included."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            yield (*path, name), inner
            yield from commands(inner, (*path, name))


EVERY_COMMAND = dict(commands())


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_the_help_of_a_command_ends_with_an_example_of_it(words):
    *_, last = inspect.cleandoc(EVERY_COMMAND[words].help).split("\n\n")
    head, *examples = last.replace("\b\n", "").splitlines()
    assert head.strip() == "Example:"
    assert examples
    assert all(line.strip().startswith(" ".join(words)) for line in examples)


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_an_option_says_what_it_does(words):
    options = (item for item in EVERY_COMMAND[words].params if isinstance(item, click.Option))
    assert [item.name for item in options if not item.help] == []


def test_the_generated_parts_of_the_documents_are_current():
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=HOME, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("document", GENERATED)
def test_a_document_has_its_generated_parts_and_none_is_empty(document):
    found = re.findall(r"<!-- generated: (\S+) -->\n(.+?)<!-- /generated -->", read(HOME / document), re.DOTALL)
    assert [name for name, _ in found] == GENERATED[document]
    assert all(text.strip() for _, text in found)


def test_the_readme_shows_the_help_as_it_is_printed():
    done = subprocess.run(
        [Path(sys.executable).with_name("cfngen"), "--help"],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert f"```text\n{done.stdout}```" in README


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_the_reference_has_each_command_with_its_options(words):
    _, _, rest = read(HOME / "docs/reference/commands.md").partition(f"\n## {' '.join(words)}\n")
    part = rest.partition("\n## ")[0]
    options = [name for item in EVERY_COMMAND[words].params for name in item.opts if name.startswith("--")]
    assert part
    assert [name for name in options if name not in part] == []


@pytest.mark.parametrize("name", json.loads(read(HOME / "params/schema.json"))["$defs"]["Settings"]["properties"])
def test_the_reference_has_each_setting(name):
    assert f"\n| `{name}` | " in read(HOME / "docs/reference/settings.md")


@pytest.mark.parametrize("name", [name for bundle in (BOOTSTRAP, *BUNDLES) for name in bundle.layers])
def test_the_reference_has_each_layer(name):
    assert f"\n## {name}\n" in read(HOME / "docs/reference/layers.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_tells_what_each_command_is_for(name):
    assert re.search(rf"`?cfngen {name}\b", README)


@pytest.mark.parametrize("name", [name for bundle in (BOOTSTRAP, *BUNDLES) for name in (bundle.name, *bundle.layers)])
def test_the_readme_names_each_bundle_and_layer(name):
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "130"])
def test_the_readme_explains_each_exit_code(code):
    assert re.search(rf"^\| {code} \| \w", README, re.MULTILINE)


@pytest.mark.parametrize("target", re.findall(r"^\.PHONY: (\S+)$", read(HOME / "Makefile"), re.MULTILINE))
def test_each_target_of_make_is_told_in_the_readme_or_to_contributors(target):
    told = README + read(HOME / "CONTRIBUTING.md")
    assert re.search(rf"\bmake (\w+ )?{target}\b", told) or target == "help"


def test_every_rule_of_ours_is_explained():
    ids = {
        match for path in HOME.glob("cfngen/rules/*.py") for match in re.findall(r'^    id = "(\w+)"', read(path), re.M)
    }
    told = read(HOME / "docs/rules.md")
    assert len(ids) > 20
    assert {rule for rule in ids if f"| {rule} | [" not in told} == set()


def test_the_rules_that_cannot_be_suppressed_are_named():
    told = re.search(r"^(.+) cannot be suppressed", read(HOME / "docs/rules.md"), re.MULTILINE)
    assert set(re.findall(r"E\d{4}", told[1])) == set(MANDATORY)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_links_lead_somewhere(document):
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", read(document), flags=re.DOTALL)):
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        if not target.startswith("http") and (not path.exists() or (anchor and anchor not in anchors(path))):
            dead.append(link)
    assert dead == []


def anchors(path):
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert len(DECISIONS) >= 11


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_fits_on_a_page_and_says_why(path):
    lines = read(path).splitlines()
    assert lines[0].startswith(f"# {int(path.name[:4])}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= 50


def test_the_changelog_begins_with_what_is_not_released():
    headings = re.findall(r"^## (.+)$", read(HOME / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"


NAMED = sorted({name for page in DECISIONS for name in re.findall(r"`([\w/]+\.py)`", read(page))})


@pytest.mark.parametrize("name", NAMED)
def test_a_module_that_a_decision_names_exists(name):
    paths = [f"/{path.relative_to(HOME).as_posix()}" for path in HOME.glob("cfngen/**/*.py")]
    assert (HOME / name).is_file() or any(path.endswith(f"/{name}") for path in paths)
