"""Template files: deterministic, atomic, compared, and addressed by content."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cfngen.artifacts import package, render, rendered, stale, write, write_atomically
from cfngen.errors import CfngenError
from cfngen.templates import BundleTemplates, TemplateFile, load_bundle

BUCKET = {"Properties": {"BucketName": "x"}, "Type": "AWS::S3::Bucket"}
CHILD = {"Resources": {"Bucket": BUCKET}, "Description": "A child."}
ROOT = {
    "Resources": {
        "One": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./one.yaml"}},
        "Two": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./two.yaml"}},
    }
}
URL = "https://bucket.s3.us-east-1.amazonaws.com"


def texts(**children: dict) -> dict[Path, str]:
    return rendered({"b": {"root": ROOT, **(children or {"one": CHILD, "two": CHILD})}})


def loaded(folder: Path, files: dict[Path, str]) -> BundleTemplates:
    write(folder, files)
    return load_bundle(folder, "b")


def test_sections_stand_in_their_usual_order_and_the_type_comes_first() -> None:
    lines = render(CHILD).splitlines()
    assert lines[:4] == ["AWSTemplateFormatVersion: '2010-09-09'", "Description: A child.", "Resources:", "  Bucket:"]
    assert lines[4] == "    Type: AWS::S3::Bucket"


def test_text_of_several_lines_is_a_block_and_nothing_is_an_alias() -> None:
    shared = {"Key": "a"}
    body = {"Resources": {"A": {"Type": "T", "Properties": {"Script": "one\ntwo\n", "X": shared, "Y": shared}}}}
    text = render(body)
    assert "Script: |\n" in text
    assert "&" not in text
    assert yaml.safe_load(text)["Resources"] == body["Resources"]


def test_roots_are_written_last() -> None:
    assert [path.stem for path in texts()] == ["one", "two", "root"]


def test_writing_again_touches_nothing(tmp_path: Path) -> None:
    assert len(write(tmp_path, texts())) == 3
    assert write(tmp_path, texts()) == []
    assert stale(tmp_path, texts()) == []


def test_a_layer_that_is_no_more_is_removed_from_its_bundle_and_other_files_stay(tmp_path: Path) -> None:
    write(tmp_path, texts())
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.yaml").write_text("a: 1\n")
    (tmp_path / "b" / "old.yaml").write_text("a: 1\n")
    assert write(tmp_path, texts()) == [Path("b/old.yaml")]
    assert (tmp_path / "notes" / "mine.yaml").exists()


def test_stale_names_what_is_missing_what_differs_and_what_no_layer_makes(tmp_path: Path) -> None:
    write(tmp_path, texts())
    (tmp_path / "b" / "one.yaml").write_text("other")
    (tmp_path / "b" / "two.yaml").unlink()
    (tmp_path / "b" / "old.yaml").write_text("a: 1\n")
    found = {Path(problem.where.file).name: problem.what for problem in stale(tmp_path, texts())}
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


def test_a_child_is_addressed_by_its_content_and_the_root_by_those_addresses(tmp_path: Path) -> None:
    packed = package(loaded(tmp_path, texts()), URL)
    urls = [r["Properties"]["TemplateURL"] for r in yaml.safe_load(packed.root.body)["Resources"].values()]
    assert urls == [f"{URL}/{upload.key}" for upload in packed.uploads[:2]]
    assert packed.uploads[-1] == packed.root
    assert all(len(upload.key.split("/")[-2]) == 64 for upload in packed.uploads)


def test_changing_one_layer_changes_the_keys_of_that_child_and_the_root_only(tmp_path: Path) -> None:
    before = package(loaded(tmp_path / "a", texts()), URL)
    changed = {**CHILD, "Description": "Another child."}
    after = package(loaded(tmp_path / "b", texts(one=changed, two=CHILD)), URL)
    new = {upload.key.rpartition("/")[2] for upload in after.uploads} & {
        upload.key.rpartition("/")[2] for upload in set(after.uploads) - set(before.uploads)
    }
    assert new == {"one.yaml", "root.yaml"}


def test_a_template_file_knows_its_name() -> None:
    assert TemplateFile(Path("x/network.yaml"), "", {}).name == "network"


@pytest.mark.parametrize(
    "varied",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242"},
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8"},
        {"TZ": "Asia/Tokyo"},
        {"HOME": "/nonexistent"},
    ],
    ids=lambda varied: next(iter(varied)) + "=" + next(iter(varied.values())),
)
def test_builds_are_byte_identical_whatever_the_surroundings(varied: dict[str, str], tmp_path: Path) -> None:
    committed = Path(__file__).parent.parent / "templates_out"
    program = "from cfngen.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--params", "none", "build", "--out", str(tmp_path / "out")],
        cwd=tmp_path,
        env={**os.environ, **varied},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    built = {path.relative_to(tmp_path / "out"): path.read_bytes() for path in (tmp_path / "out").rglob("*.yaml")}
    assert built == {path.relative_to(committed): path.read_bytes() for path in committed.rglob("*.yaml")}
