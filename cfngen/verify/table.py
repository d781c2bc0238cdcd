"""The table of access: `access.yaml` read, and every mistake in it answered with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..environment.document import Document, read_document
from ..errors import Problem, Where, require
from ..wording import did_you_mean, shown
from .iam.actions import expand

FILE = Path(__file__).with_name("access.yaml")
VERBS = ("may", "may not", "is denied")
KEYS = {"who", "but", "of", "with", "when", "across", "why", *VERBS}


@dataclass(frozen=True)
class Selector:
    """Whom or what a name stands for: kinds or types, and patterns of `layer.LogicalId`."""

    kinds: tuple[str, ...]
    ids: tuple[str, ...] = ("*",)
    part: str = ""
    """What of a thing is meant: appended to its ARN."""
    attribute: str = ""
    """Which attribute of a thing is meant instead of the thing."""
    arn: str = ""
    """What is meant instead, beside each thing: an ARN with {region}, {account}, {project} and {environment}."""


@dataclass(frozen=True)
class Sentence:
    """One row: who may or may not do what on what, under which conditions, and why."""

    where: Where
    who: tuple[str, ...]
    but: tuple[str, ...]
    verb: str
    actions: tuple[str, ...]
    of: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]
    when: tuple[str, ...]
    """Layers of which one must be there for the row to be about anything."""
    across: bool
    """Whether those of all accounts are meant, not only of the thing's own."""
    why: str


@dataclass(frozen=True)
class Table:
    """The sentences, and what their names stand for."""

    people: Mapping[str, tuple[Selector, ...]]
    things: Mapping[str, tuple[Selector, ...]]
    deeds: Mapping[str, tuple[str, ...]]
    sentences: tuple[Sentence, ...] = field(default=())


def read_table(path: Path = FILE) -> Table:
    """Read the table; raises `CfngenError` with every name that stands for nothing, and every key that is none."""
    document = read_document(path)
    require(_mistakes(document))
    deeds = {name: tuple(_listed(document.at("deeds", name))) for name in document.at("deeds")}
    return Table(
        people={name: tuple(_selectors(document.at("people", name), "kind")) for name in document.at("people")},
        things={name: tuple(_selectors(document.at("things", name), "type")) for name in document.at("things")},
        deeds=deeds,
        sentences=tuple(_sentence(document, number, deeds) for number in range(len(document.data["sentences"]))),
    )


def _sentence(document: Document, number: int, deeds: Mapping[str, tuple[str, ...]]) -> Sentence:
    row = document.data["sentences"][number]
    (verb,) = (verb for verb in VERBS if verb in row)
    patterns = [each for deed in _listed(row[verb]) for each in deeds[deed]]
    return Sentence(
        where=document.where("sentences", number),
        who=tuple(_listed(row["who"])),
        but=tuple(_listed(row.get("but"))),
        verb=verb,
        actions=tuple(sorted(action for each in patterns for action in expand(each))),
        of=tuple(_listed(row["of"])),
        context={key: tuple(map(str, _listed(value))) for key, value in row.get("with", {}).items()},
        when=tuple(_listed(row.get("when"))),
        across=bool(row.get("across")),
        why=str(row["why"]),
    )


def _selectors(given: Any, key: str) -> Iterator[Selector]:
    for each in _listed(given):
        kinds, ids = tuple(_listed(each[key])), tuple(_listed(each.get("id"))) or ("*",)
        part, attribute, arn = (str(each.get(name, "")) for name in ("part", "attribute", "arn"))
        yield Selector(kinds, ids, part, attribute, arn)


def _mistakes(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the table: names, keys, actions that AWS does not know."""
    sections = {name: document.at(name) or {} for name in ("people", "things", "deeds")}
    for deed, patterns in sections["deeds"].items():
        for pattern in _listed(patterns):
            if "*" in str(pattern) and not expand(str(pattern)):
                what = f"AWS lists no action like {shown(pattern)}"
                yield Problem(document.where("deeds", deed), what, "is it spelt as in a policy?")
    rows = document.at("sentences") or []
    for number, row in enumerate(rows):
        where = document.where("sentences", number)
        verbs = [verb for verb in VERBS if verb in row]
        if len(verbs) != 1 or not {"who", "of", "why"} <= row.keys() or not row.keys() <= KEYS:
            what = "is no sentence: it needs who, of, why and one of " + ", ".join(VERBS)
            yield Problem(where, what, f"and may have {', '.join(sorted(KEYS - {'who', 'on', 'why', *VERBS}))}")
            continue
        named = (("people", "who"), ("people", "but"), ("things", "of"), ("deeds", verbs[0]))
        for section, key in named:
            for name in _listed(row.get(key)):
                if name not in sections[section]:
                    hint = did_you_mean(str(name), tuple(sections[section]), f"say under {section} what it stands for")
                    yield Problem(where, f"nothing is called {shown(name)} under {section}", hint)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
