"""Files below a folder: found, compared, and written atomically."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.errors import CfngenError
from cfngen.files import stale, template_files, write, write_atomically

TEXTS = {Path("b", name): f"text of {name}\n" for name in ("one.yaml", "two.yaml", "root.yaml")}


def test_templates_are_found_at_any_depth_and_nothing_else(tmp_path):
    for name in ("a.yaml", "b/c.json", "b/d.txt", "b/.cfnlintrc", "e.template"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    assert template_files(tmp_path) == [tmp_path / name for name in ("a.yaml", "b/c.json", "e.template")]


def test_writing_again_touches_nothing(tmp_path: Path) -> None:
    assert len(write(tmp_path, TEXTS)) == 3
    assert write(tmp_path, TEXTS) == []
    assert stale(tmp_path, TEXTS) == []


def test_a_layer_that_is_no_more_is_removed_from_its_bundle_and_other_files_stay(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.yaml").write_text("a: 1\n")
    (tmp_path / "b" / "old.yaml").write_text("a: 1\n")
    assert write(tmp_path, TEXTS) == [Path("b/old.yaml")]
    assert (tmp_path / "notes" / "mine.yaml").exists()


def test_stale_names_what_is_missing_what_differs_and_what_no_layer_makes(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    (tmp_path / "b" / "one.yaml").write_text("other")
    (tmp_path / "b" / "two.yaml").unlink()
    (tmp_path / "b" / "old.yaml").write_text("a: 1\n")
    found = {Path(problem.where.file).name: problem.what for problem in stale(tmp_path, TEXTS)}
    assert found == {"one.yaml": "differs from its layer", "two.yaml": "is missing", "old.yaml": "no layer makes it"}


def test_a_write_that_fails_leaves_the_old_file_and_no_half_of_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    write_atomically(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "half \udcff")
    assert path.read_text() == "old\n"
    assert [item.name for item in tmp_path.iterdir()] == ["template.yaml"]


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CfngenError, match="cannot be written"):
        write_atomically(tmp_path / "file" / "template.yaml", "x")
