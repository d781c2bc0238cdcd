from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfngen.aws.prefix_lists import SETTING
from cfngen.catalog import NAMES
from cfngen.environment.config import load_environment, load_environments
from cfngen.environment.new_environment import (
    NewEnvironment,
    NewGeography,
    bundles,
    environment_text,
    free_ranges,
    said_of_flags,
    taken_ranges,
)
from cfngen.environment.parameters import check_addresses, check_parameters
from cfngen.errors import CfngenError, Problem, Where
from cfngen.templates import load_bundle
from cfngen.verify import verify

HOME = Path(__file__).parent.parent.parent
TEMPLATES = HOME / "templates_out"
US = NewGeography("us", "222222222222", "us-east-1", "us-west-2")
EU = NewGeography("eu", "333333333333", "eu-west-1")
NEW = NewEnvironment("prod", "medapp", "app.example.com", "111111111111", "us-east-1", (US, EU), "999999999999")
SECOND = NewEnvironment("dev", "medapp", "dev.example.com", "111111111111", "us-east-1", (US,))


def write(folder, new, others=()):
    (folder / f"{new.name}.yaml").write_text(environment_text(new, others), encoding="utf-8")
    return load_environment(folder, new.name)


def test_what_is_written_says_what_was_said(tmp_path):
    found = write(tmp_path, NEW)
    assert (found.project, found.domain) == ("medapp", "app.example.com")
    assert (found.admin.account, found.admin.region) == ("111111111111", "us-east-1")
    assert found.edge
    assert found.edge.account == "999999999999"
    assert list(map(str, found.targets)) == ["us/us-east-1", "us/us-west-2", "eu/eu-west-1"]
    assert str(found.rollout.canary) == "us/us-east-1"


def test_every_setting_of_a_new_environment_has_a_value_that_its_template_admits(tmp_path):
    found = write(tmp_path, NEW)
    assert check_parameters(found, [load_bundle(TEMPLATES, name) for name in found.bundles]) == []


def test_every_proof_holds_for_new_environments_side_by_side(tmp_path):
    write(tmp_path, SECOND, [write(tmp_path, NEW)])
    proofs = verify(load_environments(tmp_path), TEMPLATES)
    assert [finding for proof in proofs for finding in proof.findings] == []


def test_with_an_edge_account_all_bundles_are_deployed():
    assert bundles(NEW) == NAMES


def test_without_an_edge_account_what_needs_one_is_left_out(tmp_path):
    assert not {"domain", "edge"} & set(bundles(SECOND))
    assert write(tmp_path, SECOND).edge is None


def test_where_the_edge_is_deployed_the_file_says_how_each_regions_prefix_list_is_found():
    said = "Values=com.amazonaws.global.cloudfront.origin-facing"
    assert said in environment_text(NEW)
    assert SETTING in environment_text(NEW)
    assert said not in environment_text(SECOND)


def test_what_exists_once_per_account_is_left_to_the_environment_that_manages_it(tmp_path):
    first = write(tmp_path, NEW)
    assert {"account", "detection"} <= set(first.bundles)
    second = write(tmp_path, SECOND, [first])
    assert not {"account", "detection"} & set(second.bundles)


def test_an_edge_account_that_another_environment_audits_is_not_audited_twice(tmp_path):
    first = write(tmp_path, NEW)
    second = NewEnvironment("dev", "medapp", "d.example.com", "111111111111", "us-east-1", (EU,), "999999999999")
    found = write(tmp_path, second, [first])
    assert found.edge
    assert not found.edge.managed


def test_the_ranges_of_the_real_environments_are_left_alone(tmp_path):
    others = load_environments(HOME / "params")
    found = write(
        tmp_path, NewEnvironment("qa", "medapp", "qa.example.com", "111111111111", "us-east-1", (US, EU)), others
    )
    roots = [load_bundle(TEMPLATES, "foundation")]
    assert len(taken_ranges([found])) == 3
    assert check_addresses([*others, found], roots) == []


blocks = st.builds(
    lambda a, b, length: IPv4Network((f"10.{a}.{b}.0", length), strict=False),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(8, 24),
)


@given(st.lists(blocks, max_size=8), st.integers(1, 6))
def test_proposed_ranges_overlap_nothing(taken, count):
    found = free_ranges(count, taken)
    assert len(found) == count
    assert [
        pair
        for pair in combinations([*found, *dict.fromkeys(taken)], 2)
        if pair[0] in found and pair[0].overlaps(pair[1])
    ] == []
    assert {each.prefixlen for each in found} == {16}


def test_an_environment_begins_after_the_last_one():
    taken = [IPv4Network("10.0.0.0/16"), IPv4Network("10.32.0.0/16")]
    assert list(map(str, free_ranges(2, taken))) == ["10.48.0.0/16", "10.49.0.0/16"]


def test_without_enough_free_ranges_it_says_so():
    with pytest.raises(CfngenError, match="only 0 of 1 address ranges are free"):
        free_ranges(1, [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12")])


@pytest.mark.parametrize("text", ["a: {b", "x\ny: 1", "1e3", "*a", "", '"', "# c"])
def test_no_answer_becomes_more_than_one_value(tmp_path, text):
    new = NewEnvironment("prod", text, "app.example.com", "111111111111", "us-east-1", (US,))
    with pytest.raises(CfngenError) as error:
        write(tmp_path, new)
    assert {problem.where.path for problem in error.value.problems} == {"project"}


def test_a_name_that_yaml_reads_as_a_truth_value_stays_a_name(tmp_path):
    assert write(tmp_path, replace(NEW, project="no")).project == "no"


@pytest.mark.parametrize(
    ("path", "flag"),
    [
        ("project", "--project"),
        ("admin.account", "--admin-account"),
        ("geographies.us.account", "--geography us.account"),
        ("overrides.us/x", "--geography"),
        ("", "ENV"),
    ],
)
def test_a_problem_names_what_was_typed_rather_than_a_file_that_was_never_written(path, flag):
    assert said_of_flags([Problem(Where("gone.yaml", 3, path), "is wrong", "mend it")], NEW) == (
        Problem(Where(path=flag), "is wrong", "mend it"),
    )
