"""Weaker policies: statements with one action, resource or principal widened, or without a condition or a denial."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .edits import GONE, Path, is_function, walk

DENIAL = "drop the denial"


def is_policy(value: Any) -> bool:
    """Whether a value is a policy; the rules of a web ACL have a Statement too, which is no list."""
    return isinstance(value, Mapping) and isinstance(value.get("Statement"), list)


def weakened_policies(properties: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    """Yield where a policy is weakened, what is done, and the new value."""
    for path, found in walk(properties):
        value = _parsed(found) if isinstance(found, str) and found.startswith("{") else found
        if is_policy(value):
            for number, statement in enumerate(value["Statement"]):
                yield from _statement((*path, "Statement", number), statement)


def _parsed(text: str) -> Any:
    """Return what a text of JSON says, None for one that is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _statement(path: Path, statement: Any) -> Iterator[tuple[Path, str, Any]]:
    if is_function(statement):
        for branch in (1, 2) if "Fn::If" in statement else ():
            yield from _statement((*path, "Fn::If", branch), statement["Fn::If"][branch])
    elif statement.get("Effect") == "Deny":
        yield path, DENIAL, GONE
    else:
        yield from _actions((*path, "Action"), statement.get("Action", []))
        yield from _everything((*path, "Resource"), statement.get("Resource", "*"))
        if statement.get("Principal", "*") not in ("*", {"AWS": "*"}):
            yield (*path, "Principal"), "*", "*"
        yield from _conditions((*path, "Condition"), statement.get("Condition", {}))


def _actions(path: Path, actions: Any) -> Iterator[tuple[Path, str, Any]]:
    """Yield everything instead of the first action, and the whole service instead of the first of each service."""
    yield from _everything(path, actions)
    seen = set()
    for number, action in enumerate(actions if isinstance(actions, list) else [actions]):
        service = str(action).partition(":")[0]
        if service not in seen and not str(action).endswith("*:*"):
            seen.add(service)
            here = (*path, number) if isinstance(actions, list) else path
            yield from () if action == f"{service}:*" else [(here, "the whole service", f"{service}:*")]


def _everything(path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    items = value if isinstance(value, list) else [value]
    if items and "*" not in items:
        yield (*path, 0) if isinstance(value, list) else path, "*", "*"


def _conditions(path: Path, condition: Any) -> Iterator[tuple[Path, str, Any]]:
    if condition:
        yield path, "delete", GONE
    several = sum(len(keys) for keys in condition.values()) > 1
    for operator, keys in condition.items():
        for key in keys if several else ():
            yield (*path, operator, key), "delete", GONE
