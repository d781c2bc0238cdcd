"""Releases: what was deployed, when, by whom and from which commit; recorded in the template bucket.

A release's id is the hash of its root templates and values, so deploying the same again is the same
release. Neither id nor commit is a tag of a stack: each would update every instance.

A release is written before its operations are handed to AWS, with their ids: whoever finds such an
operation later knows what it brings, even if the process that began it was killed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from ..deployment import Instance, WantedStackSet
from ..late import certain
from ..planning.operations import InstanceOperation, ObservedInstance, ObservedStackSet, UpdateStackSet

PREFIX = "releases/"
SHORT = 8
"""Characters of a release's id that people need."""

Values = Mapping[str, str]


@dataclass(frozen=True)
class ReleasedBundle:
    """A bundle in a release: its root template's URL, the stack set's values and each instance's overrides."""

    url: str
    parameters: Values
    instances: Mapping[str, Values]
    """By `account/region`."""
    description: str = ""
    capabilities: Sequence[str] = ()
    late: Sequence[str] = ()
    """Parameters whose values other stacks give. They are recorded, and make no other release."""

    @property
    def root(self) -> str:
        """The hash of the root template, which its key holds."""
        return self.url.rpartition("/")[0].rpartition("/")[2]

    @property
    def content(self) -> tuple[str, Values, Mapping[str, Values]]:
        """What makes two releases of a bundle the same."""
        own = {
            place: {name: value for name, value in values.items() if name not in self.late}
            for place, values in self.instances.items()
        }
        return self.url, self.parameters, own


@dataclass(frozen=True)
class RecordedOperation:
    """An operation of a release.

    `kept` holds what it leaves as it was: the overrides of instances that are not those of the release,
    None where they were not known.
    """

    bundle: str
    sets_overrides: bool
    kept: Mapping[str, Values | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """What one deployment wanted; `outcome` is RUNNING, SUCCEEDED, FAILED or INTERRUPTED, `at` is UTC in ISO 8601."""

    id: str
    at: str
    by: str
    commit: str
    outcome: str
    bundles: Mapping[str, ReleasedBundle]
    operations: Mapping[str, RecordedOperation] = field(default_factory=dict)
    """By the ids that AWS knows them by."""

    def overrides(self, operation_id: str, place: Instance, *, current: bool) -> Values | None:
        """Return the overrides that one of its operations left an instance with, None if that cannot be known.

        Whether AWS keeps the values of an instance whose own update did not succeed is not documented.
        """
        operation = self.operations[operation_id]
        if str(place) in operation.kept:
            return operation.kept[str(place)]
        known = self.bundles[operation.bundle].instances.get(str(place))
        return known if current or not operation.sets_overrides else None


def release(wanted: Sequence[WantedStackSet], *, at: datetime, by: str, commit: str, outcome: str) -> Release:
    """Describe a deployment of these stack sets."""
    bundles = {item.bundle: released(item) for item in wanted}
    return Release(_digest(bundles), at.astimezone(UTC).isoformat(timespec="seconds"), by, commit, outcome, bundles)


def released(item: WantedStackSet) -> ReleasedBundle:
    """Describe one stack set as a release has it; a late value that nobody knows yet is left out."""
    instances = {str(place): dict(values) for place, values in sorted(certain(item).instances.items())}
    late = tuple(sorted({name for values in item.late.values() for name in values}))
    made = item.definition
    return ReleasedBundle(item.url, dict(made.parameters), instances, made.description, tuple(made.capabilities), late)


def recorded(operation: InstanceOperation, item: WantedStackSet, found: ObservedStackSet | None) -> RecordedOperation:
    """Describe an operation on a bundle's stack set, given what was observed before it."""
    if not isinstance(operation, UpdateStackSet):
        return RecordedOperation(item.bundle, sets_overrides=True)
    kept = {
        str(place): known.overrides
        for place, known in (found.instances if found else {}).items()
        if known.overrides is None or known.overrides != item.instances.get(place)
    }
    return RecordedOperation(item.bundle, sets_overrides=False, kept=kept)


def identify(wanted: Sequence[WantedStackSet]) -> str:
    """Return the id that a release of these stack sets has."""
    return _digest({item.bundle: released(item) for item in wanted})


def concluded(newest: Sequence[Release], wanted: Sequence[WantedStackSet]) -> list[Release]:
    """Return the newest release as one that succeeded after all, where these stack sets, found as wanted, are its.

    None where that is known: an interrupted deployment, or one that failed, may have been finished by AWS or by hand.
    """
    return [
        replace(item, outcome="SUCCEEDED")
        for item in newest[:1]
        if item.outcome != "SUCCEEDED" and item.id == identify(wanted)
    ]


def key(item: Release) -> str:
    """Return where the bucket keeps a release; keys sort by time."""
    return f"{PREFIX}{item.at}-{item.id}.json"


def dump(item: Release) -> str:
    """Return a release as JSON."""
    return json.dumps(asdict(item), sort_keys=True, separators=(",", ":")) + "\n"


def load(text: str) -> Release:
    """Read a release back; what a newer version recorded besides is passed over.

    Raises `ValueError` where the text is no release.
    """
    try:
        found = json.loads(text)
        bundles = {name: _bundle(bundle) for name, bundle in found["bundles"].items()}
        operations = {
            name: RecordedOperation(**known(RecordedOperation, each))
            for name, each in found.get("operations", {}).items()
        }
        return Release(**{**known(Release, found), "bundles": bundles, "operations": operations})
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it is no release: {error}") from error


def known(kind: type, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the fields found that a dataclass has."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in found.items() if name in names}


def newest_first(items: Iterable[Release]) -> list[Release]:
    """Order releases by time, the newest first."""
    return sorted(items, key=lambda item: (item.at, item.id), reverse=True)


def brought_back(item: WantedStackSet, old: ReleasedBundle, found: ObservedStackSet, template: str) -> WantedStackSet:
    """Return a stack set as an earlier release had it, over the instances that exist now: none comes, none goes.

    An instance that the release did not know keeps its own values, as far as the old template takes them. Late
    values are those of now: what they name may be gone that the release had.
    """
    definition = replace(
        item.definition,
        description=old.description or item.definition.description,
        template=template,
        parameters=dict(old.parameters),
        capabilities=tuple(old.capabilities) or item.definition.capabilities,
    )
    instances = {place: _values(place, old, known) for place, known in found.instances.items()}
    late = {
        place: {name: value for name, value in values.items() if name in old.parameters}
        for place, values in item.late.items()
    }
    return replace(item, definition=definition, url=old.url, uploads=(), instances=instances, late=late)


def _values(place: Instance, old: ReleasedBundle, known: ObservedInstance) -> Values:
    if str(place) in old.instances:
        return old.instances[str(place)]
    return {name: value for name, value in (known.overrides or {}).items() if name in old.parameters}


def _bundle(found: Mapping[str, Any]) -> ReleasedBundle:
    lists = {name: tuple(found.get(name, ())) for name in ("capabilities", "late")}
    return ReleasedBundle(**{**known(ReleasedBundle, found), **lists})


def _digest(bundles: Mapping[str, ReleasedBundle]) -> str:
    content = json.dumps({name: bundle.content for name, bundle in bundles.items()}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
