"""Actions: what AWS's services can be asked, from the list that cfn-lint ships as data."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from .answers import NO, YES, Answer
from .matching import ANY, PRIVATE, matches


class _Known(NamedTuple):
    """Patterns of which every piece is known: a thousand names in one regular expression take long to compile."""

    names: frozenset[str]
    wild: re.Pattern[str]


@lru_cache(maxsize=100_000)
def expand(pattern: str) -> frozenset[str]:
    """Return the actions that a pattern covers, in lower case; one that AWS does not list stands for itself."""
    service, _, name = pattern.lower().partition(":")
    services = [service] if service in _services() else _fitting(service)
    found = {
        f"{each}:{action}"
        for each in services
        for action in _services()[each].get("Actions", {})
        if not name or matches(name, action)
    }
    return frozenset(found or ({pattern.lower()} if "*" not in pattern else ()))


@cache
def known_actions(service: str) -> frozenset[str]:
    """Return the actions that AWS lists of a service, such as `s3:getobject`; none where there is no such service."""
    name = service.lower()
    return frozenset(f"{name}:{action}" for action in _services().get(name, {}).get("Actions", {}))


@lru_cache(maxsize=200_000)
def covers(patterns: str, action: str) -> Answer:
    """Return whether one of a statement's patterns, with spaces between, covers an action; both in lower case.

    One text instead of several, because a text knows its own hash: this is asked a million times.
    """
    known = _known(patterns)
    if known and ANY not in action:
        return YES if action in known.names or known.wild.fullmatch(action) else NO
    return max((matches(pattern, action) for pattern in patterns.split()), default=NO)


@lru_cache(maxsize=2_000)
def _known(patterns: str) -> _Known | None:
    """Return the patterns to look an action up in; None where a piece of them is not known."""
    if PRIVATE.search(patterns):
        return None
    names = {each for each in patterns.split() if "*" not in each and "?" not in each}
    wild = (re.escape(each).replace(r"\*", ".*").replace(r"\?", ".") for each in patterns.split() if each not in names)
    return _Known(frozenset(names), re.compile("|".join(wild)))


def _fitting(service: str) -> list[str]:
    return [each for each in _services() if matches(service, each)] if "*" in service or ANY in service else []


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    found = importlib.util.find_spec("cfnlint")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("cfn-lint is not installed, and AWS's list of actions comes with it")
    path = Path(found.submodule_search_locations[0]) / "data" / "AdditionalSpecs" / "Policies.json"
    services: Mapping[str, Mapping[str, Any]] = json.loads(path.read_bytes())
    return services
