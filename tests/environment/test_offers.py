"""Wrong inputs, those that only AWS's lists tell among them, are refused before AWS is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.cli.workspace import made_now
from cfngen.deployment import load_bundles
from cfngen.environment.config import load_environment
from cfngen.errors import CfngenError, Problem
from cfngen.files import write
from cfngen.schemas import database_classes, instance_types

ENVIRONMENT = """\
project: medapp
domain: app.example.com
bundles: [account, foundation, service]
admin: {account: "111111111111", region: us-east-1}
parameters:
  VpcCidr: 10.0.0.0/16
geographies:
  eu: {account: "333333333333", active: eu-west-1}
"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write(folder, made_now())
    return folder


def problems(folder: Path, templates: Path, *, line: str = "", old: str = "", new: str = "") -> list[Problem]:
    text = ENVIRONMENT.replace("  VpcCidr", f"  {line}\n  VpcCidr") if line else ENVIRONMENT.replace(old, new)
    (folder / "prod.yaml").write_text(text)
    try:
        load_bundles(load_environment(folder, "prod"), templates)
    except CfngenError as error:
        return list(error.problems)
    return []


def test_what_is_right_goes_through(tmp_path: Path, templates: Path) -> None:
    assert problems(tmp_path, templates, line="WebInstanceType: t3.medium") == []


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("DatabaseInstanceClass: db.r6i.huge", "db.r6i.huge is not offered for sqlserver-se in eu-west-1", "did you"),
        ("DatabaseInstanceClass: db.r6g.xlarge", "db.r6g.xlarge is not offered for sqlserver-se in eu-west-1", "did"),
        ("WebInstanceType: t3.gigantic", "WebInstanceType is t3.gigantic, which is not allowed", "write t3.medium"),
        ("LogRetentionDays: 3000", "LogRetentionDays is 3000, which is not allowed", "did you mean"),
        ("SecurityEmail: somebody", "SecurityEmail is somebody, which does not match", ""),
        ("AlarmEmails: b", "AlarmEmails is b, which does not match", ""),
    ],
)
def test_a_value_that_aws_would_refuse_is_refused_with_its_line(
    tmp_path: Path, templates: Path, line: str, what: str, hint: str
) -> None:
    found = [each for each in problems(tmp_path, templates, line=line) if what in each.what]
    assert found, problems(tmp_path, templates, line=line)
    assert (found[0].where.file, found[0].where.line) == (str(tmp_path / "prod.yaml"), 6)
    assert found[0].hint
    assert hint in found[0].hint


def test_a_domain_that_is_none_is_refused_with_its_line(tmp_path: Path, templates: Path) -> None:
    (found,) = problems(tmp_path, templates, old="app.example.com", new="https://app.example.com/")
    assert "is not a valid domain" in found.what
    assert found.where.line == 2
    assert "app.example.com" in found.hint


def test_one_class_may_be_offered_in_one_region_and_not_in_another() -> None:
    everywhere = [database_classes("sqlserver-se", region) for region in ("eu-west-1", "ap-southeast-7")]
    assert everywhere[0] - everywhere[1]
    assert instance_types("us-east-1") - instance_types("ap-southeast-7")


def test_an_engine_or_a_region_that_the_lists_do_not_know_is_let_through() -> None:
    assert database_classes("sqlserver-se", "xx-nowhere-1") == frozenset()
    assert database_classes("unheard-of", "eu-west-1") == frozenset()
    assert instance_types("xx-nowhere-1") == frozenset()
