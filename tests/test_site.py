"""The site of docs/: built strictly, every page in its navigation, and nothing of it from elsewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

HOME = Path(__file__).parent.parent
DOCS = HOME / "docs"
PAGES = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def hooks():
    spec = importlib.util.spec_from_file_location("cfngen_site_hooks", HOME / "scripts" / "site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(navigation):
    for section in navigation:
        for pages in section.values():
            yield from [pages] if isinstance(pages, str) else pages


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", out],
        cwd=HOME,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return out


class Loads(HTMLParser):
    """Gathers what a page would load, links that a person follows left out."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.found.append(given.get("href", ""))
        self.found += [given[name] for name in ("src", "srcset", "data", "poster") if given.get(name)]


def test_every_page_of_docs_is_in_the_navigation_once():
    found = list(listed(hooks().navigation(PAGES)))
    assert sorted(found) == sorted(PAGES)


@pytest.mark.parametrize(
    ("page", "section"),
    [
        ("tutorial.md", "Tutorial"),
        ("how-to/promote-a-standby.md", "How-to guides"),
        ("runbooks/promotion.md", "How-to guides"),
        ("runbook.md", "How-to guides"),
        ("reference/settings.md", "Reference"),
        ("suppressions.md", "Reference"),
        ("compliance.md", "Explanation"),
        ("compliance/hipaa.md", "Explanation"),
        ("decisions/0001-one-set-of-templates.md", "Decisions"),
    ],
)
def test_a_page_that_lands_later_has_its_section(page, section):
    assert hooks().place(page)[0] == section


def test_the_sections_are_those_of_diataxis_and_none_is_empty():
    titles = [title for section in hooks().navigation(PAGES) for title in section]
    assert titles == ["Home", "Tutorial", "How-to guides", "Reference", "Explanation", "Decisions"]


def test_the_site_is_built_without_a_warning_and_has_every_page(site):
    built = {path.relative_to(site).with_suffix(".md").as_posix() for path in site.rglob("*.html")}
    assert PAGES - built == set()


def test_no_page_loads_anything_from_elsewhere(site):
    found = {load for path in site.rglob("*.html") for load in Loads(path.read_text(encoding="utf-8")).found}
    assert len(found) > 3
    assert {load for load in found if re.match(r"(https?:)?//", load)} == set()


def test_no_style_of_the_site_loads_anything_from_elsewhere(site):
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert texts
    assert [text for text in texts if re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text)] == []


def test_a_link_out_of_docs_becomes_the_name_of_the_file():
    page = SimpleNamespace(file=SimpleNamespace(src_uri="decisions/0001-x.md"))
    config = SimpleNamespace(docs_dir=str(DOCS))
    text = "See [the readme](../../README.md#limits) and [another](../limits.md)."
    assert (
        hooks().on_page_markdown(text, page, config, None)
        == "See the readme (`README.md`) and [another](../limits.md)."
    )


def test_the_readme_says_how_to_build_the_site():
    assert "make site" in (HOME / "CONTRIBUTING.md").read_text(encoding="utf-8")
