from __future__ import annotations

import shutil

import pytest

from cfngen.evidence import (
    TEMPLATES,
    compliance_rows,
    guard_link,
    mistakes,
    requirements,
    suppression_rows,
)


def test_every_property_rule_and_proof_that_the_evidence_names_is_there():
    assert list(mistakes()) == []


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("      StorageEncrypted:\n", "      StorageEncryptedOnce:\n", "no data.Database StorageEncrypted"),
        ("  Database:\n", "  Databank:\n", "no data.Database PubliclyAccessible"),
    ],
)
def test_a_property_or_a_resource_that_is_gone_is_missed(tmp_path, old, new, wanted):
    shutil.copytree(TEMPLATES, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "foundation" / "data.yaml"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    assert any(each.endswith(wanted) for each in mistakes(tmp_path))


@pytest.mark.parametrize(
    "law", ["HIPAA Security Rule, technical safeguards (45 CFR 164.312)", "CIS AWS Foundations Benchmark v3.0"]
)
def test_no_requirement_is_there_twice(law):
    ids = [row["id"] for row in requirements()[law]]
    assert len(set(ids)) == len(ids)


def test_all_technical_safeguards_and_all_alarms_of_cis_are_answered():
    hipaa, cis = ({row["id"] for row in rows} for rows in requirements().values())
    assert {"(a)(1)", "(b)", "(c)(1)", "(d)", "(e)(1)"} <= hipaa
    assert {f"4.{number}" for number in range(1, 17)} | {f"3.{number}" for number in range(1, 10)} <= cis


def test_what_templates_cannot_do_says_who_does_it():
    rows = [row for rows in requirements().values() for row in rows if not row.get("by")]
    assert rows
    assert all(row["left"].endswith((".", "people's.")) for row in rows)


def test_a_row_names_properties_as_code_and_links_to_rules():
    (row,) = compliance_rows(
        [{"id": "1", "what": "Encrypt", "by": "data.Database A; x.Y B.C", "guard": "E9104 access"}]
    )
    assert row == ("1", "Encrypt", "`data.Database A`<br>`x.Y B.C`", "[E9104](rules.md), `access`", "–")
    assert guard_link("limits") == "`limits`"


def test_every_suppression_of_every_judge_is_listed_with_a_reason():
    rows = suppression_rows()
    assert {judge for judge, *_ in rows} == {"cdk-nag", "cfn-lint", "checkov"}
    assert [row for row in rows if len(row[3]) < 15] == []
