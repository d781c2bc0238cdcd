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


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()
