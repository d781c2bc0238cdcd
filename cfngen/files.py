"""Files below a folder: found, compared with what they should be, written atomically."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import CfngenError, Problem, Where, require

SUFFIXES = frozenset({".yaml", ".yml", ".json", ".template"})
"""What a template file may be called."""


def template_files(folder: Path) -> list[Path]:
    """Return the templates below a folder, sorted; raises `CfngenError` if it has none or cannot be read."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CfngenError(Problem(Where(str(folder)), what, "run `cfngen build`, or name another with --templates"))
    failed: list[OSError] = []
    found = [
        Path(home, name)
        for home, _, names in os.walk(folder, onerror=failed.append)
        for name in names
        if Path(name).suffix in SUFFIXES
    ]
    require(Problem(Where(str(error.filename)), f"cannot be read: {error.strerror}") for error in failed)
    if not found:
        raise CfngenError(Problem(Where(str(folder)), "holds no template", "run `cfngen build`"))
    return sorted(found)


def write(folder: Path, texts: Mapping[Path, str]) -> list[Path]:
    """Write what differs and remove layers that are no more from these bundles; return the paths touched."""
    touched = []
    for path, text in texts.items():
        if _read(folder / path) != text:
            write_atomically(folder / path, text)
            touched.append(path)
    bundles = {path.parent for path in texts}
    for path in _surplus(folder, texts):
        if path.parent in bundles:
            (folder / path).unlink()
            touched.append(path)
    return touched


def stale(folder: Path, texts: Mapping[Path, str]) -> list[Problem]:
    """Return what differs between a folder and the templates that the layers make now."""
    found = {path: _read(folder / path) for path in texts}
    problems = [
        Problem(
            Where(str(folder / path)), "is missing" if text is None else "differs from its layer", "run `cfngen build`"
        )
        for path, text in found.items()
        if text != texts[path]
    ]
    surplus = [
        Problem(Where(str(folder / path)), "no layer makes it", "delete it, or run `cfngen build`")
        for path in _surplus(folder, texts)
    ]
    return problems + surplus


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half; raises `CfngenError`."""
    from tempfile import mkstemp  # not needed by a run that finds everything as it should be

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                os.fchmod(file.fileno(), 0o644)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise CfngenError(Problem(Where(str(path)), what, "check the folder and the free space")) from error


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _surplus(folder: Path, texts: Mapping[Path, str]) -> Iterator[Path]:
    found = (path.relative_to(folder) for path in sorted(folder.glob("*/*.yaml")))
    return (path for path in found if path not in texts)
