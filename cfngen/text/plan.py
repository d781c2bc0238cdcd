"""A plan as lines for a person.

The first character of a line says what it is about: `+` made, `~` changed in place, `-` deleted,
`!` replaced, perhaps replaced, or not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..planning.changes import FLEET, Effect, Group, IamChange, Impact, ResourceChange, TemplateChange
from ..planning.losses import KEPT, Loss, losses
from ..planning.losses import WORDS as LOSSES
from ..planning.operations import (
    CreateInstances,
    Operation,
    Plan,
    Step,
    UpdateInstances,
    UpdateStackSet,
    UploadTemplates,
)
from ..templates import ROOT
from .words import Places, change, head, names, sign

SIGNS = {Effect.CREATE: "+", Effect.DELETE: "-", Effect.IN_PLACE: "~"}
WORDS = {
    Effect.CREATE: "is created",
    Effect.DELETE: "is deleted",
    Effect.REPLACE: "is replaced",
    Effect.MAY_REPLACE: "may be replaced",
    Effect.IN_PLACE: "in place",
    Effect.UNKNOWN: "what happens is not known",
}
"""What happens to a resource."""

SUMMED = {
    Effect.CREATE: "created",
    Effect.DELETE: "deleted",
    Effect.REPLACE: "replaced",
    Effect.MAY_REPLACE: "perhaps replaced",
    Effect.IN_PLACE: "changed in place",
    Effect.UNKNOWN: "not known",
}
"""What happens to several resources, after their number."""

CAUSES = {**WORDS, Effect.REPLACE: "replaces", Effect.MAY_REPLACE: "may replace"}
"""What another value of a property does to its resource."""

UNSURE = {
    **WORDS,
    Effect.CREATE: "is perhaps created",
    Effect.DELETE: "is perhaps deleted",
    Effect.REPLACE: "is perhaps replaced",
    Effect.IN_PLACE: "perhaps in place",
}
"""What happens to a resource where that depends on what is not known yet."""

FOLLOWED = ("Properties.Parameters.", "Properties.TemplateURL")
"""What a root gives to its nested stacks, which is told where it arrives."""

FEW = 5
"""Names that are listed where there may be hundreds."""


def plan_lines(plan: Plan, named: Places) -> list[str]:
    """Return a plan for a person: a paragraph for each bundle, then who gains what, then what may be lost."""
    lines = [line for step in plan.steps for line in _step_lines(step, named)]
    lines += [*iam_lines(plan), *loss_lines(plan, named)]
    return [*lines, summary(plan)]


def summary(plan: Plan) -> str:
    """Return how much there is to do, in a sentence."""
    count = sum(not isinstance(item, UploadTemplates) for item in plan.operations)
    return "Nothing to do." if plan.is_empty else f"{count} operation{'s' if count != 1 else ''}."


def iam_rows(plan: Plan) -> list[tuple[str, str, str, str, str, str]]:
    """Return the IAM changes of a plan: `gains` or `loses`, who, what, on what, under which condition, by what."""
    rows: dict[tuple[str, str, str, str, str, str], int] = {}
    for step in plan.steps:
        for group in step.groups:
            for each in group.impact.iam:
                row = _iam_row(each)
                rows[row] = rows.get(row, 0) + len(group.instances)
    ordered = sorted(rows, key=lambda row: (row[1], row[3], row[0]))
    return [(*row[:5], f"{row[5]}, {_count(rows[row], 'instance')}") for row in ordered]


def iam_lines(plan: Plan) -> Iterator[str]:
    """Yield the IAM changes as a table: `+` where somebody may do more, `-` where less."""
    rows = iam_rows(plan)
    if not rows:
        return
    yield "IAM changes"
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        condition = f" if {row[4]}" if row[4] else ""
        yield f"{'+' if row[0] == 'gains' else '-'}     {'  '.join(cells)}  on {row[3]}{condition}  ({row[5]})"


def loss_lines(plan: Plan, named: Places) -> Iterator[str]:
    """Yield what a plan may lose, with what `deploy` must be told to go ahead."""
    found = losses(plan.steps)
    if not found:
        return
    yield "! Data may be lost. `cfngen deploy` refuses this plan unless each resource is named:"
    yield from (f"!     --replace {loss.flag}  {loss_text(loss, named)}" for loss in found)


def loss_text(loss: Loss, named: Places) -> str:
    """Return what happens to a resource with data, and where, in words."""
    policy = f"; {loss.kept}" if loss.kept else ""
    change = loss.change
    where = names(loss.instances, named)
    return f"{LOSSES[change.effect]} {loss.bundle}'s {change.name} ({change.type}) in {where}{policy}"


def resource_text(found: ResourceChange) -> str:
    """Return what happens to a resource, in words without its name."""
    happens = (UNSURE if found.perhaps else WORDS)[found.effect]
    return "; ".join(filter(None, (happens, found.why, KEPT.get(found.policy, found.policy))))


def group_head(group: Group, total: int, named: Places) -> str:
    """Return which instances a group is: `4 of 6 instances: …`."""
    many = len(group.instances)
    share = _count(many, "instance") if group.impact.action == "delete" else f"{many} of {_count(total, 'instance')}"
    return f"{share}: {names(group.instances, named)}"


def counted(found: Iterable[ResourceChange]) -> str:
    """Return how many resources each layer has: `data 5, keys 8`."""
    counts = Counter(each.layer for each in found)
    return ", ".join(f"{layer} {count}" for layer, count in counts.items())


def _step_lines(step: Step, named: Places) -> Iterator[str]:
    if not step.operations:
        yield f"{step.bundle}: nothing to do ({step.instances} instances are as wanted)"
        return
    yield f"{step.bundle}: stack set {step.name}"
    told = {each.name for group in step.groups for each in group.impact.parameters}
    for operation in step.operations:
        yield f"{sign(operation)} {head(operation, named)}"
        yield from (f"{sign(operation)}     {detail}" for detail in _details(operation, told))
        told |= {_subject(reason) for reason in operation.reasons} if isinstance(operation, UpdateStackSet) else set()
    yield from _template_lines(step)
    for group in step.groups:
        yield from _group_lines(group, step.instances, named)
    if any(isinstance(item, UpdateStackSet) for item in step.operations) and not step.groups:
        yield "~ nothing changes in their stacks: only descriptions, metadata or formatting"


def _details(operation: Operation, told: set[str]) -> Sequence[str]:
    """Return why an operation is there, less what a group tells with its origin, or the canary's operation told."""
    match operation:
        case UpdateStackSet(reasons=reasons) | UpdateInstances(reasons=reasons):
            return [reason for reason in reasons if _subject(reason) not in told]
        case CreateInstances(overrides=overrides):
            return [", ".join(f"{name}={value}" for name, value in overrides.items())] if overrides else []
        case _:
            return []


