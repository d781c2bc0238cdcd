"""One YAML file, read safely: plain data, the text that each value was written as, and its line.

Read from the parser's events instead of with a loader, so that a file can neither make objects nor
grow by aliases, and a million brackets end at the twenty-first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ..errors import CfngenError, Problem, Where, require
from ..wording import shown

Place = tuple[str | int, ...]
"""Where a value is: the keys and indexes that lead to it."""

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 20
MOST_VALUES = 10_000

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML 1.1 does not print: https://yaml.org/spec/1.1/#id868524."""

_SIMPLE = re.compile(r"[\w./@+-]{1,60}")


@dataclass(frozen=True)
class Scalar:
    """A single value as it was written: its text, and whether YAML was told that it is text."""

    text: str
    quoted: bool

    @property
    def value(self) -> Any:
        """The value as YAML 1.1 reads it: text, or a number, a truth value or `None`."""
        return self.text if self.quoted else _plain(self.text)


@dataclass(frozen=True)
class Document:
    """What a YAML file says, and where it says it."""

    file: str
    data: Any
    lines: Mapping[Place, int]
    scalars: Mapping[Place, Scalar]

    def line(self, path: Place) -> int:
        """Return the line of a value's key, or of the nearest place around it that is there."""
        return next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 0)

    def where(self, *path: str | int) -> Where:
        """Return the place for a message."""
        return Where(self.file, self.line(path), dotted(path))

    def at(self, *path: str | int) -> Any:
        """Return the value at a place, or `None` where there is none."""
        value = self.data
        for step in path:
            if not isinstance(value, dict) or step not in value:
                return None
            value = value[step]
        return value

    def text(self, *path: str | int) -> str | None:
        """Return the text at a place, or `None` where there is none, or something else."""
        value = self.at(*path)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class _Reading:
    """A document half read: what is still to come, and what was found."""

    file: str
    events: Iterator[yaml.Event]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[Place, int] = field(default_factory=dict)
    scalars: dict[Place, Scalar] = field(default_factory=dict)

    def refuse(self, event: yaml.Event, place: Place, what: str, hint: str) -> None:
        """Note a problem at an event, and read on."""
        self.problems.append(Problem(Where(self.file, _line(event), dotted(place)), what, hint))


