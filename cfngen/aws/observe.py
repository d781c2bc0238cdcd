"""Stack sets as they are now, with as few calls as may be.

ListStackInstances tells a hundred instances in a call but not their overrides; DescribeStackInstance tells
one. So the overrides come from the recorded releases where they know the instance's last operation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..deployment import Definition, Instance
from ..errors import CfngenError
from ..execution.events import RUNNING
from ..execution.releases import Release
from ..execution.standing import StackState
from ..planning.operations import ObservedInstance, ObservedStackSet
from .calls import side_by_side
from .errors import answered, translated
from .readers import Readers

NOT_THERE = ("StackSetNotFoundException", "StackInstanceNotFoundException")

Trusted = Callable[[Collection[str]], Mapping[str, Release]]
"""Operation ids → the recorded release of each one that is known."""


class _Listed(NamedTuple):
    """A stack set as far as lists tell."""

    definition: Definition
    instances: dict[Instance, ObservedInstance]
    running: tuple[str, ...]


def stack_sets(cloudformation: Any, trusted: Trusted, names: Sequence[str]) -> dict[str, ObservedStackSet]:
    """Return those of the named stack sets that exist; stack sets are listed side by side."""
    listed = side_by_side(lambda name: _listed(cloudformation, name), names)
    found = {name: each for name, each in listed if each}
    known = trusted({row.operation_id for each in found.values() for row in each.instances.values()})
    missing = [
        (name, place)
        for name, each in found.items()
        for place, row in each.instances.items()
        if not _trust(each.instances, place, row, known)
    ]
    for (name, place), described in side_by_side(lambda item: _described(cloudformation, *item), missing):
        if described:
            found[name].instances[place] = described
        else:  # it went away between the two calls
            del found[name].instances[place]
    return {name: ObservedStackSet(*each) for name, each in found.items()}


def stacks(readers: Readers, observed: Mapping[str, ObservedStackSet]) -> dict[tuple[str, Instance], StackState]:
    """Return what the stacks of instances are that are not current."""
    lagging = {
        (name, place): each.stack_id
        for name, found in observed.items()
        for place, each in found.instances.items()
        if each.status != "CURRENT" and each.stack_id
    }
    return dict(side_by_side(lambda key: _state(readers, key[1], lagging[key]), lagging))


def _state(readers: Readers, place: Instance, stack_id: str) -> StackState:
    try:
        return readers.state(place, stack_id)
    except CfngenError:  # an account that cannot be entered any more tells nothing of its stacks
        return StackState("")


def latest_operations(cloudformation: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield operations, the latest first; reads on only while a page has one that has not ended."""
    for page in cloudformation.get_paginator("list_stack_set_operations").paginate(StackSetName=name):
        yield from page["Summaries"]
        if not any(row["Status"] in RUNNING for row in page["Summaries"]):
            return


def detailed(row: Mapping[str, Any]) -> str:
    """Return the detailed status of an instance, '' where AWS tells none."""
    return str(row.get("StackInstanceStatus", {}).get("DetailedStatus", ""))


def _listed(cloudformation: Any, name: str) -> _Listed | None:
    with translated(f"reading the stack set {name}"), answered("StackSetNotFoundException"):
        described = cloudformation.describe_stack_set(StackSetName=name)["StackSet"]
        if described.get("Status") == "DELETED":
            return None
        pages = cloudformation.get_paginator("list_stack_instances").paginate(StackSetName=name)
        instances = {
            Instance(row["Account"], row["Region"]): _instance(row) for page in pages for row in page["Summaries"]
        }
        latest = latest_operations(cloudformation, name)
        running = tuple(row["OperationId"] for row in latest if row["Status"] in RUNNING)
        return _Listed(_definition(described), instances, running)
    return None


def _described(cloudformation: Any, name: str, place: Instance) -> ObservedInstance | None:
    with translated(f"reading {place} of {name}"), answered(*NOT_THERE):
        row = cloudformation.describe_stack_instance(
            StackSetName=name, StackInstanceAccount=place.account, StackInstanceRegion=place.region
        )["StackInstance"]
        return _instance(
            row, {item["ParameterKey"]: item["ParameterValue"] for item in row.get("ParameterOverrides", ())}
        )
    return None


def _trust(
    instances: dict[Instance, ObservedInstance], place: Instance, row: ObservedInstance, known: Mapping[str, Release]
) -> bool:
    """Fill in the overrides that the release of the last operation tells; return whether it does."""
    release = known.get(row.operation_id)
    overrides = release.overrides(row.operation_id, place, current=row.status == "CURRENT") if release else None
    if overrides is None:
        return False
    instances[place] = replace(row, overrides=overrides)
    return True


def _instance(row: Mapping[str, Any], overrides: Mapping[str, str] | None = None) -> ObservedInstance:
    return ObservedInstance(
        status=row["Status"],
        detailed_status=detailed(row),
        reason=row.get("StatusReason", ""),
        overrides=overrides,
        stack_id=row.get("StackId", ""),
        operation_id=row.get("LastOperationId", ""),
        drift=row.get("DriftStatus", ""),
    )


def _definition(described: Mapping[str, Any]) -> Definition:
    return Definition(
        name=described["StackSetName"],
        description=described.get("Description", ""),
        template=described.get("TemplateBody", ""),
        parameters=_values(described.get("Parameters", ())),
        capabilities=tuple(described.get("Capabilities", ())),
        tags={item["Key"]: item["Value"] for item in described.get("Tags", ())},
        administration_role_arn=described.get("AdministrationRoleARN", ""),
        execution_role_name=described.get("ExecutionRoleName", ""),
    )


def _values(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}
