"""What a shell completes: names of environments, targets and all that can be explained, read cheaply.

Runs at every press of Tab, so it reads names and checks nothing; a file that cannot be read has none.
"""

from __future__ import annotations

from pathlib import Path

import click

from ..catalog import BOOTSTRAP, BUNDLES, NAMES


def environments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the environments of the folder that begin so and are not named yet."""
    named = ctx.params.get("environments") or ()
    found = sorted(path.stem for path in _folder(ctx).glob("*.yaml") if not path.name.startswith("."))
    return [name for name in found if name.startswith(incomplete) and name not in named]


def targets(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the targets of the environment that is named before: geographies, then the edge's and the admin's."""
    from ..environment.document import read_document
    from ..environment.mistakes import written_targets
    from ..errors import CfngenError

    path = _folder(ctx) / f"{ctx.params.get('environment')}.yaml"
    try:
        found = written_targets(read_document(path))
    except CfngenError:
        return []
    return [name for name in found if name.startswith(incomplete)]


def explainable(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return bundles, layers, settings (those that the schema of environment files names) and rules."""
    from ..rule_texts import rule_texts

    layers = [layer for bundle in (BOOTSTRAP, *BUNDLES) for layer in bundle.layers]
    rules = rule_texts() if incomplete[:2].upper() == "E9" else ()
    known = dict.fromkeys((BOOTSTRAP.name, *NAMES, *layers, *_settings(_folder(ctx) / "schema.json"), *rules))
    return [name for name in known if name.lower().startswith(incomplete.lower())]


def _settings(path: Path) -> list[str]:
    import json

    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["$defs"]["Settings"]["properties"])
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("params") or "params")
