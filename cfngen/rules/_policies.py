"""Policy documents as a rule sees them: every statement of every resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT, Leaf, Path


@dataclass(frozen=True)
class Statement:
    """One statement of a policy: whose, where, and what it says."""

    resource: str
    type: str
    path: Path
    body: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        """Whether the effect is, or may be, Allow."""
        return self.body.get("Effect") != "Deny"

    @property
    def is_trust(self) -> bool:
        """Whether this says who may assume a role."""
        return "AssumeRolePolicyDocument" in self.path

    @property
    def has_principal(self) -> bool:
        """Whether this is part of a resource's own policy rather than of an identity's."""
        return "Principal" in self.body or "NotPrincipal" in self.body


def statements(cfn: Template) -> Iterator[Statement]:
    """Yield each statement of each policy in the template, whichever resource holds it."""
    for name, resource in _values.resources(cfn):
        for found in _documents(resource.get("Properties"), ["Resources", name, "Properties"]):
            yield from _statements_of(cfn, name, str(resource.get("Type")), found)


def listed(cfn: Template, statement: Statement, key: str) -> Iterator[Leaf]:
    """Yield each value of an element that is one string or a list of them, such as Action or Resource."""
    found = _values.values_at(cfn, statement.body, (key, "*"), statement.path)
    return (leaf for leaf in found if leaf.value is not ABSENT)


def principals(cfn: Template, statement: Statement) -> Iterator[Leaf]:
    """Yield each principal, of whatever kind (`AWS`, `Service`, `Federated`)."""
    for leaf in _values.values_at(cfn, statement.body, ("Principal",), statement.path):
        if isinstance(leaf.value, Mapping) and not _values.is_function(leaf.value):
            for kind in leaf.value:
                yield from _values.values_at(cfn, leaf.value, (kind, "*"), leaf.path)
        elif leaf.value is not ABSENT:
            yield leaf


def condition_keys(statement: Statement) -> frozenset[str]:
    """Return the condition keys of a statement, in lower case."""
    block = statement.body.get("Condition")
    operators = block.values() if isinstance(block, Mapping) else ()
    return frozenset(str(key).lower() for keys in operators if isinstance(keys, Mapping) for key in keys)


def grants(action: object, wanted: str) -> bool:
    """Whether an action, wildcards included, covers the one wanted (`iam:PassRole`)."""
    return isinstance(action, str) and fnmatchcase(wanted.lower(), action.lower())


def _documents(value: object, path: Path) -> Iterator[Leaf]:
    """Yield every policy in a value, also where it is written as JSON; most of what there is, is none."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield Leaf(path, value)
        for key, inner in value.items():
            if isinstance(inner, dict | list | str):
                yield from _documents(inner, [*path, key])
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict | list | str):
                yield from _documents(inner, [*path, number])
    elif isinstance(value, str) and value.startswith("{") and '"Statement"' in value:
        yield from _documents(_parsed(value), path)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _statements_of(cfn: Template, name: str, kind: str, document: Leaf) -> Iterator[Statement]:
    for leaf in _values.values_at(cfn, document.value, ("Statement", "*"), document.path):
        if isinstance(leaf.value, Mapping) and not _values.is_function(leaf.value):
            yield Statement(name, kind, leaf.path, leaf.value)
