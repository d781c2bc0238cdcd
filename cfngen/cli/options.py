"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..cache import OFF, Cache, user_cache
from ..catalog import NAMES
from . import suggest

F = TypeVar("F", bound=Callable[..., Any])

environment = click.argument("environment", metavar="ENV", shell_complete=suggest.environments)

target = click.argument("target", required=False, metavar="[TARGET]", shell_complete=suggest.targets)

templates = click.option(
    "--templates",
    type=click.Path(path_type=Path),
    default=Path("templates_out"),
    show_default=True,
    help="Folder of the built templates.",
)

bundle = click.option("--bundle", type=click.Choice(NAMES), shell_complete=suggest.bundles, help="Only this bundle.")

local = click.option(
    "--local",
    is_flag=True,
    help="Use the local AWS instead of a real account; deploy and bootstrap then do not ask.",
)

yes = click.option("--yes", "-y", is_flag=True, help="Do not ask.")


def _switch_off(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001, click's
    if wanted:
        ctx.meta[_CACHE] = OFF


_CACHE = "cfngen.cache"

no_cache = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    callback=_switch_off,
    help="Neither use nor keep results of earlier runs.",
)


def cache() -> Cache:
    """Return the cache that the command which runs may use: the user's, or none with `--no-cache`."""
    ctx = click.get_current_context(silent=True)
    found: Cache = (ctx.meta.get(_CACHE) if ctx else None) or user_cache()
    return found


def form(*forms: str) -> Callable[[F], F]:
    """Return the option `--format` with these choices, the first being the default."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help="Form of the output."
    )
