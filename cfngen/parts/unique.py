"""Names that a person recognizes and that no earlier stack can have taken."""

from __future__ import annotations

from troposphere import AWSHelperFn, Join, Select, Split, StackId


def unique_name(*parts: AWSHelperFn | str) -> Join:
    """Return a name with a piece of the stack's id: what was retained must not be in the way of the next one."""
    return Join("-", [*parts, Select(0, Split("-", Select(2, Split("/", StackId))))])
