"""Which cfngen this is: its version, and the commit it was built from or is checked out at."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

from .. import __version__

HOME = Path(__file__).parents[2]


def version_line() -> str:
    """Return what `cfngen --version` prints."""
    return f"cfngen {__version__} (commit {_checked_out(HOME) or _built_from() or 'unknown'})"


def _checked_out(home: Path) -> str:
    """Return the commit of a checkout, `.changed` added when files differ; empty where there is none, or no git."""
    if not (home / ".git").exists():
        return ""
    words = ["git", "-C", str(home), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=.changed"]
    try:
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _built_from() -> str:
    """Return the commit that setup.py wrote into the version of the installed package."""
    try:
        return metadata.version("cfngen").partition("+g")[2]
    except metadata.PackageNotFoundError:
        return ""