def dotted(path: Place) -> str:
    """Return a place as a message shows it, such as `geographies.us.account` or `bundles[1]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_step(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def read_document(path: Path) -> Document:
    """Read one YAML file; raises `CfngenError` with everything in it that an honest file never has."""
    text = _text(path)
    reading = _Reading(str(path), _events(text, str(path)))
    data = None
    try:
        data = _document(reading)
    except CfngenError as stop:
        reading.problems.extend(stop.problems)
    except yaml.YAMLError as error:
        reading.problems.append(_syntax(error, str(path), text))
    require(sorted(set(reading.problems)))
    return Document(str(path), data, reading.lines, reading.scalars)


def unreadable(path: Path, error: OSError) -> Problem:
    """Return what to tell of a file that the system does not let us read."""
    where = Where(str(path))
    match error:
        case FileNotFoundError():
            return Problem(where, "there is no such file", "check the name and the folder")
        case IsADirectoryError():
            return Problem(where, "is a directory, not a file", "put the file in its place")
        case PermissionError():
            return Problem(where, "may not be read by you", f"chmod u+r {path}")
        case _:
            return Problem(where, f"cannot be read: {error.strerror or error}", "check the file")


def _text(path: Path) -> str:
    content = _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = f"is not UTF-8: byte 0x{content[error.start]:02x} at position {error.start}"
        raise CfngenError(Problem(Where(str(path), line), what, "save the file as UTF-8")) from error
    wrong = _FORBIDDEN.search(text)
    if wrong:
        where = Where(str(path), text.count("\n", 0, wrong.start()) + 1)
        raise CfngenError(Problem(where, f"has the control character {wrong[0]!r}", "delete the character"))
    return text


def _content(path: Path) -> bytes:
    """Return the bytes of a regular file that is not absurdly long; a pipe or a device could block forever."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise CfngenError(Problem(Where(str(path)), "is not a regular file", "put a file in its place"))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CfngenError(unreadable(path, error)) from error
    if len(content) > MOST_BYTES:
        raise CfngenError(Problem(Where(str(path)), "is longer than 1 MiB", "is it another file? a few KiB are usual"))
    return content


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    """Yield the parser's events, and stop at a file that is too deep or too long for a person to have written."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        where = Where(file, _line(event))
        if depth > MOST_DEPTH:
            raise CfngenError(Problem(where, f"is nested deeper than {MOST_DEPTH} levels", "four levels are enough"))
        if count > MOST_VALUES:
            raise CfngenError(Problem(where, f"has more than {MOST_VALUES} values", "is it another file?"))
        yield event


def _document(reading: _Reading) -> Any:
    next(reading.events)  # the stream's start
    if isinstance(next(reading.events), yaml.StreamEndEvent):
        raise CfngenError(_empty(reading))
    event = next(reading.events)
    reading.lines[()] = _line(event)
    data = _value(reading, event, ())
    if data is None:
        reading.problems.append(_empty(reading))
    next(reading.events)  # the document's end
    after = next(reading.events)
    if not isinstance(after, yaml.StreamEndEvent):
        reading.refuse(after, (), "a second document begins here", "one file is one environment: remove the `---`")
    return data


def _empty(reading: _Reading) -> Problem:
    return Problem(Where(reading.file), "is empty", "copy another environment and change it")


def _value(reading: _Reading, event: yaml.Event, place: Place) -> Any:
    _plainness(reading, event, place)
    match event:
        case yaml.ScalarEvent():
            scalar = Scalar(event.value, quoted=bool(event.style))
            reading.scalars[place] = scalar
            return scalar.value
        case yaml.SequenceStartEvent():
            return _sequence(reading, place)
        case yaml.MappingStartEvent():
            return _mapping(reading, place)
        case _:
            return None


def _plainness(reading: _Reading, event: yaml.Event, place: Place) -> None:
    """Refuse what makes YAML more than data."""
    if isinstance(event, yaml.AliasEvent):
        reading.refuse(event, place, f"uses the alias *{shown(event.anchor)}", "write the value out: aliases are off")
        return
    if anchor := getattr(event, "anchor", None):
        reading.refuse(event, place, f"has the anchor &{shown(anchor)}", "remove it: anchors are off")
    if tag := getattr(event, "tag", None):
        reading.refuse(event, place, f"has the tag {shown(tag)}", "remove it: a value is its text")


def _sequence(reading: _Reading, place: Place) -> list[Any]:
    found: list[Any] = []
    while not isinstance(event := next(reading.events), yaml.SequenceEndEvent):
        child = (*place, len(found))
        reading.lines[child] = _line(event)
        found.append(_value(reading, event, child))
    return found


def _mapping(reading: _Reading, place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := next(reading.events), yaml.MappingEndEvent):
        key = _key(reading, event, place)
        child = (*place, key)
        into = reading
        if key in found:
            first = reading.lines[child]
            reading.refuse(event, child, f"is written twice, first in line {first}", "keep one of the two")
            into = replace(reading, lines={}, scalars={})  # the second is read and forgotten
        into.lines[child] = _line(event)
        value = _value(into, next(reading.events), child)
        found.setdefault(key, value)
    return found


def _key(reading: _Reading, event: yaml.Event, place: Place) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        reading.refuse(event, place, "has a key that is not text", "a key is one word")
        _value(replace(reading, lines={}, scalars={}), event, place)
        return ""
    scalar = Scalar(event.value, quoted=bool(event.style))
    child = (*place, scalar.text)
    _plainness(reading, event, child)
    if scalar.text == "<<" and not scalar.quoted:
        reading.refuse(event, child, "is a merge key", "write the keys out: merging is off")
    elif not isinstance(scalar.value, str):
        kind = type(scalar.value).__name__.replace("NoneType", "null")
        reading.refuse(event, child, f"is a key that YAML reads as {kind}", f'write "{scalar.text}" in quotes')
    return scalar.text


def _plain(text: str) -> Any:
    """Read text without quotes as YAML 1.1 does, dates excepted; what YAML's own reader fails at stays text."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ())
    tag = next((tag for tag, pattern in resolvers if pattern.match(text)), "")
    if tag.rpartition(":")[2] not in ("null", "bool", "int", "float"):
        return text
    try:
        return yaml.constructor.SafeConstructor().construct_object(yaml.ScalarNode(tag, text))
    except ValueError:
        return text


def _syntax(error: yaml.YAMLError, file: str, text: str) -> Problem:
    marks = (getattr(error, "problem_mark", None), getattr(error, "context_mark", None))
    line, column = next(((mark.line, mark.column) for mark in marks if mark), (-1, 0))
    what = getattr(error, "problem", None) or str(error).partition("\n")[0]
    context = getattr(error, "context", None)
    source = text.splitlines()[line : line + 1] if line >= 0 else []
    if "\t" in "".join(source)[: column + 1]:
        return Problem(Where(file, line + 1), "is indented with a tab", "indent with spaces: YAML allows no tab here")
    if "end of stream" in what and marks[1]:
        line = marks[1].line
    full = f"{context}: {what}" if context else what
    return Problem(Where(file, line + 1), f"is not YAML: {full}", "check quotes, colons and indentation near this line")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _step(step: str) -> str:
    return step if _SIMPLE.fullmatch(step) else shown(step)
