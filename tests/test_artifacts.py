"""Templates as text: deterministic, and addressed by content."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cfngen.artifacts import package, render, rendered
from cfngen.files import write
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
