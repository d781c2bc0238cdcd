"""The table of access: `access.yaml` read into values; what is wrong with it is in `table_mistakes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..environment.document import Document, read_document
from ..errors import Where, require
from .iam.actions import expand
from .table_mistakes import VERBS, listed, mistakes

FILE = Path(__file__).with_name("access.yaml")


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
    """Layers that must all be there for the row to be about anybody and anything."""
    across: bool
    """Whether those of all accounts are meant, not only of the thing's own."""
    why: str


@dataclass(frozen=True)
class Table:
    """The sentences, and what their names stand for."""

    people: Mapping[str, tuple[Selector, ...]]
    things: Mapping[str, tuple[Selector, ...]]
    deeds: Mapping[str, tuple[str, ...]]
    """Actions, in lower case."""
    sentences: tuple[Sentence, ...] = field(default=())


def read_table(path: Path = FILE) -> Table:
    """Read the table; raises `CfngenError` with every mistake in it, each at its line."""
    document = read_document(path)
    require(mistakes(document))
    deeds = {name: _actions(given) for name, given in document.data["deeds"].items()}
    return Table(
        people={name: tuple(_selectors(given, "kind")) for name, given in document.data["people"].items()},
        things={name: tuple(_selectors(given, "type")) for name, given in document.data["things"].items()},
        deeds=deeds,
        sentences=tuple(_sentence(document, number, deeds) for number in range(len(document.data["sentences"]))),
    )


def _sentence(document: Document, number: int, deeds: Mapping[str, tuple[str, ...]]) -> Sentence:
    row = document.data["sentences"][number]
    (verb,) = (verb for verb in VERBS if verb in row)
    return Sentence(
        where=document.where("sentences", number),
        who=tuple(listed(row["who"])),
        but=tuple(listed(row.get("but"))),
        verb=verb,
        actions=tuple(dict.fromkeys(action for deed in listed(row[verb]) for action in deeds[deed])),
        of=tuple(listed(row["of"])),
        context={key: tuple(map(str, listed(value))) for key, value in row.get("with", {}).items()},
        when=tuple(listed(row.get("when"))),
        across=bool(row.get("across")),
        why=str(row["why"]),
    )


def _actions(given: Any) -> tuple[str, ...]:
    """Return the actions of a deed: of its patterns, without those of `but`."""
    patterns, but = (given.get("all"), given.get("but")) if isinstance(given, dict) else (given, None)
    found, surplus = ({action for each in listed(part) for action in expand(each)} for part in (patterns, but))
    return tuple(sorted(found - surplus))


def _selectors(given: Any, key: str) -> Iterator[Selector]:
    for each in listed(given):
        kinds, ids = tuple(listed(each[key])), tuple(listed(each.get("id"))) or ("*",)
        part, attribute, arn = (str(each.get(name, "")) for name in ("part", "attribute", "arn"))
        yield Selector(kinds, ids, part, attribute, arn)