def _subject(reason: str) -> str:
    """Return what is told once of a reason: the parameter that becomes another, else all of it."""
    return reason.partition(" ")[0] if " → " in reason else reason


def _template_lines(step: Step) -> Iterator[str]:
    """Yield how the templates differ, but for what the groups tell anyway."""
    told = {each.name for group in step.groups for each in group.impact.touched}
    for template in step.templates:
        if not template.known:
            yield f"! template {template.name}: the deployed one cannot be read, so what differs is not known"
        yield from (f"~ template {template.name}: {line}" for line in _differences(template, told))


def _differences(template: TemplateChange, told: set[str]) -> Iterator[str]:
    for each in template.differences:
        followed = template.name == ROOT and each.path.startswith(FOLLOWED)
        if each.section == "Resources" and (followed or f"{template.name}.{each.name}" in told):
            continue
        nowhere = " (in effect nowhere)" if each.section == "Resources" else ""
        yield f"{each.section} {each.place} {change(each.before, each.after)}{nowhere}"


def _group_lines(group: Group, total: int, named: Places) -> Iterator[str]:
    impact = group.impact
    if impact.action == "create":
        yield f"+ {group_head(group, total, named)}"
        yield f"+     creates {_count(len(impact.resources), 'resource')}: {counted(impact.resources)}"
        return
    yield f"{'-' if impact.action == 'delete' else '~'} {group_head(group, total, named)}"
    origins = dict(group.origins)
    for each in impact.parameters:
        origin = f"  ({origins[each.name]})" if each.name in origins else ""
        yield f"~     {each.name} {change(each.before, each.after)}{origin}"
    if impact.action == "delete":
        yield f"-     deletes {_count(len(impact.resources), 'resource')}: {counted(impact.resources)}"
        yield from (line for each in impact.resources if each.stateful for line in _resource_lines(each))
        return
    yield from _resources(impact)


def _resources(impact: Impact) -> Iterator[str]:
    """Yield what happens to resources; those that only follow others are counted, unless they hold data."""
    following = [each for each in impact.resources if each.follows and not each.loses and each.type != FLEET]
    following = following if len(following) > FEW else []
    for each in impact.resources:
        if each not in following:
            yield from _resource_lines(each)
    if following:
        effects = Counter(SUMMED[each.effect] for each in following)
        told = ", ".join(f"{count} {effect}" for effect, count in effects.items())
        mark = "!" if any(each.effect is not Effect.IN_PLACE for each in following) else "~"
        some = ", ".join(each.name for each in following[:FEW]) + (", …" if len(following) > FEW else "")
        yield f"{mark}     {_count(len(following), 'resource')} referring to what changes: {told} ({some})"
    for each in impact.passing:
        yield f"!     on the way, before the instances have their own values: {each.name} {resource_text(each)}"
    for lookup in impact.lookups:
        where = f"{lookup.parameter} ({lookup.path})"
        yield f"~     {where} is looked up again: a newer one may roll {', '.join(lookup.reaches)}"
    yield from (f"~     {note}" for note in impact.notes)
    if not (impact.resources or impact.passing or impact.notes):
        yield (
            "~     nothing else changes in their stacks" if impact.lookups else "~     nothing changes in their stacks"
        )


def _resource_lines(found: ResourceChange) -> Iterator[str]:
    mark = SIGNS.get(found.effect, "!")
    yield f"{mark}     {found.name} ({found.type}) {resource_text(found)}"
    for each in found.properties:
        own = "" if each.effect is Effect.IN_PLACE else f", {CAUSES[each.effect]}"
        because = "" if each.because in ((), ("template",)) else f"  ({', '.join(each.because)})"
        yield f"{mark}         {each.path} {change(each.before, each.after)}{own}{because}"


def _iam_row(found: IamChange) -> tuple[str, str, str, str, str, str]:
    actions = ", ".join(found.actions)
    does = actions if found.allow else f"Deny {actions}"
    return "gains" if found.gains else "loses", found.who, does, found.resource, found.condition, found.via


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
