"""Semantic differences: of two values, two templates, two bundles. What only looks different never counts.

Order of keys, formatting, descriptions and metadata are no difference; neither is `2` beside `"2"`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..expressions.values import Reference, Text, Value, as_text, is_literal
from .changes import Difference, TemplateChange

Body = Mapping[str, Any]
"""A template as plain data."""

ABSENT = None
"""Stands for nothing on one side; a template has no null."""

STACK = "AWS::CloudFormation::Stack"

SECTIONS = ("Parameters", "Mappings", "Conditions", "Rules", "Transform", "Resources", "Outputs")
PROSE = ("Description", "ConstraintDescription", "Label")
IDENTITIES = ("Key", "Sid", "Name", "Id", "ParameterKey", "ParameterName", "DeviceName", "PolicyName")
"""Keys by one of which items of a list are told apart."""

UNITED = ("DependsOn",)
"""Attributes that are one name or a list of names, in any order."""


class Leaf(NamedTuple):
    """One place at which two values differ; steps into lists are in brackets."""

    path: tuple[str, ...]
    before: Value
    after: Value


def leaves(
    before: Value,
    after: Value,
    path: tuple[str, ...] = (),
    *,
    unordered: Callable[[tuple[str, ...]], bool] = lambda _: False,
) -> Iterator[Leaf]:
    """Yield the places at which two values differ, as deep as both have structure."""
    if same(before, after):
        return
    if _is_structure(before) and _is_structure(after):
        for key in dict.fromkeys((*before, *after)):
            yield from leaves(before.get(key), after.get(key), (*path, str(key)), unordered=unordered)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path, unordered)
    else:
        yield Leaf(path, before, after)


def same(before: Value, after: Value) -> bool:
    """Whether two values are the same to CloudFormation."""
    if is_literal(before) and is_literal(after):
        return as_text(before) == as_text(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(same(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def diff(old: Body, new: Body) -> tuple[Difference, ...]:
    """Return the semantic differences of two templates, section by section."""
    before, after = normal(old), normal(new)
    return tuple(
        difference
        for section in SECTIONS
        for difference in _section(section, before.get(section, {}), after.get(section, {}))
    )


def diff_bundles(old: Mapping[str, Body | None], new: Mapping[str, Body]) -> tuple[TemplateChange, ...]:
    """Return the templates of a bundle that differ, by name; None stands for one that cannot be read."""
    changes = []
    for name in dict.fromkeys((*new, *old)):
        before = old.get(name, {})
        if before is None:
            changes.append(TemplateChange(name, known=False))
        elif differences := diff(before, new.get(name, {})):
            changes.append(TemplateChange(name, differences))
    return tuple(changes)


def normal(body: Body) -> dict[str, Any]:
    """Return a template without what only people read, each thing written in one way."""
    found = {section: _plain(body[section]) for section in SECTIONS if body.get(section)}
    for section in ("Parameters", "Outputs"):
        entries = found.get(section, {})
        found |= {section: {name: _without(each, PROSE) for name, each in entries.items()}} if entries else {}
    if "Resources" in found:
        found["Resources"] = {name: _resource(each) for name, each in found["Resources"].items()}
    return found


def written(value: Value) -> str:
    """Return a value as a person reads it in one line: `!Ref Vpc`, `${network.Vpc}`, `[a, b]`."""
    if isinstance(value, Reference):
        return "${" + named(value) + "}"
    if isinstance(value, Text):
        return "".join(piece if isinstance(piece, str) else written(piece) for piece in value.pieces)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Mapping):
        return _function(value) or f"{{{', '.join(f'{key}: {written(each)}' for key, each in value.items())}}}"
    return as_text(value) if is_literal(value) else str(value)


def named(reference: Reference) -> str:
    """Return a reference as a person reads it: `network.Vpc`, `data.Database.Endpoint.Address`."""
    layer = reference.stack.rpartition("/")[2]
    attribute = "" if reference.attribute == "Ref" else f".{reference.attribute}"
    return f"{layer}.{reference.logical_id}{attribute}"


def path_text(path: Sequence[str]) -> str:
    """Return a path as a person reads it: `Tags[Name].Value`."""
    return "".join(step if step.startswith("[") or not number else f".{step}" for number, step in enumerate(path))


def is_function(value: Value) -> bool:
    """Whether a value is an intrinsic function as a template writes it."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    (name,) = value
    return name in ("Ref", "Condition") or str(name).startswith("Fn::")


def child_name(url: object) -> str:
    """Return which template of the bundle a TemplateURL is, whatever its folder and content."""
    return Path(str(url)).stem


def _is_structure(value: Value) -> bool:
    return isinstance(value, Mapping) and not is_function(value)


