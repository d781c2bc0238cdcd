"""Credentials of another account: refused by every command that looks for an environment, which would find none."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cfngen.cli.main import cli
from tests.cli.conftest import Stage


@pytest.mark.parametrize("words", [("drift",), ("deploy", "--stop"), ("status",), ("plan",)], ids=" ".join)
def test_another_accounts_credentials_never_make_it_seem_that_all_is_well(stage: Stage, words: tuple[str, ...]) -> None:
    stage.environment("sim")
    role = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
    held = stage.client("sts").assume_role(RoleArn=role, RoleSessionName="other")["Credentials"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", stage.url)
        patch.setenv("AWS_ACCESS_KEY_ID", held["AccessKeyId"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", held["SecretAccessKey"])
        patch.setenv("AWS_SESSION_TOKEN", held["SessionToken"])
        more = ("sim", "--templates", str(stage.templates))
        done = CliRunner().invoke(cli, ["--params", str(stage.params), *words, *more])
    assert done.exit_code == 1, done.output
    assert "these credentials are of account 222222222222" in done.stderr
    assert "set AWS_PROFILE to one of the admin account" in done.stderr
    assert done.stdout == ""
