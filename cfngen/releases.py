"""Releases: what was deployed, when, by whom and from which commit; recorded in the template bucket.

A release's id is the hash of its root templates and values, so deploying the same again is the same
release. Neither id nor commit is a tag of a stack: each would update every instance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from .deployment import WantedStackSet

PREFIX = "releases/"


@dataclass(frozen=True)
class ReleasedBundle:
    """A bundle in a release: its root template's URL, the stack set's values and each instance's overrides."""

    url: str
    parameters: Mapping[str, str]
    instances: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Release:
    """What one deployment wanted; `outcome` is SUCCEEDED or FAILED, `at` is UTC in ISO 8601."""

    id: str
    at: str
    by: str
    commit: str
    outcome: str
    bundles: Mapping[str, ReleasedBundle]


def release(wanted: Sequence[WantedStackSet], *, at: datetime, by: str, commit: str, outcome: str) -> Release:
    """Describe a deployment of these stack sets."""
    bundles = {item.bundle: _released(item) for item in wanted}
    return Release(_digest(bundles), at.astimezone(UTC).isoformat(timespec="seconds"), by, commit, outcome, bundles)


def identify(wanted: Sequence[WantedStackSet]) -> str:
    """Return the id that a release of these stack sets has."""
    return _digest({item.bundle: _released(item) for item in wanted})


def key(item: Release) -> str:
    """Return where the bucket keeps a release; keys sort by time."""
    return f"{PREFIX}{item.at}-{item.id}.json"


def dump(item: Release) -> str:
    """Return a release as JSON."""
    return json.dumps(asdict(item), indent=1, sort_keys=True) + "\n"


def load(text: str) -> Release:
    """Read a release back."""
    fields = json.loads(text)
    bundles = {name: ReleasedBundle(**bundle) for name, bundle in fields.pop("bundles").items()}
    return Release(**fields, bundles=bundles)


def newest_first(items: Iterable[Release]) -> list[Release]:
    """Order releases by time, the newest first."""
    return sorted(items, key=lambda item: (item.at, item.id), reverse=True)


def _released(item: WantedStackSet) -> ReleasedBundle:
    instances = {str(place): dict(values) for place, values in sorted(item.instances.items())}
    return ReleasedBundle(item.url, dict(item.definition.parameters), instances)


def _digest(bundles: Mapping[str, ReleasedBundle]) -> str:
    content = json.dumps({name: asdict(bundle) for name, bundle in bundles.items()}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
