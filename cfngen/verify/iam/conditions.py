"""Conditions of statements, for what is known of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...expressions.values import Value
from .answers import MAYBE, NO, YES, Answer, every, some
from .matching import ANY, NEVER, matches, texts

Compare = Callable[[str, str], Answer]
"""Whether a value of the request fits a value of the policy: (policy's, request's)."""

_VARIABLE = re.compile(r"\$\{(?P<key>[^},]*)(?:,\s*'(?P<default>[^']*)')?\}")


@dataclass(frozen=True)
class Request:
    """What is known of a request's context: values by key in lower case; no values is a key that is absent."""

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...] | None:
        """Return the values of a key, empty where it is absent, None where that is not known."""
        return self.known.get(key.lower())

    def filled(self, pattern: str) -> str:
        """Return a policy's text with its variables as the request has them: `${aws:username}`, `${key, 'default'}`.

        One that the request does not have fits nothing, as on AWS; what is not known may be anything.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        """
        return _VARIABLE.sub(self._value, pattern) if "${" in pattern else pattern

    def _value(self, variable: re.Match[str]) -> str:
        key, default = variable["key"].strip(), variable["default"]
        if key == "$":
            return key
        values = self.values(key)
        if values == ():
            return NEVER if default is None else default
        known = values is not None and len(values) == 1 and not set("*?") & set(values[0])
        return values[0] if values and known else ANY


def holds(block: Value, request: Request) -> Answer:
    """Return whether every operator and key of a condition holds."""
    if not isinstance(block, Mapping):
        return YES if block in (None, "") else MAYBE
    return every(
        _holds(operator, key, texts(wanted), request)
        for operator, keys in block.items()
        for key, wanted in (keys.items() if isinstance(keys, Mapping) else [("", ANY)])
    )


def _holds(operator: str, key: str, wanted: Sequence[str], request: Request) -> Answer:
    """Return whether one operator holds of one key; an operator that is not known may or may not."""
    quantifier, _, name = operator.rpartition(":")
    name, lenient = name.removesuffix("IfExists"), name.endswith("IfExists")
    given = request.values(key)
    wanted = [request.filled(each) for each in wanted]
    if name == "Null":
        return MAYBE if given is None else _is(not given, wanted)
    if name not in _OPERATORS or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return MAYBE
    compare, negative = _OPERATORS[name]
    if given is None:
        return MAYBE
    if not given:
        return YES if lenient or quantifier == "ForAllValues" or (negative and not quantifier) else NO
    each = [_one(compare, wanted, value, negative=negative) for value in given]
    return every(each) if quantifier == "ForAllValues" or (negative and not quantifier) else some(each)


def _one(compare: Compare, wanted: Sequence[str], value: str, *, negative: bool) -> Answer:
    found = some(compare(each, value) for each in wanted)
    return ~found if negative else found


def _is(absent: bool, wanted: Sequence[str]) -> Answer:  # noqa: FBT001, what Null asks
    return YES if str(absent).lower() in [each.lower() for each in wanted] else NO


def _same(wanted: str, value: str) -> Answer:
    return matches(wanted, value, wild=False)


def _same_in_any_case(wanted: str, value: str) -> Answer:
    return _same(wanted.lower(), value.lower())


def _like(wanted: str, value: str) -> Answer:
    return matches(wanted, value)


def _arn_like(wanted: str, value: str) -> Answer:
    """Compare ARNs part by part: a wildcard ends at the colon, but for the last part. Less than an ARN may fit."""
    ours, theirs = wanted.split(":", 5), value.split(":", 5)
    if len(ours) == len(theirs) == 6:
        return every(map(matches, ours, theirs))
    return matches(wanted, value) if wanted == "*" else min(MAYBE, matches(wanted, value))


def _in_range(wanted: str, value: str) -> Answer:
    try:
        inside = ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return MAYBE
    return YES if inside else NO


def _number(test: Callable[[float, float], bool]) -> Compare:
    def compare(wanted: str, value: str) -> Answer:
        try:
            return YES if test(float(value), float(wanted)) else NO
        except ValueError:
            return MAYBE

    return compare


_OPERATORS: Mapping[str, tuple[Compare, bool]] = {
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_same_in_any_case, False),
    "IpAddress": (_in_range, False),
    "NotIpAddress": (_in_range, True),
    "NumericEquals": (_number(lambda value, wanted: value == wanted), False),
    "NumericGreaterThan": (_number(lambda value, wanted: value > wanted), False),
    "NumericGreaterThanEquals": (_number(lambda value, wanted: value >= wanted), False),
    "NumericLessThan": (_number(lambda value, wanted: value < wanted), False),
    "NumericLessThanEquals": (_number(lambda value, wanted: value <= wanted), False),
    "NumericNotEquals": (_number(lambda value, wanted: value == wanted), True),
    "StringEquals": (_same, False),
    "StringEqualsIgnoreCase": (_same_in_any_case, False),
    "StringLike": (_like, False),
    "StringNotEquals": (_same, True),
    "StringNotEqualsIgnoreCase": (_same_in_any_case, True),
    "StringNotLike": (_like, True),
}
"""How an operator compares, and whether it holds where nothing fits."""
