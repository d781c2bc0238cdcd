"""What MkDocs is told beside `mkdocs.yml`: the navigation from the folders, and links that leave docs/.

A page that lands in docs/ is in the navigation without another word. Its section is that of the first pattern that
fits it; pages of a section are in the order of their names, those of a pattern before those of the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Home": ("index.md",),
    "Tutorial": ("tutorial.md", "tutorial/*"),
    "How-to guides": ("how-to/*", "runbook*/*", "runbook*.md"),
    "Reference": ("reference/*", "rules.md", "local-aws.md", "plan-json.md", "suppressions.md"),
    "Explanation": ("explanation/*", "*.md"),
    "Decisions": ("decisions/*",),
}
"""Sections after https://diataxis.fr, with the pages that belong to them."""

OUTSIDE = re.compile(r"\[(?P<text>[^\]]+)\]\((?:\.\./)+(?P<path>[^)#]+)(?:#[^)]*)?\)")
"""A link to a file of the repository that is not below docs/, as GitHub follows it."""


def on_config(config: Any) -> Any:
    """Set the navigation."""
    home = Path(config.docs_dir)
    config.nav = navigation(path.relative_to(home).as_posix() for path in home.rglob("*.md"))
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001, MkDocs's signature
    """Turn links out of docs/ into names of files, because the site has not got those files."""
    home = Path(config.docs_dir)
    folder = (home / page.file.src_uri).parent

    def named(found: re.Match[str]) -> str:
        link = found[0][found[0].index("](") + 2 : -1].partition("#")[0]
        inside = (folder / link).resolve().is_relative_to(home.resolve())
        return found[0] if inside else f"{found['text']} (`{found['path']}`)"

    return OUTSIDE.sub(named, markdown)


def navigation(pages: Iterable[str]) -> list[dict[str, Any]]:
    """Return MkDocs's navigation of these pages: every page is in one section."""
    sections: dict[str, list[tuple[int, str]]] = {title: [] for title in SECTIONS}
    for page in pages:
        title, rank = place(page)
        sections[title].append((rank, page))
    found = {title: [page for _, page in sorted(listed)] for title, listed in sections.items()}
    return [{title: listed[0] if len(listed) == 1 else listed} for title, listed in found.items() if listed]


def place(page: str) -> tuple[str, int]:
    """Return a page's section, and the place among its patterns of the first that fits."""
    for title, patterns in SECTIONS.items():
        for rank, pattern in enumerate(patterns):
            if fnmatch(page, pattern) and page.count("/") == pattern.count("/"):
                return title, rank
    return "Explanation", len(SECTIONS["Explanation"])
