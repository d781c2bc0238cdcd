"""The tutorial is followed word by word, by copy and paste, in a copy of what a checkout has."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.processes import free_port

from .walk import SECOND, Walk, blocks, keeps, surroundings

HOME = Path(__file__).parent.parent
TEXT = (HOME / "docs" / "tutorial.md").read_text(encoding="utf-8")
PYTHON = """#!/bin/sh
{python} "$@" || exit
if [ "$1 $2" = "-m venv" ]; then for packages in "$3"/lib/*/site-packages; do
    echo "import sys; sys.path.insert(0, '{libraries}')" > "$packages/libraries.pth"
done; fi
"""
"""Python, whose virtual environments have what pip would fetch; that goes before ensurepip's old setuptools."""

NEEDED = ("cfngen", "scripts", "setup.py", "pyproject.toml", "README.md")


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the tutorial uses of a checkout."""
    for name in NEEDED:
        copy = shutil.copytree if (HOME / name).is_dir() else shutil.copy
        copy(HOME / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def walk(checkout, tmp_path_factory):
    """Python and git are there, and of this environment nothing but the libraries that pip would fetch."""
    programs, libraries = tmp_path_factory.mktemp("bin"), tmp_path_factory.mktemp("libraries")
    python = programs / "python3"
    python.write_text(PYTHON.format(python=Path(sys.executable).resolve(), libraries=libraries))
    python.chmod(0o755)
    for path in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not path.name.startswith(("cfngen", "__editable__", "pip")) and path.suffix != ".pth":
            (libraries / path.name).symlink_to(path)
    given = {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(checkout / "cache"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
    }
    found = Walk(checkout, surroundings(**given), free_port())
    yield found
    found.close()


def test_the_tutorial_can_be_followed_to_its_end(walk):
    for block in blocks(TEXT):
        printed = walk.run(block)
        where = f"docs/tutorial.md:{block.line} shows\n{block.promised}\nbut it prints\n{printed}"
        assert block.promised is None or keeps(block.promised, printed), where
        if block.commands.startswith("cfngen plan"):
            taken = [line for line in printed.splitlines() if line.startswith(("!", "-"))]
            assert taken == [], f"docs/tutorial.md:{block.line} takes something away"


def test_the_tutorial_has_commands_and_promises():
    found = list(blocks(TEXT))
    assert len(found) > 15
    assert sum(block.promised is not None for block in found) > 10
    assert [block.title for block in found if block.title] == [SECOND]


@pytest.mark.parametrize(
    ("promised", "printed", "kept"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("a …\n", "a b.c\n", True),
        ("a.c\n", "abc\n", False),
        ("…\nz\n", "z\n", True),
        ("…\nz\n", "z\ny\n", False),
    ],
)
def test_an_output_is_compared_with_what_is_shown_of_it(promised, printed, kept):
    assert keeps(promised, printed) is kept