def _items(
    before: list[Value], after: list[Value], path: tuple[str, ...], unordered: Callable[[tuple[str, ...]], bool]
) -> Iterator[Leaf]:
    """Pair the items of two lists: by identity, as a set of plain values, else by position between equal ends."""
    identity = next((key for key in IDENTITIES if _tells_apart(key, before) and _tells_apart(key, after)), None)
    if identity:
        old, new = ({f"[{as_text(item[identity])}]": item for item in items} for items in (before, after))
        for step in dict.fromkeys((*old, *new)):
            yield from leaves(old.get(step), new.get(step), (*path, step), unordered=unordered)
        if not unordered(path) and old.keys() == new.keys() and list(old) != list(new):
            yield Leaf(path, list(old), list(new))
    elif all(isinstance(item, str | int | float | Reference | Text) for item in (*before, *after)):
        yield from _set(before, after, path, ordered=not unordered(path))
    else:
        yield from _positions(before, after, path, unordered)


def _tells_apart(key: str, items: list[Value]) -> bool:
    values = [item.get(key) if isinstance(item, Mapping) else None for item in items]
    return all(is_literal(value) for value in values) and len(set(map(as_text, values))) == len(values)


def _set(before: list[Value], after: list[Value], path: tuple[str, ...], *, ordered: bool) -> Iterator[Leaf]:
    old, new = (Counter(as_text(item) if is_literal(item) else item for item in items) for items in (before, after))
    gone, come = old - new, new - old
    if gone.total() == come.total() == 1:
        yield Leaf((*path, "[]"), *gone, *come)
        return
    for item in gone.elements():
        yield Leaf((*path, "[]"), item, ABSENT)
    for item in come.elements():
        yield Leaf((*path, "[]"), ABSENT, item)
    if ordered and not gone and not come:
        yield Leaf(path, before, after)


def _positions(
    before: list[Value], after: list[Value], path: tuple[str, ...], unordered: Callable[[tuple[str, ...]], bool]
) -> Iterator[Leaf]:
    start, end = _ends(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    for number in range(max(len(old), len(new))):
        one, other = (items[number] if number < len(items) else ABSENT for items in (old, new))
        yield from leaves(one, other, (*path, f"[{start + number}]"), unordered=unordered)


def _ends(before: list[Value], after: list[Value]) -> tuple[int, int]:
    """Return how many items are the same at the start, and how many of the others at the end."""
    most = min(len(before), len(after))
    start = next((number for number in range(most) if not same(before[number], after[number])), most)
    left = most - start
    end = next((number for number in range(left) if not same(before[-1 - number], after[-1 - number])), left)
    return start, end


def _section(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        old, new = {section: old}, {section: new}
    for name in dict.fromkeys((*old, *new)):
        for leaf in leaves(old.get(name), new.get(name)):
            before, after = (None if side is ABSENT else written(side) for side in leaf[1:])
            yield Difference(section, str(name), path_text(leaf.path), before, after)


def _resource(resource: Any) -> Any:
    if not isinstance(resource, Mapping):
        return resource
    kept = _without(resource, ("Metadata",))
    for attribute in UNITED:
        if attribute in kept:
            names = kept[attribute]
            kept[attribute] = sorted(names) if isinstance(names, list) else [names]
    properties = kept.get("Properties")
    if kept.get("Type") == STACK and isinstance(properties, Mapping) and isinstance(properties.get("TemplateURL"), str):
        kept["Properties"] = {**properties, "TemplateURL": child_name(properties["TemplateURL"])}
    return kept


def _without(entry: Any, names: Sequence[str]) -> Any:
    return {key: each for key, each in entry.items() if key not in names} if isinstance(entry, Mapping) else entry


def _plain(value: Any) -> Any:
    """Write each function in one way: GetAtt as a list, Sub without variables as its text."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    if is_function(value):
        ((name, argument),) = value.items()
        if name == "Fn::GetAtt" and isinstance(argument, str):
            return {name: argument.split(".", 1)}
        if name == "Fn::Sub" and isinstance(argument, str) and "${" not in argument:
            return argument
    return {key: _plain(each) for key, each in value.items()}


def _function(value: Mapping[str, Any]) -> str:
    """Return an intrinsic function in its short form, nothing where it is none."""
    if not is_function(value):
        return ""
    ((name, argument),) = value.items()
    short = name.removeprefix("Fn::")
    if short == "GetAtt" and isinstance(argument, list) and all(isinstance(part, str) for part in argument):
        return f"!GetAtt {'.'.join(argument)}"
    if is_literal(argument):
        return f"!{short} {as_text(argument)}"
    return f"!{short} {written(argument)}"
