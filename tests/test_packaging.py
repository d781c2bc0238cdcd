"""A wheel is built once, installed outside the checkout, and used there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
LIBRARIES = sysconfig.get_paths()["purelib"]
SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PIP_NO_INDEX": "1"}


def run(*words, cwd):
    done = subprocess.run(
        [*map(str, words)],
        cwd=cwd,
        env={**os.environ, **SETTINGS},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A clean checkout of what lies in the working tree, with a commit of its own."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("cfngen", "tests"):
        shutil.copytree(HOME / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(HOME / name, folder / name)
    author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run("git", *author, "commit", "--quiet", "--message", "All of it", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", out, ".", cwd=source)
    (file,) = out.iterdir()
    return file


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return what runs the installed `cfngen`, in an empty folder; the libraries are those of these tests."""
    home, folder = tmp_path_factory.mktemp("venv"), tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=folder)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel, cwd=folder)
    (packages,) = home.glob("lib/*/site-packages")
    (packages / "libraries.pth").write_text(LIBRARIES)  # behind its own: this environment's cfngen is another
    return lambda *words: run(home / "bin" / "cfngen", *words, cwd=folder), folder, python


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_carries_every_file_of_the_package(source, names):
    tracked = run("git", "ls-files", "cfngen", cwd=source).splitlines()
    assert set(tracked) - names == set()
    assert "cfngen/py.typed" in names


def test_the_wheel_carries_nothing_else(names):
    assert {name.partition("/")[0] for name in names} == {"cfngen"}
    assert [name for name in names if "test" in Path(name).name or name.endswith(".pyc")] == []


def test_what_is_installed_is_not_the_checkout(installed):
    _, folder, python = installed
    where = run(python, "-c", "import cfngen; print(cfngen.__file__)", cwd=folder)
    assert where.startswith(str(python.parent.parent))


def test_the_installed_command_prints_its_help(installed):
    cfngen, *_ = installed
    assert "Commands:" in cfngen("--help")


def test_the_installed_command_names_the_commit_that_it_was_built_from(installed, source):
    cfngen, *_ = installed
    commit = run("git", "rev-parse", "--short=12", "HEAD", cwd=source).strip()
    assert cfngen("--version") == f"cfngen 0.1.0 (commit {commit})\n"


def test_in_a_checkout_the_version_names_the_commit_that_is_checked_out():
    said = run(sys.executable, "-m", "cfngen", "--version", cwd=HOME)
    commit = run("git", "rev-parse", "--short=12", "HEAD", cwd=HOME).strip()
    assert said.startswith(f"cfngen 0.1.0 (commit {commit}")


def test_the_installed_command_goes_from_nothing_to_proven_templates(installed):
    cfngen, folder, _ = installed
    cfngen("init", "prod", "--project", "medapp", "--domain", "app.example.com", "--admin-account", "111111111111",
           "--geography", "us:222222222222:us-east-1")  # fmt: skip
    cfngen("build")
    assert (folder / "params" / "schema.json").is_file()
    assert {path.name for path in (folder / "templates_out").iterdir()} == {
        path.name for path in (HOME / "templates_out").iterdir()
    }
    assert "0 findings" in cfngen("verify", "prod")
    assert "network, a layer" in cfngen("explain", "network")
