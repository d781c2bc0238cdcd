"""What a destruction leaves behind: resources that their templates retain, as their accounts name them. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..deployment import Instance

STAYS = ("Retain", "RetainExceptOnCreate", "Snapshot")
"""Deletion policies with which something is left; of a `Snapshot` it is the snapshot."""

UNMADE = ("CREATE_FAILED", "DELETE_COMPLETE", "DELETE_SKIPPED")
"""Statuses of resources that a stack does not have, or has left behind already."""


class Row(NamedTuple):
    """A resource as its stack lists it."""

    logical_id: str
    type: str
    physical_id: str
    status: str


class Leaving(NamedTuple):
    """A resource that stays when its stack goes: where, which one, and what it is called there."""

    place: Instance
    bundle: str
    name: str
    """`layer.LogicalId`."""
    type: str
    physical_id: str

    @property
    def is_snapshot(self) -> bool:
        """Whether not the resource stays but a last snapshot of it."""
        return self.type == "AWS::RDS::DBInstance"


def leavings(
    place: Instance, bundle: str, layer: str, declared: Mapping[str, Mapping[str, Any]], rows: Iterable[Row]
) -> Iterator[Leaving]:
    """Yield what stays of a stack's resources; `declared` is how its own template has them."""
    for row in rows:
        policy = declared.get(row.logical_id, {}).get("DeletionPolicy", "Delete")
        if policy in STAYS and row.physical_id and row.status not in UNMADE:
            yield Leaving(place, bundle, f"{layer}.{row.logical_id}", row.type, row.physical_id)
