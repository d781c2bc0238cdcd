"""CloudFormation's own opinion of a plan: what a change set in one instance of each group says. Pure data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..deployment import Instance
from .changes import Effect

REPLACEMENT = {"True": Effect.REPLACE, "Conditional": Effect.MAY_REPLACE}
ACTIONS = {"Add": Effect.CREATE, "Remove": Effect.DELETE, "Modify": Effect.IN_PLACE}


@dataclass(frozen=True)
class LiveChange:
    """What CloudFormation says of one resource."""

    layer: str
    logical_id: str
    type: str
    effect: Effect
    properties: tuple[str, ...] = ()
    """Names of the properties, or attributes, that change."""
    nested: str = ""
    """Id of the change set of a nested stack."""

    @property
    def name(self) -> str:
        """The resource as a person calls it: `data.Database`."""
        return f"{self.layer}.{self.logical_id}"


@dataclass(frozen=True)
class Opinion:
    """What CloudFormation says of one instance, which stands for the others of its group."""

    bundle: str
    asked: Instance
    instances: tuple[Instance, ...]
    changes: tuple[LiveChange, ...] = ()
    problem: str = ""
    """Why it says nothing, where it does not."""
    unforeseen: tuple[str, ...] = ()
    """Resources that it replaces or removes and that the plan did not foresee so."""


def live_changes(described: Mapping[str, Any], layer: str) -> Iterator[LiveChange]:
    """Yield the changes of one page of DescribeChangeSet.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
    """
    for row in described.get("Changes", ()):
        change = row.get("ResourceChange", {})
        targets = [detail.get("Target", {}) for detail in change.get("Details", ())]
        yield LiveChange(
            layer=layer,
            logical_id=str(change.get("LogicalResourceId", "")),
            type=str(change.get("ResourceType", "")),
            effect=_effect(change),
            properties=tuple(dict.fromkeys(str(each.get("Name") or each.get("Attribute", "")) for each in targets)),
            nested=str(change.get("ChangeSetId") or ""),
        )


def _effect(change: Mapping[str, Any]) -> Effect:
    action = str(change.get("Action"))
    if action == "Modify":
        return REPLACEMENT.get(str(change.get("Replacement")), Effect.IN_PLACE)
    return ACTIONS.get(action, Effect.UNKNOWN)
