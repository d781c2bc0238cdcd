"""Settings as data: what a property of a type must be, a row each, for rules that are little more than a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from cfnlint.rules import RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT, Leaf

Accept = Callable[[Any], bool]


@dataclass(frozen=True)
class Setting:
    """What a property must be; `keys` is its path, with `*` for each item of a list."""

    type: str
    keys: str
    accept: Accept
    message: str
    by_default: bool = False
    """Whether a parameter's default is enough, so that an environment may choose otherwise."""


def unmet(cfn: Template, table: Iterable[Setting]) -> Iterator[RuleMatch]:
    """Yield a match for each value that a property may have and must not."""
    usual = defaults(cfn)
    for row in table:
        view = usual if row.by_default else cfn
        for name, leaf in _values.properties(view, row.keys.split("."), row.type):
            if not row.accept(leaf.value):
                yield RuleMatch(leaf.path, f"{name}: {row.keys} {row.message}")


def defaults(cfn: Template) -> Template:
    """Return the template as it is where nobody gives a parameter with a default another value."""
    parameters = {
        name: {**declared, "AllowedValues": [declared["Default"]]}
        if "Default" in _values.mapping(declared)
        else declared
        for name, declared in _values.section(cfn, "Parameters").items()
    }
    return cast("Template", SimpleNamespace(template={**cfn.template, "Parameters": parameters}, filename=cfn.filename))


def given(value: object) -> bool:
    """Whether a property has a value at all, be it one that is known only later."""
    return value is not ABSENT and value not in (None, "", [], {})


def one_of(*accepted: object) -> Accept:
    """Return a check that a value is one of some literals."""
    return lambda value: not _values.is_function(value) and value in accepted


def at_least(floor: float) -> Accept:
    """Return a check that a value is a number and no less than `floor`."""
    return lambda value: (found := _values.number(value)) is not None and found >= floor


def at_most(ceiling: float) -> Accept:
    """Return a check that a value is a number and no more than `ceiling`."""
    return lambda value: (found := _values.number(value)) is not None and found <= ceiling


def items(cfn: Template, kind: str, keys: str) -> Iterator[tuple[str, Leaf, list[Any]]]:
    """Yield, for each resource of a type, where a list is and the values its items may have."""
    for name, leaf in _values.properties(cfn, keys.split("."), kind):
        found = [each.value for each in _values.values_at(cfn, leaf.value, ("*",), leaf.path)]
        yield name, leaf, [each for each in found if each is not ABSENT]


def lacking(cfn: Template, kind: str, keys: str, wanted: Iterable[str]) -> Iterator[RuleMatch]:
    """Yield a match for each item that a list of texts must have and has not."""
    for name, leaf, found in items(cfn, kind, keys):
        for item in wanted:
            if item not in found:
                yield RuleMatch(leaf.path, f"{name}: {keys} must have {item}")
