"""Policies: statements as they are evaluated, read from any property that holds a policy document."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...expressions.values import Unknown, Value
from ..world import Located
from .actions import covers
from .answers import YES, Answer, every
from .arns import Names
from .conditions import Request, holds
from .matching import any_matches


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement: where it is, what it says, and whom it is about if it is part of a resource's policy."""

    located: Located | None
    """The resource that holds it; None for a policy that no template writes."""
    path: tuple[str, ...]
    sid: str
    allows: bool
    actions: str
    """Patterns in lower case, with spaces between."""
    but_actions: str
    resources: tuple[str, ...]
    but_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    """Kind (`AWS`, `Service`, `Federated`, `*`) and value."""
    condition: Value = None

    def about(self, action: str) -> Answer:
        """Return whether the statement is about an action."""
        about = YES if self.but_actions and not self.actions else covers(self.actions, action)
        return min(about, ~covers(self.but_actions, action)) if self.but_actions else about

    def fits(self, resource: str, request: Request) -> Answer:
        """Return whether resources and condition fit what is known of a request, whatever its action."""
        return every(_steps(self, resource, request))

    def __str__(self) -> str:
        holder = f"{self.located.stack.layer}.{self.located.resource.logical_id}" if self.located else "AWS's policy"
        return f"{holder} Statement {self.sid}".strip()


def _steps(statement: Statement, resource: str, request: Request) -> Iterator[Answer]:
    if statement.resources:
        yield any_matches(map(request.filled, statement.resources), resource)
    if statement.but_resources:
        yield ~any_matches(map(request.filled, statement.but_resources), resource)
    yield holds(statement.condition, request)


def read_policy(located: Located | None, path: tuple[str, ...], document: Value, names: Names) -> list[Statement]:
    """Return the statements of a policy document, evaluated; nothing where there is none."""
    found = document.get("Statement") if isinstance(document, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [
        _statement(
            located, (*path, "Statement", str(number)), names.spelled(each) if isinstance(each, Mapping) else _ALL
        )
        for number, each in enumerate(listed)
        if isinstance(each, Mapping | Unknown)
    ]


_ALL = {"Action": "*", "Resource": "*", "Principal": "*", "Condition": Unknown("a statement that is not known")}
"""What a statement may say that nobody can read."""


def _statement(located: Located | None, path: tuple[str, ...], body: Mapping[str, Value]) -> Statement:
    return Statement(
        located=located,
        path=path,
        sid=str(body.get("Sid", path[-1])),
        allows=body.get("Effect") != "Deny",
        actions=_lowered(body.get("Action")),
        but_actions=_lowered(body.get("NotAction")),
        resources=_patterns(body.get("Resource")),
        but_resources=_patterns(body.get("NotResource")),
        principals=tuple(_all_but(body) if "NotPrincipal" in body else _principals(body.get("Principal"))),
        condition=body.get("Condition"),
    )


def _lowered(value: Value) -> str:
    return sys.intern(" ".join(str(each).lower() for each in _listed(value)))


def _patterns(value: Value) -> tuple[str, ...]:
    return tuple(str(each) for each in _listed(value))


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _all_but(body: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return whom `NotPrincipal` means, erring towards access: everybody is allowed, nobody is denied for certain."""
    return [("*", "*")] if body.get("Effect") != "Deny" else []


def _principals(value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for kind, each in value.items():
            yield from ((kind, str(name)) for name in _listed(each))
    elif value is not None:
        yield "*", str(value)
