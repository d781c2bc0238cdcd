"""What commands ask again and again, answered from the cache where nothing changed that the answer depends on.

Each answer's key is written here, beside how the answer is found without a cache; whoever adds something that an
answer depends on adds it to the key. A key is taken before and after: what changed meanwhile is not kept. Nothing
heavy (yaml, pydantic, troposphere, cfn-lint) is imported before a key was looked up in vain.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .cache import OFF, Cache, digest, program, program_changed
from .files import template_files
from .findings import Finding, Proof, finding_of, in_order, proof_of

NESTS = ("TemplateURL", "Location")
"""Properties that name another template: of nested stacks, and of serverless applications."""


@dataclass(frozen=True)
class Made:
    """What `cfngen build` writes: each template's text by its path, and the schema of environment files."""

    templates: Mapping[Path, str]
    schema: str


def made(cache: Cache) -> Made:
    """Return what the layers make; it depends on the program alone."""
    found = _remembered(cache, lambda: digest("made", program()), _make)
    return Made({Path(path): text for path, text in found["templates"].items()}, found["schema"])


def regions(cache: Cache, params: Path) -> list[str]:
    """Return every region that an environment of a folder names, sorted."""
    found: list[str] = _remembered(cache, lambda: _regions_key(params), lambda: _regions(params))
    return found


def proofs(cache: Cache, params: Path, names: Sequence[str], templates: Path) -> tuple[Proof, ...]:
    """Return the proofs about environments, all of a folder when none is named."""
    asked = (params, names, templates)
    found = _remembered(cache, lambda: _proofs_key(*asked), lambda: [asdict(each) for each in _prove(*asked)])
    return tuple(proof_of(each) for each in found)


def findings(cache: Cache, folder: Path, regions: Sequence[str]) -> list[Finding]:
    """Return every finding in the templates below a folder; only those are linted that no earlier run has seen."""
    files = template_files(folder)
    keys = _lint_keys(folder, files, regions, _today())
    known = {file: cache.read(key) for file, key in keys.items()}
    unknown = [file for file in files if known.get(file) is None]
    if unknown:
        from .lint import lint

        fresh = lint(folder, regions, files=unknown)
        known |= {file: [asdict(each) for each in fresh if each.problem.where.file == str(file)] for file in unknown}
        still = {} if program_changed() else _lint_keys(folder, files, regions, _today())
        sure = [f for f in unknown if f in keys and keys[f] == still.get(f) and _reads_no_others(f, files)]
        cache.write({keys[file]: known[file] for file in sure})
    return in_order(_placed(finding_of(each), file) for file, found in known.items() for each in found)


def _remembered(cache: Cache, key_now: Callable[[], str | None], find: Callable[[], Any]) -> Any:
    """Return what is kept under a key, or find it and keep it; without a key it is always found anew."""
    key = key_now() if cache != OFF else None
    known = cache.read(key) if key else None
    if known is not None:
        return known
    found = find()
    if key and key == key_now() and not program_changed():
        cache.write({key: found})
    return found


def _make() -> dict[str, Any]:
    from .artifacts import rendered
    from .bundle import compose
    from .environment.schema import schema_text
    from .templates import ROOT, TemplateFile, bundle_of

    bodies = compose()
    texts = rendered(bodies)
    roots = {path: bodies[path.parent.name][ROOT] for path in texts if path.stem == ROOT}  # they declare each setting
    declared = [bundle_of([TemplateFile(path, texts[path], body)]) for path, body in roots.items()]
    return {"templates": {str(path): text for path, text in texts.items()}, "schema": schema_text(declared)}


def _regions(params: Path) -> list[str]:
    from .environment.config import load_environments

    return sorted({place.region for environment in load_environments(params) for place in environment.every_place})


def _prove(params: Path, names: Sequence[str], templates: Path) -> tuple[Proof, ...]:
    from .deployment import read_environments
    from .verify import verify

    return verify(read_environments(params, templates, names), templates)


def _regions_key(params: Path) -> str | None:
    contents = _contents(params, _files(params, "*.yaml"))
    return digest("regions", program(), *contents) if contents else None


def _proofs_key(params: Path, names: Sequence[str], templates: Path) -> str | None:
    """Return what proofs depend on; a finding also names the folders as they were given."""
    where = _contents(params, _files(params, "*.yaml"))
    what = _contents(templates, _files(templates, "*/*.yaml"))
    said = (str(params), str(templates), str(len(names)), *names, str(len(where)))
    return digest("proofs", program(), *said, *where, *what) if where and what else None


def _lint_keys(folder: Path, files: Sequence[Path], regions: Sequence[str], today: str) -> dict[Path, str]:
    """Return what the findings of each template depend on; templates that cannot be read have no key."""
    contents = {file: _contents(folder, [file]) for file in files}
    common = ("lint", program(), str(len(regions)), *regions, *_downloaded_schemas())
    keys = {}
    for file, own in contents.items():
        beside = [part for each in files if each.is_relative_to(file.parent) for part in contents[each] or ("?",)]
        parts = [*own, *beside] if any(_mentions(part, *NESTS) for part in own) else own
        # cfn-lint asks the calendar whether a runtime of Lambda is still in support.
        day = today if any(_mentions(part, "Runtime") for part in parts) else ""
        if own:
            keys[file] = digest(*common, day, *parts)
    return keys


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def _mentions(part: str | bytes, *words: str) -> bool:
    return isinstance(part, bytes) and any(word.encode() in part for word in words)


def _reads_no_others(file: Path, files: Sequence[Path]) -> bool:
    """Whether a template nests only what its key takes in: templates below its own folder, and openly."""
    from .errors import CfngenError
    from .templates import read_template

    try:
        template = read_template(file)
        nested = {Path(os.path.normpath(file.parent / url)) for url in _nested(template.body) if "://" not in url}
        taken_in = {each for each in files if each.is_relative_to(file.parent)}
        return nested <= (taken_in if _mentions(template.text.encode(), *NESTS) else set())
    except (CfngenError, RecursionError):
        return False


def _nested(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (inner for name, inner in value.items() if name in NESTS and isinstance(inner, str))
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for inner in inside:
        yield from _nested(inner)


def _downloaded_schemas() -> Iterator[str]:
    """Yield the state of the schemas that `cfn-lint --update-specs` downloads and then prefers to its own."""
    for base in (os.environ.get("XDG_CACHE_HOME", "~/.cache"), "~/Library/Caches"):
        for name in ("version.json", "providers", "resources"):
            path = Path(os.path.expanduser(base), "aws", "cfn-lint", "schemas", name)  # noqa: PTH111
            yield f"{path.stat().st_mtime_ns}" if path.exists() else ""


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern)) if folder.is_dir() else []


def _contents(folder: Path, files: Sequence[Path]) -> list[str | bytes]:
    """Return names and contents; nothing where one cannot be read, which is then for others to say."""
    parts: list[str | bytes] = []
    for file in files:
        try:
            if not file.is_file():
                return []
            parts += [os.path.relpath(file, folder), file.read_bytes()]
        except OSError:
            return []
    return parts


def _placed(finding: Finding, file: Path) -> Finding:
    """Name the file as it was named this time."""
    where = replace(finding.problem.where, file=str(file))
    return replace(finding, problem=replace(finding.problem, where=where))
