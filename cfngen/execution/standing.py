"""How things stand before a deployment: what is passed over, what is stuck, what runs and may be joined. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..deployment import Instance, WantedStackSet
from ..errors import Problem, problem
from ..planning.operations import ObservedInstance, ObservedStackSet
from .events import SUSPENDED, UnderWay
from .releases import ReleasedBundle, released

GONE = "GONE"
"""Of a stack that AWS does not have any more."""

PROTECTION = "DeletionProtection"
"""How the names of settings end that make AWS refuse a deletion."""


class StackState(NamedTuple):
    """What the stack of an instance is: its status, and the resources that hold it there, nested ones with a dot.

    They are named as the command wants them that mends such a stack: to be skipped, by their nested stack's name.
    """

    status: str
    failed: tuple[str, ...] = ()


States = Mapping[tuple[str, Instance], StackState]
"""The stacks of instances that are not current, by stack set name and place."""


@dataclass(frozen=True)
class Standing:
    """What is wanted and observed as far as a plan should see it, and what a person should know besides."""

    wanted: tuple[WantedStackSet, ...]
    observed: Mapping[str, ObservedStackSet]
    everything: Mapping[str, ObservedStackSet]
    """What is observed, with nothing passed over."""
    notes: tuple[str, ...]
    stuck: tuple[Problem, ...]


def abandoned(bundle: str, found: ObservedStackSet) -> WantedStackSet:
    """Return the stack set of a bundle that the environment does not name any more: nothing of it is wanted."""
    return WantedStackSet(bundle, found.definition, "", (), {}, named=False)


def standing(
    wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet], states: States, admin_region: str
) -> Standing:
    """Pass over what no operation can help, and name what must be mended first.

    - An instance in a suspended account is neither wanted nor unwanted: it is not retried for ever.
    - One whose creation failed or was cancelled has no stack to update: it is created again.
    - A stuck one is named with the command that mends it.
    """
    seen = {name: _without_stackless(_item(wanted, name), found) for name, found in observed.items()}
    return Standing(
        wanted=tuple(replace(item, instances=_reachable(item, observed)) for item in wanted),
        observed=reachable(seen),
        everything=observed,
        notes=passed_over(observed, admin_region),
        stuck=tuple(_stuck(wanted, observed, states, admin_region)),
    )


def reachable(observed: Mapping[str, ObservedStackSet]) -> dict[str, ObservedStackSet]:
    """Pass over the instances in suspended accounts."""
    return {name: _without_suspended(found) for name, found in observed.items()}


def passed_over(observed: Mapping[str, ObservedStackSet], admin_region: str) -> tuple[str, ...]:
    """Return what to do about each instance in a suspended account."""
    return tuple(_notes(observed, admin_region))


def remedy(name: str, place: Instance, found: ObservedInstance, state: StackState, admin_region: str) -> str:
    """Return the command that mends a stuck instance, '' for one that is not stuck.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    stack = f"--stack-name {found.stack_id} --region {place.region}"
    match state.status:
        case "UPDATE_ROLLBACK_FAILED":
            skip = f" --resources-to-skip {' '.join(state.failed)}" if state.failed else ""
            return _in_account(place, f"aws cloudformation continue-update-rollback {stack}{skip}")
        case "ROLLBACK_FAILED":
            return _in_account(place, f"aws cloudformation delete-stack {stack}")
        case "DELETE_FAILED":
            keep = [each for each in state.failed if "." not in each]
            how = f"--retain-resources {' '.join(keep)}" if keep else "--deletion-mode FORCE_DELETE_STACK"
            return _in_account(place, f"aws cloudformation delete-stack {stack} {how}")
        case _ if found.status == "INOPERABLE":
            left = "" if state.status in ("", GONE) else _in_account(place, f"aws cloudformation delete-stack {stack}")
            return forget(name, place, admin_region) + (f", then {left}" if left else "")
        case _:
            return ""


def forget(name: str, place: Instance, admin_region: str) -> str:
    """Return the command, for the admin account, that takes an instance out of its stack set and leaves its stack."""
    where = f"--accounts {place.account} --regions {place.region} --region {admin_region}"
    return f"aws cloudformation delete-stack-instances --stack-set-name {name} {where} --retain-stacks"


