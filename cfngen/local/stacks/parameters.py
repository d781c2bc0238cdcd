"""The parameters of a stack: values given, kept, defaulted or looked up, and checked as on AWS.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .records import UNKNOWN
from .refusal import invalid

KEEP = None
"""What is given for a parameter that keeps its previous value (`UsePreviousValue`)."""

SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_TYPE = re.compile(
    r"String|Number|CommaDelimitedList|List<Number>|List<String>|(List<)?AWS::[A-Za-z0-9]+(::[A-Za-z0-9]+)+(?(1)>)"
)


@dataclass(frozen=True)
class SsmParameter:
    """A parameter in Systems Manager: `String`, `StringList` or `SecureString`, and its value as one text."""

    type: str
    value: str


@dataclass(frozen=True)
class Parameter:
    """A parameter's value in one stack."""

    text: str
    """As it was given: for an SSM type the name in the parameter store."""
    value: str | list[str]
    """What Ref returns."""
    hidden: bool = False
    looked_up: bool = False

    @property
    def shown(self) -> str:
        """The value as AWS describes it: stars for `NoEcho`."""
        return "****" if self.hidden else self.text

    @property
    def resolved(self) -> str:
        """The value that was looked up, as one text."""
        return self.value if isinstance(self.value, str) else ",".join(self.value)


Given = Mapping[str, str | None]
Find = Callable[[str], SsmParameter | None]
_Declared = Mapping[str, Mapping[str, Any]]


def evaluate(declared: _Declared, given: Given, previous: Mapping[str, Parameter], find: Find) -> dict[str, Parameter]:
    """Return every declared parameter's value; raises AWS's `ValidationError` for what is wrong.

    `find` looks an SSM parameter up by name; it is asked at every create and every update.
    """
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts = {name: _text(name, entry, given, previous) for name, entry in declared.items()}
    missing = [name for name, text in texts.items() if text is None]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    known = {name: text for name, text in texts.items() if text is not None}
    for name, text in known.items():
        check(name, declared[name], text)
    found = _look_up(declared, known, find)
    return {name: _parameter(declared[name], text, found.get(name)) for name, text in known.items()}


def check(name: str, declared: Mapping[str, Any], text: str) -> None:
    """Raise AWS's `ValidationError` where a value breaks its parameter's type or constraints.

    A forecast's value that is not known yet breaks none.
    """
    kind = declared["Type"]
    if UNKNOWN in text:
        return
    for item in _items(kind, text):
        broken = _broken(kind, declared, item)
        if broken and "ConstraintDescription" in declared:
            raise invalid(f"Parameter {name} failed to satisfy constraint: {declared['ConstraintDescription']}")
        if broken:
            raise invalid(f"Parameter '{name}' {broken}")


def check_type(kind: Any) -> None:
    """Raise AWS's `ValidationError` for a parameter type that does not exist."""
    wrapped = SSM_VALUE.fullmatch(str(kind))
    if not _TYPE.fullmatch(wrapped[1] if wrapped else str(kind)):
        raise invalid(f"Template format error: Unrecognized parameter type: {kind}")


def is_list(kind: str) -> bool:
    """Return whether Ref of a parameter of this type is a list."""
    wrapped = SSM_VALUE.fullmatch(kind)
    inner = wrapped[1] if wrapped else kind
    return inner == "CommaDelimitedList" or inner.startswith("List<")


def default_of(declared: Mapping[str, Any]) -> str | None:
    """Return a parameter's default as a text, None where it has none."""
    value = declared.get("Default")
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def _text(name: str, declared: Mapping[str, Any], given: Given, previous: Mapping[str, Parameter]) -> str | None:
    if name not in given:
        return default_of(declared)
    text = given[name]
    if text is not KEEP:
        return text
    return previous[name].text if name in previous else None


def _items(kind: str, text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if is_list(kind) and not SSM_VALUE.match(kind) else [text]


def _broken(kind: str, declared: Mapping[str, Any], item: str) -> str:
    """Say which constraint a value breaks, '' if none. An SSM type's constraints are about the name in the store."""
    allowed = [
        str(value).lower() if isinstance(value, bool) else str(value) for value in declared.get("AllowedValues", ())
    ]
    if "AllowedValues" in declared and item not in allowed:
        return "must be one of AllowedValues"
    pattern = declared.get("AllowedPattern")
    if pattern is not None and not _matches(str(pattern), item):
        return f"must match pattern {pattern}"
    if "Number" in kind and not SSM_VALUE.match(kind):
        return _broken_number(declared, item)
    if "MinLength" in declared and len(item) < int(declared["MinLength"]):
        return f"must contain at least {declared['MinLength']} characters"
    if "MaxLength" in declared and len(item) > int(declared["MaxLength"]):
        return f"must contain at most {declared['MaxLength']} characters"
    return ""


def _broken_number(declared: Mapping[str, Any], item: str) -> str:
    try:
        number = float(item)
    except ValueError:
        return "must be a number"
    if "MinValue" in declared and number < float(declared["MinValue"]):
        return f"must be a number not less than {declared['MinValue']}"
    if "MaxValue" in declared and number > float(declared["MaxValue"]):
        return f"must be a number not greater than {declared['MaxValue']}"
    return ""


def _matches(pattern: str, item: str) -> bool:
    try:
        return re.fullmatch(pattern, item) is not None
    except re.error as error:
        raise invalid(f"Template format error: the AllowedPattern {pattern} is no regular expression") from error


def _look_up(declared: _Declared, texts: Mapping[str, str], find: Find) -> dict[str, SsmParameter]:
    wanted = {name: text for name, text in texts.items() if SSM_VALUE.fullmatch(declared[name]["Type"])}
    answers = {name: find(text) for name, text in wanted.items()}
    missing = [wanted[name] for name, answer in answers.items() if answer is None]
    if missing:
        raise invalid(f"Unable to fetch parameters [{','.join(missing)}] from parameter store for this account.")
    found = {name: answer for name, answer in answers.items() if answer is not None}
    for name, answer in found.items():
        _check_kind(name, declared[name]["Type"], wanted[name], answer)
    return found


def _check_kind(name: str, kind: str, key: str, answer: SsmParameter) -> None:
    expected = "StringList" if is_list(kind) else "String"
    if answer.type != expected:
        raise invalid(
            f"Parameter {name} of type {kind} needs a {expected} in the parameter store, but {key} is a {answer.type}"
        )


def _parameter(declared: Mapping[str, Any], text: str, found: SsmParameter | None) -> Parameter:
    kind = declared["Type"]
    source = found.value if found else text
    value: str | list[str] = [item.strip() for item in source.split(",")] if is_list(kind) else source
    hidden = str(declared.get("NoEcho", "false")).lower() == "true"
    return Parameter(text, value, hidden=hidden, looked_up=found is not None)
