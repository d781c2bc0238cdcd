"""The page as HTML: one file that needs nothing else, and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .content import Page

HOME = Path(__file__).parent

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[:/.,=_*@-])(?=[^:/.,=_*@-])")


def html(page: Page, sprite: str) -> str:
    """Return a page as HTML. Everything is escaped but pictures, which are ours, and the style and script beside it."""
    style, script = _beside("page.css"), _beside("page.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    jinja = Environment(
        loader=FileSystemLoader(HOME), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    jinja.filters |= {"ours": Markup, "pieces": _pieces, "spans": _spans}
    template = jinja.get_template("page.html.jinja")
    return template.render(page=page, sprite=sprite, style=style, script=script, policy=policy)


def _beside(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def _pieces(line: str) -> list[str]:
    """Return a name in parts between which a line may be broken."""
    return _BREAKS.split(line)


def _spans(line: str) -> list[str]:
    """Return text in parts of which every second is code, as backticks mark it."""
    return line.split("`") if line.count("`") % 2 == 0 else [line]


def _hash(content: str) -> str:
    """Return a source of a content security policy: https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
