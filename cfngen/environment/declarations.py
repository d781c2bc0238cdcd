"""A parameter's declaration in a template, and whether a value keeps to it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ..errors import Problem
from ..wording import did_you_mean, listed, shown
from .sourced import Sourced

Declaration = Mapping[str, Any]
"""What a template says of one parameter: `Type`, `Default`, `AllowedValues`, …"""

MOST_BYTES = 4096
"""Bytes of a parameter's value: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

NUMBER = r"-?[0-9]+(\.[0-9]+)?"
SSM_NAME = r"(arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter)?(/[A-Za-z0-9_.-]+){1,15}(:[A-Za-z0-9_.-]+)?"
"""Fully qualified, so that nobody mistakes an image's id for it; an ARN where another account shares it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/systems-manager-parameter-types.html
"""

_PLACEHOLDERS = (
    "placeholder",
    "0",
    "192.168.240.0/20",
    "10.255.0.0/16",
    "/placeholder",
    "placeholder.example.com",
    "arn:aws:iam::000000000000:root",
)


class Complaint(NamedTuple):
    """What is wrong with a value, and what to do."""

    what: str
    hint: str


def is_list(declared: Declaration) -> bool:
    """Return whether the value is a list, given as one text with commas."""
    return declared["Type"] == "CommaDelimitedList" or str(declared["Type"]).startswith("List<")


def is_ssm(declared: Declaration) -> bool:
    """Return whether the value is the name of an SSM parameter."""
    return str(declared["Type"]).startswith("AWS::SSM::Parameter::")


def is_number(declared: Declaration) -> bool:
    """Return whether the value, or each item of it, is a number."""
    return declared["Type"] in ("Number", "List<Number>")


def is_secret(declared: Declaration) -> bool:
    """Return whether the value must never be written down."""
    return str(declared.get("NoEcho", False)).lower() == "true"


def as_text(value: Any) -> str:
    """Return a value of a template, such as a default, as the text that CloudFormation makes of it."""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def allowed_values(declared: Declaration) -> tuple[str, ...]:
    """Return the only values allowed, or nothing where all are."""
    return tuple(map(as_text, declared.get("AllowedValues", ())))


def check_value(name: str, given: Sourced, declared: Declaration) -> list[Problem]:
    """Return what is wrong with a value that a person gave, at the place where it was given."""
    return [Problem(given.where, f"{name} {what}", hint) for what, hint in _complaints(given, declared)]


def placeholder(declared: Declaration) -> str | None:
    """Return a value that keeps to a declaration and means nothing, if one is known."""
    choices = (*allowed_values(declared), as_text(declared.get("MinValue", "0")), *_PLACEHOLDERS)
    order = choices if allowed_values(declared) or is_number(declared) else _PLACEHOLDERS
    return next((value for value in order if not list(_broken_rules(value, declared))), None)


def _complaints(given: Sourced, declared: Declaration) -> Iterator[Complaint]:
    if is_secret(declared):
        yield Complaint("is a secret", "remove it from the file: secrets live in Secrets Manager")
    elif given.is_list and not is_list(declared):
        yield Complaint(f"takes one value, not the list {shown(given.value)}", "write one value")
    else:
        yield from _broken_rules(given.value, declared)


def _broken_rules(value: str, declared: Declaration) -> Iterator[Complaint]:
    size = len(value.encode())
    if size > MOST_BYTES:
        yield Complaint(f"has {size} bytes, and CloudFormation takes {MOST_BYTES}", "shorten it")
        return
    if is_ssm(declared) and not re.fullmatch(SSM_NAME, value, re.ASCII):
        hint = "write the name of the SSM parameter that holds the value, beginning with /"
        yield Complaint(f"is {shown(value)}, which is not the name of an SSM parameter", hint)
        return
    for item in _items(value, declared):
        yield from _broken_by_item(item, declared)
    yield from _wrong_length(value, declared)


def _items(value: str, declared: Declaration) -> list[str]:
    return [item.strip() for item in value.split(",")] if is_list(declared) else [value]


def _broken_by_item(item: str, declared: Declaration) -> Iterator[Complaint]:
    allowed, pattern = allowed_values(declared), declared.get("AllowedPattern")
    advice = str(declared.get("ConstraintDescription", ""))
    if is_number(declared) and not re.fullmatch(NUMBER, item, re.ASCII):
        yield Complaint(f"is {shown(item)}, which is not a number", advice or "write digits, such as 2")
    elif allowed and item not in allowed:
        otherwise = advice or f"write {listed(allowed)}"
        yield Complaint(f"is {shown(item)}, which is not allowed", did_you_mean(item, allowed, otherwise))
    elif pattern and not _matches(pattern, item):
        yield Complaint(f"is {shown(item)}, which does not match {pattern}", advice or _meaning(declared))
    elif is_number(declared):
        yield from _wrong_size(item, declared)


def _matches(pattern: str, item: str) -> bool:
    """Match as CloudFormation does, the whole value; a pattern that only Java understands is left to AWS."""
    try:
        return re.fullmatch(pattern, item, re.ASCII) is not None
    except re.error:
        return True


def _wrong_size(item: str, declared: Declaration) -> Iterator[Complaint]:
    least, most = declared.get("MinValue"), declared.get("MaxValue")
    if least is not None and Decimal(item) < Decimal(str(least)):
        yield Complaint(f"is {shown(item)}, below the least value {least}", f"write {least} or more")
    if most is not None and Decimal(item) > Decimal(str(most)):
        yield Complaint(f"is {shown(item)}, above the greatest value {most}", f"write {most} or less")


def _wrong_length(value: str, declared: Declaration) -> Iterator[Complaint]:
    least, most = declared.get("MinLength"), declared.get("MaxLength")
    if least is not None and len(value) < int(least):
        yield Complaint(f"is {shown(value)}, shorter than {least} characters", _meaning(declared))
    if most is not None and len(value) > int(most):
        yield Complaint(f"is {shown(value)}, longer than {most} characters", _meaning(declared))


def _meaning(declared: Declaration) -> str:
    return str(declared.get("Description") or "see the template's declaration")
