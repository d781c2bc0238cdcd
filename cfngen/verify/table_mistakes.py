"""What can be wrong with the table of access: each mistake with its line, and what was probably meant.

A name that stands for nothing, a key or an action that is misspelt: each would make a sentence prove less than
it says, so none is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from ..catalog import BOOTSTRAP, BUNDLES
from ..environment.document import Document
from ..errors import Problem
from ..schemas import known_types
from ..wording import did_you_mean, shown
from ..wording import listed as spoken
from .iam.actions import expand, known_actions

VERBS = ("may", "may not", "is denied")
SECTIONS = ("people", "things", "deeds", "sentences")
KINDS = ("role", "group", "user", "delegate", "stranger", "named", "newcomer", "colleague", "tenant")
NEEDED = ("who", "of", "why")
OPTIONAL = ("but", "with", "when", "across")
FILLED = ("account", "environment", "other", "partition", "project", "region")
"""What `arn` and `with` may say in braces."""

_KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "people": ("kind", ("id",)),
    "things": ("type", ("id", "part", "attribute", "arn")),
}
"""The key that a selector needs, and the others that it may have, by section."""


def mistakes(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the table; with its outline wrong, nothing else is looked at."""
    outline = list(_outline(document))
    yield from outline
    if not outline:
        for section in _KEYS:
            for name, given in document.data[section].items():
                yield from _selectors(document, section, name, given)
        for name, given in document.data["deeds"].items():
            yield from _deed(document, name, given)
        for number, row in enumerate(document.data["sentences"]):
            yield from _sentence(document, number, row)


def listed(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _outline(document: Document) -> Iterator[Problem]:
    given = document.data if isinstance(document.data, dict) else {}
    for section in SECTIONS:
        kind, word = (list, "a list") if section == "sentences" else (dict, "names and what they stand for")
        if not isinstance(given.get(section), kind):
            yield Problem(document.where(section), f"{section} is not {word}", "see the head of the file")
    for section in given:
        if section not in SECTIONS:
            hint = did_you_mean(str(section), SECTIONS, f"there are {spoken(SECTIONS)}")
            yield Problem(document.where(section), f"no section is called {shown(section)}", hint)


def _selectors(document: Document, section: str, name: str, given: Any) -> Iterator[Problem]:
    where = document.where(section, name)
    key, others = _KEYS[section]
    for each in listed(given):
        if not isinstance(each, dict) or key not in each:
            yield Problem(where, f"{shown(name)} does not say of which {key}", f"write {{{key}: …, id: …}}")
            continue
        for surplus in sorted(each.keys() - {key, *others}):
            hint = did_you_mean(surplus, (key, *others), f"it may have {spoken((key, *others))}")
            yield Problem(where, f"{shown(name)} has no {shown(surplus)}", hint)
        known = KINDS if section == "people" else known_types()
        for kind in listed(each[key]):
            if kind not in known:
                yield Problem(where, f"no {key} is called {shown(kind)}", did_you_mean(str(kind), known, spoken(KINDS)))
        for pattern in listed(each.get("id")):
            if each[key] != "named":
                yield from _id(document, section, name, str(pattern))
        yield from _braces(document, (section, name), str(each.get("arn", "")))


def _id(document: Document, section: str, name: str, pattern: str) -> Iterator[Problem]:
    """Check the layer of an id; which resources it has is seen when the sentence is about nobody."""
    layers = tuple(layer for bundle in (BOOTSTRAP, *BUNDLES) for layer in bundle.layers)
    layer, dot, _ = pattern.partition(".")
    if "*" not in layer and (not dot or layer not in layers):
        hint = did_you_mean(layer, layers, "an id is `layer.LogicalId`")
        yield Problem(document.where(section, name), f"{shown(pattern)} names no layer", hint)


def _deed(document: Document, name: str, given: Any) -> Iterator[Problem]:
    where = document.where("deeds", name)
    parts = [given.get("all"), given.get("but")] if isinstance(given, dict) else [given]
    if isinstance(given, dict) and (surplus := given.keys() - {"all", "but"}):
        yield Problem(where, f"{shown(name)} has no {shown(min(surplus))}", "it may have all and but")
    patterns = [str(each) for part in parts for each in listed(part)]
    for pattern in patterns:
        service = pattern.partition(":")[0]
        if not expand(pattern) or ("*" not in pattern and pattern.lower() not in known_actions(service)):
            hint = did_you_mean(pattern, known_actions(service), "is it spelt as in a policy?")
            yield Problem(where, f"AWS lists no action like {shown(pattern)}", hint)
    if not patterns:
        yield Problem(where, f"{shown(name)} names no action", "write a list such as [s3:GetObject]")


def _sentence(document: Document, number: int, row: Any) -> Iterator[Problem]:
    where = document.where("sentences", number)
    verbs = [verb for verb in VERBS if verb in row] if isinstance(row, dict) else []
    if len(verbs) != 1 or not set(NEEDED) <= row.keys():
        what = f"is no sentence: it needs who, of, why and one of {spoken(VERBS)}"
        yield Problem(where, what, f"it may also have {spoken(OPTIONAL)}")
        return
    for key in sorted(row.keys() - {*NEEDED, *OPTIONAL, *verbs}):
        hint = did_you_mean(str(key), (*NEEDED, *OPTIONAL), f"it may have {spoken(OPTIONAL)}")
        yield Problem(document.where("sentences", number, key), f"a sentence has no {shown(key)}", hint)
    named = (("people", "who"), ("people", "but"), ("things", "of"), ("deeds", verbs[0]))
    for section, key in named:
        yield from _names(document, number, section, key)
    given = row.get("with", {})
    if not isinstance(given, dict):
        yield Problem(document.where("sentences", number, "with"), "is not keys and values", "write {aws:key: value}")
        return
    for value in (each for values in given.values() for each in listed(values)):
        yield from _braces(document, ("sentences", number, "with"), str(value))


def _names(document: Document, number: int, section: str, key: str) -> Iterator[Problem]:
    known = tuple(document.data[section])
    for name in listed(document.data["sentences"][number].get(key)):
        if name not in known:
            hint = did_you_mean(str(name), known, f"say under {section} what it stands for")
            where = document.where("sentences", number, key)
            yield Problem(where, f"nothing is called {shown(name)} under {section}", hint)


def _braces(document: Document, path: tuple[str | int, ...], text: str) -> Iterator[Problem]:
    """Check what a text leaves to be filled in."""
    try:
        fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        yield Problem(document.where(*path), f"{shown(text)}: {error}", "braces hold one of " + spoken(FILLED))
        return
    for name in fields:
        if name not in FILLED:
            hint = did_you_mean(name, FILLED, "braces hold one of " + spoken(FILLED))
            yield Problem(document.where(*path), f"{shown(text)}: nothing is filled in for {{{shown(name)}}}", hint)
