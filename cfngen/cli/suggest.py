"""What a shell completes: names of environments, targets and all that can be explained, read cheaply.

Runs at every press of Tab, so it reads names and checks nothing; a file that cannot be read has none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..catalog import BOOTSTRAP, BUNDLES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def environments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the environments of the folder that begin so and are not named yet."""
    named = ctx.params.get("environments") or ()
    found = sorted(path.stem for path in _folder(ctx).glob("*.yaml") if not path.name.startswith("."))
    return [name for name in found if name.startswith(incomplete) and name not in named]


def targets(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the targets of the environment that is named before: geographies, then the edge's and the admin's."""
    from ..environment.document import read_document
    from ..environment.mistakes import other_targets, written_targets
    from ..errors import CfngenError

    path = _folder(ctx) / f"{ctx.params.get('environment')}.yaml"
    try:
        document = read_document(path)
    except CfngenError:
        return []
    found = (*written_targets(document), *other_targets(document))
    return [name for name in found if name.startswith(incomplete)]


def bundles(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the bundles that can be named, each with what it is for."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(item.name, help=item.summary) for item in BUNDLES if item.name.startswith(incomplete)]


def explainable(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return bundles, layers, settings (those that the schema of environment files names) and rules."""
    from click.shell_completion import CompletionItem

    from ..rule_texts import rule_texts

    every = (BOOTSTRAP, *BUNDLES)
    layers = [layer for bundle in every for layer in bundle.layers]
    rules = rule_texts() if incomplete[:2].upper() == "E9" else ()
    said = {bundle.name: bundle.summary for bundle in every}
    known = dict.fromkeys((*said, *layers, *_settings(_folder(ctx) / "schema.json"), *rules))
    found = (name for name in known if name.lower().startswith(incomplete.lower()))
    return [CompletionItem(name, help=said.get(name)) for name in found]


def _settings(path: Path) -> list[str]:
    import json

    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["$defs"]["Settings"]["properties"])
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("params") or "params")
