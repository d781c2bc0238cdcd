"""What git tells of the files that something is made from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cfngen.cli.git import in_words

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.com")


def git(*words: str) -> str:
    return subprocess.run(["git", *IDENTITY, *words], check=True, capture_output=True, text=True).stdout.strip()


def test_a_commit_is_told_with_its_own_date_and_with_what_is_not_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert in_words() == ""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-03T12:00:00+00:00")
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "first")
    told = f"commit {git('rev-parse', 'HEAD')[:12]} of 2026-02-03"
    assert in_words() == told
    (tmp_path / "new").write_text("")
    assert in_words() == f"{told} with changes that are not committed"
