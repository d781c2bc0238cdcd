"""Faults: read from a file, and what is wrong with it said at once."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from cfngen.errors import CfngenError
from cfngen.local import faults
from cfngen.local.faults import Calls, Expiry, Faults, Stacks, faults_file, load_faults

EVERYTHING = """
throttle: [{action: DescribeStackSetOperation, every: 3}]
drop: [{action: "*", carried_out: true}]
expire: {after: 100}
fail: [{stack_set: prod-*, account: "333333333333", instance: 2, times: 1, reason: No more addresses}]
hang: [{region: eu-west-1}]
suspend: ["444444444444"]
remove_role: ["333333333333"]
unreadable: ["AWS::S3::Bucket"]
"""


def test_every_kind_of_fault_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(EVERYTHING)
    assert load_faults(path) == Faults(
        throttle=(Calls("DescribeStackSetOperation", 3),),
        drop=(Calls(carried_out=True),),
        expire=Expiry(100),
        fail=(Stacks("prod-*", "333333333333", instance=2, times=1, reason="No more addresses"),),
        hang=(Stacks(region="eu-west-1"),),
        suspend=frozenset(("444444444444",)),
        remove_role=frozenset(("333333333333",)),
        unreadable=frozenset(("AWS::S3::Bucket",)),
    )


def test_the_example_in_the_documentation_is_a_faults_file(tmp_path: Path) -> None:
    lines = (faults.__doc__ or "").splitlines()
    path = tmp_path / "faults.yaml"
    path.write_text(textwrap.dedent("\n".join(line for line in lines if line.startswith("    "))))
    assert load_faults(path).drop == (Calls(every=20), Calls("CreateStackInstances", carried_out=True))


def test_an_empty_file_has_no_faults(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("")
    assert load_faults(path) == Faults()


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("broken: 1\nfail: [{accont: x, times: often}]\nhang: 3\nsuspend: [444444444444]\nexpire: [1]\n")
    with pytest.raises(CfngenError) as caught:
        load_faults(path)
    assert [problem.what for problem in caught.value.problems] == [
        "broken: no such fault",
        "fail: no such key: accont",
        "fail.times: 'often' is not a whole number",
        "hang: must be a list of mappings",
        "suspend: must be a list of quoted account ids",
        "expire: must be a mapping",
    ]


@pytest.mark.parametrize("content", [b"a: [", b"\xff", b"- 1", b"3"])
def test_a_file_that_holds_no_faults_is_a_problem_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "faults.yaml"
    path.write_bytes(content)
    with pytest.raises(CfngenError):
        load_faults(path)


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(CfngenError, match=r"cannot be read: [A-Z][a-z ]+\n  hint: docs/local-aws.md"):
        load_faults(tmp_path / name)


def test_a_file_is_read_again_when_it_changes_and_keeps_the_last_good_faults(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("suspend: []")
    current = faults_file(path)
    assert current() == Faults()
    path.write_text('suspend: ["444444444444"]')
    assert current().suspend == {"444444444444"}
    path.write_text("suspend: [")
    assert current().suspend == {"444444444444"}
    path.unlink()
    assert current().suspend == {"444444444444"}


@pytest.mark.parametrize(
    ("fault", "hit"),
    [
        (Stacks(), True),
        (Stacks(stack_set="prod-*"), True),
        (Stacks(stack_set="dev-*"), False),
        (Stacks(account="222222222222"), True),
        (Stacks(region="us-*"), False),
        (Stacks(operation="DELETE"), False),
        (Stacks(instance=3), True),
        (Stacks(instance=2), False),
    ],
)
def test_a_fault_hits_the_instances_that_it_names(fault: Stacks, hit: bool) -> None:
    assert fault.matches("prod-foundation", "222222222222", "eu-west-1", "CREATE", 3) is hit
