"""What stands guard against what only AWS would tell: every guard that is named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cfngen import verify
from cfngen.catalog import BOOTSTRAP, BUNDLES

HOME = Path(__file__).parent.parent
PAGE = (HOME / "docs" / "limits.md").read_text(encoding="utf-8")
HEADS = ("| what", "| step", "| ---")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(HEADS)]
RULES = (HOME / "docs" / "rules.md").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r'"([A-Z][A-Za-z0-9]+)": \{', (HOME / "params" / "schema.json").read_text(encoding="utf-8")))
ELSEWHERE = {"RestoreWindow", "GOVERNANCE", "ENFORCED"}
"""Words of AWS that look like settings."""

TOPICS = (
    *(
        "Order and time",
        "Once per account or region",
        "Quotas of a new account",
        "Log delivery",
        "Web path",
        "Database",
    ),
    *("Fleets", "Documents", "Users", "Backups", "Account", "Detection", "Leaving", "StackSets"),
    "By hand, before the launch",
)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_rows(topic: str) -> None:
    section = PAGE.partition(f"## {topic}\n")[2].partition("\n## ")[0]
    assert sum(line.startswith("| ") for line in section.splitlines()) > 3


def test_every_row_says_what_may_go_wrong_and_what_guards() -> None:
    assert [row for row in ROWS if len([cell for cell in row.strip("| ").split(" | ") if cell]) != 2] == []


@pytest.mark.parametrize("rule", sorted(set(re.findall(r"E9\d{3}", PAGE))))
def test_a_rule_that_is_named_exists(rule: str) -> None:
    assert f"| {rule} |" in RULES


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:cfngen|parts)/[\w/]+\.py)`", PAGE))))
def test_a_file_that_is_named_exists(path: str) -> None:
    assert (HOME / path).is_file() or (HOME / "cfngen" / path).is_file()


@pytest.mark.parametrize("layer", sorted(set(re.findall(r"[Ll]ayer `(\w+)`", PAGE))))
def test_a_layer_that_is_named_exists(layer: str) -> None:
    assert layer in {name for bundle in (BOOTSTRAP, *BUNDLES) for name in bundle.layers}


@pytest.mark.parametrize("proof", sorted(set(re.findall(r"proof `(\w+)`", PAGE))))
def test_a_proof_that_is_named_exists(proof: str) -> None:
    assert (Path(verify.__file__).parent / f"{proof}.py").is_file()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([A-Z][a-z]+[A-Z][A-Za-z]+)[`:]", PAGE)) - ELSEWHERE))
def test_a_setting_that_is_named_exists(name: str) -> None:
    assert name in SETTINGS
