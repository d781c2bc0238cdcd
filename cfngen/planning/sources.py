"""Sources: the templates that a stack set, or one stack, is made from, wanted or deployed, read once.

A deployed root names its children by URL; their texts come from the template bucket. What cannot be
read is said to be unknown, and its wanted version stands in for it so that the rest can be followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import CfngenError
from ..templates import ROOT, BundleTemplates, TemplateFile, parse_template
from .changes import TemplateChange
from .diff import STACK, Body, child_name, diff_bundles, normal
from .reach import Reach, reach

Texts = Mapping[str, str]
"""Texts of templates by their key in the template bucket."""


@dataclass(frozen=True)
class Source:
    """A bundle's templates with what is known about them once, whatever the instance."""

    bundle: BundleTemplates
    reach: Reach
    bodies: Mapping[str, Body]
    """The templates without prose and metadata, each thing written in one way; see `cfngen.planning.diff.normal`."""
    unknown: frozenset[str] = frozenset()
    """Templates that cannot be read; another version stands in for them."""

    def body(self, layer: str) -> Body:
        """Return the body of a template, empty where the bundle has none of that name."""
        return self.bodies.get(layer, {})

    def declared(self, layer: str, logical_id: str) -> Mapping[str, Any]:
        """Return a resource as it is written, in its plain form; empty where there is none."""
        found = self.body(layer).get("Resources", {}).get(logical_id, {})
        return found if isinstance(found, Mapping) else {}

    def metadata(self, layer: str, logical_id: str) -> Mapping[str, Any]:
        """Return the metadata of a resource."""
        file = self.bundle.root if layer == ROOT else self.bundle.children.get(layer)
        resource = file.resources.get(logical_id, {}) if file else {}
        found = resource.get("Metadata") if isinstance(resource, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def nested(self, layer: str) -> str:
        """Return the logical id of a template's nested stack in the root, empty where there is none."""
        return next((name for name, child in self.reach.children.items() if child == layer), "")


def template_key(url: str) -> str:
    """Return the key in the template bucket that a TemplateURL points to."""
    return urlsplit(url).path.lstrip("/")


def child_keys(root: str) -> tuple[str, ...]:
    """Return the keys of the children that the text of a packaged root names; none where it cannot be read."""
    return tuple(template_key(url) for url in _urls(_parsed(Path(f"{ROOT}.yaml"), root)).values())


def children_of(root: str) -> Mapping[str, str]:
    """Return which template each nested stack of a root is, by its logical id."""
    file = _parsed(Path(f"{ROOT}.yaml"), root)
    nested = {name: each for name, each in (file.resources if file else {}).items() if each.get("Type") == STACK}
    return {name: child_name((each.get("Properties") or {}).get("TemplateURL")) for name, each in nested.items()}


def source(bundle: str, root: str, texts: Texts, like: Source | None = None) -> Source | None:
    """Read a root and its children; what cannot be read is taken from `like`, and None returned where that is None."""
    file = _parsed(Path(bundle, f"{ROOT}.yaml"), root)
    if file is None:
        return replace(like, unknown=frozenset(item.name for item in like.bundle.files)) if like else None
    children, unknown = {}, set()
    for name, url in _urls(file).items():
        child = _child(bundle, name, texts.get(template_key(url)), like)
        if child is None:
            unknown.add(name)
            child = like.bundle.children.get(name) if like else None
        if child is not None:
            children[name] = child
    found = BundleTemplates(bundle, file, children)
    return Source(found, reach(found), {each.name: normal(each.body) for each in found.files}, frozenset(unknown))


def template_changes(old: Source, new: Source) -> tuple[TemplateChange, ...]:
    """Return the semantic differences of two versions, template by template."""
    before = {name: None if name in old.unknown else body for name, body in old.bodies.items()}
    before |= dict.fromkeys(old.unknown - before.keys())
    return diff_bundles(before, new.bodies)


def _child(bundle: str, name: str, text: str | None, like: Source | None) -> TemplateFile | None:
    if text is None:
        return None
    known = like.bundle.children.get(name) if like else None
    return known if known and known.text == text else _parsed(Path(bundle, f"{name}.yaml"), text)


def _parsed(path: Path, text: str) -> TemplateFile | None:
    try:
        return parse_template(path, text)
    except CfngenError:
        return None


def _urls(root: TemplateFile | None) -> dict[str, str]:
    """Return the TemplateURL of each child by its name."""
    resources = root.resources.values() if root else ()
    nested = [each.get("Properties") for each in resources if isinstance(each, Mapping) and each.get("Type") == STACK]
    urls = [each.get("TemplateURL") for each in nested if isinstance(each, Mapping)]
    return {child_name(url): url for url in urls if isinstance(url, str)}
