"""Which conditions of a template hold, and whether its rules do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .intrinsics import Scope, resolve
from .refusal import invalid, unavailable


def decide(conditions: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Return which of a template's conditions hold; raises `ValidationError` for a circle or an unknown name."""
    decided: dict[str, bool] = {}
    for name in conditions:
        _decide(name, conditions, replace(scope, decided=decided), decided, ())
    return decided


def check_rules(rules: Mapping[str, Any], scope: Scope) -> None:
    """Raise `ValidationError` with each assertion of a template's rules that does not hold."""
    failed = [
        f"Rule {name} failed: {assertion.get('AssertDescription', 'its assertion is false')}"
        for name, rule in rules.items()
        if "RuleCondition" not in rule or _holds(rule["RuleCondition"], {}, scope, {}, ())
        for assertion in rule.get("Assertions", ())
        if not _holds(assertion["Assert"], {}, scope, {}, ())
    ]
    if failed:
        raise invalid("; ".join(failed))


_Raw = Mapping[str, Any]
_Path = tuple[str, ...]


def _decide(name: str, conditions: _Raw, scope: Scope, decided: dict[str, bool], path: _Path) -> bool:
    if name in path:
        raise invalid(f"Template error: circular dependency between conditions [{', '.join((*path, name))}]")
    if name not in conditions:
        raise invalid(f"Template format error: Unresolved condition dependency {name} in the Conditions block")
    if name not in decided:
        decided[name] = _holds(conditions[name], conditions, scope, decided, (*path, name))
    return decided[name]


def _holds(expression: Any, conditions: _Raw, scope: Scope, decided: dict[str, bool], path: _Path) -> bool:
    if not isinstance(expression, dict) or len(expression) != 1:
        raise invalid("Template format error: Every Conditions member must be a single condition function")
    ((key, argument),) = expression.items()
    if key == "Condition":
        return _decide(argument, conditions, scope, decided, path)
    if key in ("Fn::And", "Fn::Or", "Fn::Not"):
        return _combined(key, [_holds(item, conditions, scope, decided, path) for item in argument])
    values = resolve(argument, scope)
    if not isinstance(values, list) or len(values) != 2:
        raise invalid(f"Template error: every {key} object requires a list of two values")
    return _compared(key, *values)


def _combined(key: str, members: list[bool]) -> bool:
    if key == "Fn::Not":
        if len(members) != 1:
            raise invalid("Template error: every Fn::Not object requires a list of exactly 1 condition")
        return not members[0]
    if not 2 <= len(members) <= 10:
        raise invalid(f"Template error: every {key} object requires a list of at least 2 and at most 10 conditions")
    return all(members) if key == "Fn::And" else any(members)


def _compared(key: str, left: Any, right: Any) -> bool:
    match key:
        case "Fn::Equals":
            return bool(_plain(left) == _plain(right))
        case "Fn::Contains":
            return _plain(right) in _plain(left)
        case "Fn::EachMemberIn":
            return set(_plain(left)) <= set(_plain(right))
        case "Fn::EachMemberEquals":
            return all(item == _plain(right) for item in _plain(left))
        case _:
            raise unavailable(f"{key} as a condition is")


def _plain(value: Any) -> Any:
    """Return a value as conditions compare it: numbers and booleans are texts."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
