"""The ids of CloudFront's prefix lists in `params/`, compared with what each region says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.aws.prefix_lists import check_prefix_lists, prefix_list
from cfngen.aws.session import connect
from cfngen.cli.workspace import made_now
from cfngen.deployment import load_bundles, wanted
from cfngen.environment.config import load_environment
from cfngen.files import write
from cfngen.local.server import start
from cfngen.local.settings import Settings
from cfngen.local.stacksets.simulated import Simulated

ENVIRONMENT = """
project: lists
domain: lists.example.com
bundles: [{bundles}]
admin: {{account: "111111111111", region: us-east-1}}
edge: {{account: "999999999999"}}
geographies:
  us: {{account: "222222222222", active: us-east-1, parameters: {{VpcCidr: 10.0.0.0/16{given}}}}}
"""


@pytest.fixture(scope="module")
def aws():
    with start(Settings("111111111111", ("222222222222", "999999999999")), simulated=Simulated()) as running:
        yield connect("us-east-1", endpoint=running.url)


@pytest.fixture
def problems(aws, templates, tmp_path):
    def check(given="", bundles="zone, domain, foundation, service, edge"):
        (tmp_path / "lists.yaml").write_text(ENVIRONMENT.format(given=given, bundles=bundles), encoding="utf-8")
        environment = load_environment(tmp_path, "lists")
        return list(check_prefix_lists(aws, environment, wanted(environment, load_bundles(environment, templates))))

    return check


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    write(folder, made_now())
    return folder


def test_the_list_of_the_region_is_accepted(problems):
    assert problems(", EdgePrefixListId: pl-3b927c52") == []


def test_the_list_of_another_region_is_refused_with_its_line_and_the_right_one(problems):
    (found,) = problems(", EdgePrefixListId: pl-4fa04526")

    assert Path(found.where.file).name == "lists.yaml"
    assert found.where.line == 8
    assert "pl-4fa04526; CloudFront's prefix list in us-east-1 is pl-3b927c52" in found.what
    assert found.hint == "write EdgePrefixListId: pl-3b927c52 under overrides.us/us-east-1"


def test_an_edge_that_can_be_gone_round_is_refused(problems):
    (found,) = problems()

    assert "us/us-east-1 admits everybody past CloudFront" in found.what


def test_without_an_edge_no_list_is_needed(problems):
    assert problems(bundles="foundation, service") == []


def test_every_region_has_its_own(aws):
    assert len({prefix_list(aws, region) for region in ("us-east-1", "eu-west-1", "ap-south-1")}) == 3
