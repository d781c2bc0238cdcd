"""A cache between runs: files in the user's cache folder, each named by a digest of all that its content depends on.

So an entry is never out of date, only unused. Whatever is wrong here (no folder, no space, no permission, a broken
entry) means to work without it: a cache may make a run fast, never make it fail.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent
METADATA = (".dist-info", ".egg-info")
MOST_BYTES = 64 * 1024 * 1024
"""What all entries together may take; a build is one of about 0.7 MB, a lint run some fifty small ones."""
BLOCK = 4096
"""What the smallest entry takes on a disk."""


@dataclass(frozen=True)
class Cache:
    """Values that JSON can hold, by key. Several runs may use one folder at the same time."""

    folder: Path | None
    """None: nothing is ever found, and nothing kept."""
    most_bytes: int = MOST_BYTES

    def read(self, key: str) -> Any:
        """Return what was kept under a key; None where there is nothing, or nothing whole."""
        if self.folder is None:
            return None
        try:
            told, _, content = (self.folder / key).read_bytes().partition(b"\n")
            return json.loads(content) if told == _seal(content) else None
        except (OSError, ValueError):
            return None

    def write(self, entries: Mapping[str, Any]) -> None:
        """Keep values by their keys, and let the oldest entries go when there are too many."""
        if self.folder is None or not entries:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for key, value in entries.items():
                _put(self.folder / key, json.dumps(value).encode())
        with suppress(OSError):
            _prune(self.folder, self.most_bytes)


OFF = Cache(None)
"""What `--no-cache` asks for."""


def user_cache() -> Cache:
    """Return the cache of whoever runs this: `$XDG_CACHE_HOME/cfngen`, or `~/.cache/cfngen`.

    A folder that somebody else owns or may write to is not used: it could say that a template has no finding.
    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given if os.path.isabs(given) else os.path.expanduser("~/.cache"), "cfngen")  # noqa: PTH111, PTH117
    try:
        status = folder.stat()
    except FileNotFoundError:
        return Cache(folder) if folder.is_absolute() else OFF  # nobody has a home here
    except OSError:
        return OFF
    ours = status.st_uid == os.geteuid() and not status.st_mode & 0o022
    return Cache(folder) if ours else OFF


def digest(*parts: str | bytes) -> str:
    """Return a name for parts that no other parts have: each goes in with its length."""
    state = sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        state.update(b"%d:" % len(content))
        state.update(content)
    return state.hexdigest()


@cache
def program(sources: Path = SOURCES) -> str:
    """Return a digest of what runs: Python, every file of cfngen, and every installed package's version and date.

    The same for a checkout and an installed wheel: our sources by their content, other packages by the names of
    their metadata folders, because reading the metadata itself takes longer than starting Python.
    """
    return digest(sys.version, *sys.path, *_sources(str(sources)), *_packages())


def program_changed() -> bool:
    """Whether something was written while this process ran, which may have loaded the new with the old."""
    return program.__wrapped__() != program()


def _seal(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()


def _put(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a reader sees a whole entry or none."""
    from tempfile import mkstemp  # not needed by a run that finds everything

    handle, temporary = mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_seal(content) + b"\n" + content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _prune(folder: Path, most_bytes: int) -> None:
    """Remove the oldest files until the others fit; what a killed run left half written is among them."""
    with os.scandir(folder) as found:
        files = sorted(((entry.stat(), entry.path) for entry in found), key=lambda file: -file[0].st_mtime_ns)
    for status, path in files:
        most_bytes -= max(status.st_size, BLOCK)
        if most_bytes < 0:
            Path(path).unlink(missing_ok=True)


def _sources(folder: str) -> Iterator[str | bytes]:
    """Yield name and content of each file below a folder, compiled Python excepted."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_file():
            # what Python cannot read, it cannot run; without a buffer and Path it takes half the time
            with suppress(OSError), open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123
                yield from (entry.name, file.read())
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from (f"{entry.name}/", *_sources(entry.path), "..")


def _packages() -> Iterator[str]:
    """Yield the metadata folders on the path of imports, with the time at which each was last written."""
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as found:
            entries = [entry for entry in found if entry.name.endswith(METADATA)]
            yield from sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in entries)
