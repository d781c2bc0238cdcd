"""The commit that is deployed, as far as git knows."""

from __future__ import annotations

import subprocess


def commit() -> str:
    """Return the commit of the working directory, `+` added when files differ; empty outside a checkout."""
    try:
        head = _git("rev-parse", "HEAD")
        return head + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def in_words() -> str:
    """Return the commit with its own date, so that the same files are told the same; empty outside a checkout."""
    found = commit()
    if not found:
        return ""
    changed = " with changes that are not committed" if found.endswith("+") else ""
    return f"commit {found[:12]} of {_git('show', '--no-patch', '--format=%cs', 'HEAD')}{changed}"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()
