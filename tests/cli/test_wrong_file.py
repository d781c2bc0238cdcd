"""A file that is wrong in its places and in its values, read by each command that knows what values are right."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cfngen.cli.main import cli

HOME = Path(__file__).parents[2]
WRONG = (("standby: eu-central-1", "standby: eu-centrl-1"), ("  WebMaxSize: 4", "  WebMaxSiz: 4"))


@pytest.fixture
def params(tmp_path):
    folder = tmp_path / "params"
    folder.mkdir()
    text = (HOME / "params" / "prod.yaml").read_text(encoding="utf-8")
    for right, wrong in WRONG:
        assert right in text
        text = text.replace(right, wrong)
    (folder / "prod.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["bootstrap", "prod"],
        ["deploy", "prod"],
        ["diagram", "prod"],
        ["explain", "WebMaxSize", "--env", "prod"],
        ["params", "prod"],
        ["plan", "prod"],
        ["report", "prod", "--out", "report"],
        ["verify"],
        ["verify", "prod"],
    ],
    ids=" ".join,
)
def test_all_that_is_wrong_is_said_at_once(command, params):
    result = CliRunner().invoke(cli, ["--params", str(params), *command, "--templates", str(HOME / "templates_out")])
    assert result.exit_code == 1
    assert "eu-centrl-1 is not a region" in result.stderr
    assert "WebMaxSiz" in result.stderr