def protected(bundles: Mapping[str, ObservedStackSet]) -> tuple[Problem, ...]:
    """Return the deletion protections in force, of what goes of each bundle: each makes a deletion fail half-way."""
    places: dict[tuple[str, str], list[str]] = {}
    for bundle, found in bundles.items():
        for place, each in found.instances.items():
            values = {**found.definition.parameters, **(each.overrides or {})}
            for name, value in values.items():
                if name.endswith(PROTECTION) and value.lower() in ("true", "active"):
                    places.setdefault((bundle, name), []).append(str(place))
    return tuple(
        problem(
            f"{name} is on in {', '.join(sorted(where))}: deleting these would fail half-way",
            where=bundle,
            hint=f"switch {name} off under parameters, and where a geography or an override says otherwise,"
            " and run `cfngen deploy ENV` first, with what is to go still in the file",
        )
        for (bundle, name), where in sorted(places.items())
    )


def refusal(
    item: WantedStackSet | None, found: ObservedStackSet, running: UnderWay, recorded: ReleasedBundle | None
) -> str:
    """Return why an operation under way cannot be joined, '' if it brings what is wanted.

    `recorded` is the bundle of the release that began it, if that is known; `item` is None when nothing is wanted.
    """
    if running.action == "DETECT_DRIFT" or running.status == "STOPPING":
        return ""  # neither changes anything more
    if item is None:
        return "" if running.action == "DELETE" else "it does not delete"
    if recorded is not None:
        return "" if recorded.content == released(item).content else "it belongs to another release"
    if running.status == "QUEUED":
        return "it is queued, so what it brings cannot be seen yet"
    places = [place for place, known in found.instances.items() if known.operation_id == running.id]
    if running.action == "DELETE":
        wanted = [str(place) for place in places if place in item.instances]
        return f"it deletes {', '.join(wanted)}" if wanted else ""
    if found.definition != item.definition:
        return "it brings another template or other values"
    return _other_values(item, found, places)


def _other_values(item: WantedStackSet, found: ObservedStackSet, places: Iterable[Instance]) -> str:
    for place in places:
        if place not in item.instances:
            return f"{place} is not wanted"
        if found.instances[place].overrides != item.instances[place]:
            return f"it gives {place} other values"
    return ""


def _item(wanted: Sequence[WantedStackSet], name: str) -> WantedStackSet | None:
    return next((item for item in wanted if item.definition.name == name), None)


def _reachable(item: WantedStackSet, observed: Mapping[str, ObservedStackSet]) -> dict[Instance, Mapping[str, str]]:
    found = observed.get(item.definition.name)
    known = found.instances if found else {}
    return {place: values for place, values in item.instances.items() if not _suspended(known.get(place))}


def _without_stackless(item: WantedStackSet | None, found: ObservedStackSet) -> ObservedStackSet:
    """Leave out what is wanted and has no stack, so that it is created; what is unwanted is still deleted."""
    wanted = item.instances if item else {}
    kept = {place: each for place, each in found.instances.items() if each.stack_id or place not in wanted}
    return replace(found, instances=kept)


def _without_suspended(found: ObservedStackSet) -> ObservedStackSet:
    suspended = tuple(place for place, each in found.instances.items() if _suspended(each))
    kept = {place: each for place, each in found.instances.items() if place not in suspended}
    return replace(found, instances=kept, passed_over=suspended)


def _suspended(found: ObservedInstance | None) -> bool:
    return found is not None and found.detailed_status == SUSPENDED


def _notes(observed: Mapping[str, ObservedStackSet], admin_region: str) -> Iterator[str]:
    for name, found in observed.items():
        for place in (place for place, each in found.instances.items() if _suspended(each)):
            where = f"--accounts {place.account} --regions {place.region} --region {admin_region}"
            again = f"aws cloudformation update-stack-instances --stack-set-name {name} {where}"
            yield (
                f"{name} {place}: passed over, the account is suspended."
                f" Once it is active again: `{again}`; if it is closed for good: `{forget(name, place, admin_region)}`"
            )


def _stuck(
    wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet], states: States, admin_region: str
) -> Iterator[Problem]:
    """Yield the wanted instances that are stuck; one that is to go is deleted again, which may mend it."""
    for item in wanted:
        name = item.definition.name
        found = observed.get(name)
        for place in item.instances:
            known = found.instances.get(place) if found else None
            if known is None or known.status == "CURRENT":
                continue
            state = states.get((name, place), StackState(""))
            command = remedy(name, place, known, state, admin_region)
            if command:
                what = f"is {known.status}" + (f", its stack is {state.status}" if state.status else "")
                yield problem(what, where=f"{item.bundle} {place}", hint=f"{command}, then run the same command again")


def _in_account(place: Instance, command: str) -> str:
    return f"in account {place.account}: {command}"
