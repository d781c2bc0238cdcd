"""Asking CloudFormation itself: a change set with nested stacks in one instance of each group, always deleted again.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from ..deployment import Instance, WantedStackSet
from ..errors import CfngenError
from ..late import KNOWN_AFTER_DEPLOY
from ..planning.changes import DRASTIC, Effect, Group
from ..planning.operations import ObservedStackSet, Plan
from ..planning.opinions import LiveChange, Opinion, live_changes
from ..planning.sources import children_of
from ..templates import ROOT
from .errors import DENIED, answered, code, translated
from .readers import Readers

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
BUSY = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
GONE = ("ChangeSetNotFound", "ChangeSetNotFoundException")

DEFINITE = (*DENIED, "ValidationError")
"""Refusals of a creation that a deletion meets, too: nobody may, or there is no such stack."""

PATIENCE = 120
"""Looks at a change set before giving it up; with three seconds between two looks that is six minutes."""


@dataclass(frozen=True)
class Asking:
    """One change set: where, of which stack, under which name."""

    bundle: str
    group: Group
    place: Instance
    stack_id: str
    item: WantedStackSet
    name: str
    client: Any

    @property
    def key(self) -> dict[str, str]:
        """What names the change set in a call."""
        return {"StackName": self.stack_id, "ChangeSetName": self.name}


def opinions(
    plan: Plan,
    wanted: Sequence[WantedStackSet],
    observed: Mapping[str, ObservedStackSet],
    readers: Readers,
    *,
    sleep: Callable[[float], None] = time.sleep,
    interval: float = 3.0,
) -> tuple[Opinion, ...]:
    """Ask for every group of instances that the plan updates; the templates must be in the bucket.

    Whatever happens, Ctrl-C included, every change set is deleted again. What one account refuses is
    told as that opinion's problem.
    """
    with ExitStack() as ending:
        begun = [
            (asking, _begin(asking, ending, sleep, interval)) for asking in _askings(plan, wanted, observed, readers)
        ]
        return tuple(_opinion(asking, problem, sleep, interval) for asking, problem in begun)


def _askings(
    plan: Plan, wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet], readers: Readers
) -> Iterator[Asking]:
    items = {item.definition.name: item for item in wanted}
    name = f"cfngen-plan-{uuid.uuid4().hex[:12]}"
    for step in plan.steps:
        known = observed[step.name].instances if step.name in observed else {}
        for group in step.groups:
            place = next((each for each in group.instances if each in known and known[each].stack_id), None)
            if group.impact.action == "update" and place:
                client = readers.cloudformation(place)
                yield Asking(step.bundle, group, place, known[place].stack_id, items[step.name], name, client)


def _begin(asking: Asking, ending: ExitStack, sleep: Callable[[float], None], interval: float) -> str:
    """Create a change set, its deletion arranged before; return why it could not be, if so."""
    made, values = asking.item.definition, asking.item.instances.get(asking.place, {})
    parameters = {**made.parameters, **values}
    unknown = [name for name, value in parameters.items() if value == KNOWN_AFTER_DEPLOY]
    if unknown:
        return f"CloudFormation cannot be asked before {', '.join(unknown)} is known, which an earlier bundle gives"
    own = ending.enter_context(ExitStack())
    own.callback(_delete, asking, sleep, interval)
    try:
        # The name is ours alone: where it exists already, only the answer was lost, and the call repeated.
        with translated(f"asking CloudFormation in {asking.place}"), answered("AlreadyExistsException"):
            asking.client.create_change_set(
                **asking.key,
                ChangeSetType="UPDATE",
                TemplateURL=asking.item.url,
                IncludeNestedStacks=True,
                Parameters=[{"ParameterKey": key, "ParameterValue": each} for key, each in sorted(parameters.items())],
                Capabilities=list(made.capabilities),
                Tags=[{"Key": key, "Value": each} for key, each in sorted(made.tags.items())],
                Description="What `cfngen plan --live` shows; deleted again at once.",
            )
    except CfngenError as error:
        if not isinstance(error.__cause__, ClientError):
            return str(error)
        left = _swept(asking, code(error.__cause__), sleep, interval)
        own.pop_all()
        return f"{error}; {left}" if left else str(error)
    return ""


def _swept(asking: Asking, refusal: str, sleep: Callable[[float], None], interval: float) -> str:
    """Delete what a refused creation may have left, of which a first try was carried out; return why not, if so."""
    try:
        _delete(asking, sleep, interval)
    except CfngenError as error:
        return "" if refusal in DEFINITE else str(error)
    return ""


def _opinion(asking: Asking, problem: str, sleep: Callable[[float], None], interval: float) -> Opinion:
    found = Opinion(asking.bundle, asking.place, asking.group.instances, problem=problem)
    if problem:
        return found
    try:
        with translated(f"asking CloudFormation in {asking.place}"):
            described = _wait(asking, sleep, interval)
            if described["Status"] == "FAILED":
                reason = str(described.get("StatusReason", "failed without a reason"))
                return found if any(words in reason for words in NO_CHANGES) else replace(found, problem=reason)
            if described["Status"] in BUSY:
                return replace(found, problem="the change set is not done yet, and nobody waits longer for it")
            changes = tuple(_changes(asking, asking.key, ROOT))
    except CfngenError as error:
        return replace(found, problem=str(error))
    return replace(found, changes=changes, unforeseen=_unforeseen(asking.group, changes))


def _wait(asking: Asking, sleep: Callable[[float], None], interval: float) -> Mapping[str, Any]:
    described: Mapping[str, Any] = asking.client.describe_change_set(**asking.key)
    for _ in range(PATIENCE):
        if described["Status"] not in BUSY:
            break
        sleep(interval)
        described = asking.client.describe_change_set(**asking.key)
    return described


def _changes(asking: Asking, key: Mapping[str, str], layer: str) -> Iterator[LiveChange]:
    """Yield the changes of a change set and of those of its nested stacks, page by page."""
    layers = children_of(asking.item.definition.template) if layer == ROOT else {}
    token: dict[str, str] = {}
    while True:
        described = asking.client.describe_change_set(**key, **token)
        for change in live_changes(described, layer):
            yield change
            if change.nested:
                inner = layers.get(change.logical_id, change.logical_id)
                yield from _changes(asking, {"ChangeSetName": change.nested}, inner)
        if not described.get("NextToken"):
            return
        token = {"NextToken": str(described["NextToken"])}


def _unforeseen(group: Group, changes: Sequence[LiveChange]) -> tuple[str, ...]:
    foreseen = {each.name for each in group.impact.touched if each.effect in DRASTIC}
    worse = (each for each in changes if each.effect in DRASTIC and each.effect is not Effect.CREATE)
    return tuple(each.name for each in worse if each.name not in foreseen)


def _delete(asking: Asking, sleep: Callable[[float], None], interval: float) -> None:
    """Delete a change set and those of its nested stacks; one that is still being made is waited for."""
    for _ in range(PATIENCE):
        try:
            with translated(f"deleting the change set {asking.name} in {asking.place}"):
                asking.client.delete_change_set(**asking.key)
                return
        except CfngenError as error:
            cause = error.__cause__
            kind = code(cause) if isinstance(cause, ClientError) else ""
            if kind in GONE:
                return
            if kind != "InvalidChangeSetStatus":
                raise
        sleep(interval)
