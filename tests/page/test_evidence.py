from __future__ import annotations

import pytest

from cfngen.page.evidence import compliance_section

PAGE = """# Requirements

Words.

## The customer's

| requirement | held by |
| --- | --- |
| **Two** zones | [a test](../tests/x.py) of `network` |

## HIPAA

| id | met |
| --- | --- |
| 164.312 | yes |
"""


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "docs" / "requirements.md"
    file.parent.mkdir()
    file.write_text(PAGE)
    return file


def test_each_table_of_a_file_is_shown_under_its_own_heading(page):
    (part,) = compliance_section([page]).parts
    assert part.title == "Requirements"
    assert [table.caption for table in part.tables] == ["The customer's", "HIPAA"]
    assert part.tables[0].columns == ("requirement", "held by")


def test_a_cell_is_its_words_without_links_and_marks(page):
    (part,) = compliance_section([page]).parts
    ((first, second),) = (row.cells for row in part.tables[0].rows)
    assert (first.lines, second.lines) == (("Two zones",), ("a test of network",))


def test_a_folder_stands_for_its_files(page):
    (page.parent / "words.md").write_text("# No table\n")
    assert [part.title for part in compliance_section([page.parent]).parts] == ["Requirements"]


def test_without_any_table_there_is_no_section(tmp_path):
    assert compliance_section([]) is None
    assert compliance_section([tmp_path]) is None
