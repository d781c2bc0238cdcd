"""What the tests of rules share: a good template, and one edit of its text that a rule must find."""

from __future__ import annotations


def weakened(good: str, old: str, new: str) -> str:
    """Return a template with one passage replaced, which must be there."""
    assert old in good, f"{old} is not in the good template"
    return good.replace(old, new, 1)
