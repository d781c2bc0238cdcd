"""Preflight: everything that would make a deployment fail half-way is told before it begins, all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cfngen.aws.preflight import Limits, _is_same, preflight
from cfngen.aws.session import Aws, connect
from cfngen.cli.bootstrap import make
from cfngen.cli.workspace import made_now, template_bucket
from cfngen.deployment import PlainStack, WantedStackSet, load_bundles, plain_stacks, wanted
from cfngen.environment.config import Environment, Geography, load_environment
from cfngen.errors import CfngenError, Problem
from cfngen.files import write
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.local.stacksets.simulated import Simulated

ENVIRONMENT = """
project: pre
domain: pre.example.com
bundles: [detection]
admin: {account: "111111111111", region: us-east-1}
geographies:
  us: {account: "222222222222", active: us-east-1}
  eu: {account: "333333333333", active: eu-west-1}
"""


class Checked:
    """An environment against a local AWS."""

    def __init__(self, aws: Aws, environment: Environment, templates: Path) -> None:
        self.aws, self.environment = aws, environment
        self.stacks: tuple[PlainStack, ...] = plain_stacks(environment, templates)
        self.wanted: tuple[WantedStackSet, ...] = wanted(environment, load_bundles(environment, templates))

    def problems(self, limits: Limits | None = None) -> list[Problem]:
        bucket = template_bucket(self.aws, self.environment)
        try:
            more = {"limits": limits} if limits else {}
            preflight(self.aws, self.environment, bucket, self.stacks, self.wanted, **more)
        except CfngenError as error:
            return list(error.problems)
        return []


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    settings = Settings("111111111111", ("222222222222", "333333333333"))
    with start(settings, simulated=Simulated()) as running:
        yield connect("us-east-1", endpoint=running.url)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write(folder, made_now())
    return folder


@pytest.fixture
def fresh(aws: Aws, templates: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Checked:
    name = f"e{abs(hash(request.node.name)) % 10**6}"
    (tmp_path / f"{name}.yaml").write_text(ENVIRONMENT)
    return Checked(aws, load_environment(tmp_path, name), templates)


@pytest.fixture
def ready(fresh: Checked) -> Checked:
    make(fresh.aws, fresh.environment, fresh.stacks)
    return fresh


def test_all_that_is_missing_is_told_at_once_with_the_command_that_makes_it(fresh: Checked) -> None:
    found = fresh.problems()
    assert len(found) == 4
    assert all(each.hint == f"run `cfngen bootstrap {fresh.environment.name}`" for each in found)
    told = " ".join(each.what for each in found)
    assert "there is no template bucket" in told
    assert "account 111111111111: the stack" in told
    assert all(f"account {account}: the role" in told for account in ("222222222222", "333333333333"))


def test_what_bootstrap_made_is_enough(ready: Checked) -> None:
    assert ready.problems() == []


def test_roles_of_another_template_are_told_with_their_account(ready: Checked) -> None:
    ready.stacks = tuple(
        replace(stack, body=stack.body.replace("StackSets makes", "StackSets changes"))
        if stack.place.account == "333333333333"
        else stack
        for stack in ready.stacks
    )
    (problem,) = ready.problems()
    assert problem.what.startswith("account 333333333333: the roles of the stack")
    assert "were made from another template" in problem.what


def test_a_template_that_somebody_laid_out_in_another_way_is_the_same(ready: Checked) -> None:
    account = next(stack for stack in ready.stacks if stack.place.account == "333333333333")
    assert _is_same(account.template.read_text(encoding="utf-8"), account)
    assert _is_same(json.loads(account.body), account)
    assert not _is_same("no template", account)


def test_roles_made_for_other_accounts_are_told(ready: Checked) -> None:
    ready.stacks = tuple(
        replace(stack, parameters={**stack.parameters, "TargetAccounts": "222222222222"})
        if "TargetAccounts" in stack.parameters
        else stack
        for stack in ready.stacks
    )
    (problem,) = ready.problems()
    assert "was made with other values of TargetAccounts" in problem.what


def test_credentials_of_another_account_are_refused_first(ready: Checked) -> None:
    ready.environment = replace(ready.environment, admin=replace(ready.environment.admin, account="999999999999"))
    (problem,) = ready.problems()
    assert "these credentials are of account 111111111111" in problem.what


def test_a_region_that_is_off_is_told_for_target_and_admin_account(ready: Checked) -> None:
    geography: Geography = ready.environment.geographies["eu"]
    moved = {**ready.environment.geographies, "eu": replace(geography, active="me-south-1")}
    ready.environment = replace(ready.environment, geographies=moved)
    found = {each.what for each in ready.problems()}
    assert found == {
        "region me-south-1 is not-opted-in in account 333333333333",
        "region me-south-1 is not-opted-in in account 111111111111",
    }


def test_quotas_are_counted_before_anything_is_made(ready: Checked) -> None:
    told = [each.what for each in ready.problems(Limits(stack_sets=0, stacks=2))]
    assert told[0].startswith("111111111111 has 0 stack sets and needs 1 more; AWS allows 0")
    assert sum("stacks and needs" in each for each in told) == 2
