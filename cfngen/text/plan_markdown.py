"""A plan as Markdown for the comment of a pull request: tables, details folded, never longer than GitHub takes."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..late import KNOWN_AFTER_DEPLOY
from ..planning.changes import Effect, Group, ResourceChange
from ..planning.losses import Loss, losses
from ..planning.operations import CreateInstances, Operation, Plan, Step, UploadTemplates
from .plan import CAUSES, SUMMED, counted, group_head, iam_rows, loss_text, resource_text, summary
from .words import Places, change, head

LONGEST = 65_536
"""Characters of a comment on GitHub."""

LONGEST_BLOCK = 20_000
"""Characters of one table, so that no group takes the room of the others."""

MARKS = {Effect.CREATE: "+", Effect.DELETE: "−", Effect.IN_PLACE: "~"}

Row = Sequence[str]


def plan_markdown(plan: Plan, named: Places, environment: str, live: str = "") -> str:
    """Return a plan for a pull request's comment, `live` at its end; cut with a note where it would be too long."""
    return fitted([*_blocks(plan, named, environment), *filter(None, [live])], environment)


def fitted(blocks: Sequence[str], environment: str, longest: int = LONGEST) -> str:
    """Return as many blocks as fit, the first ones, with a note of how many do not."""
    whole = "\n".join(blocks)
    if len(whole) <= longest:
        return whole
    kept, left = [], list(blocks)
    note = f"\n**Cut**: {{}} of {len(blocks)} parts are left out; `cfngen plan {environment}` shows them.\n"
    room = longest - len(note.format(len(blocks)))
    while left and len(left[0]) + 1 <= room:
        room -= len(left[0]) + 1
        kept.append(left.pop(0))
    return "\n".join([*kept, note.format(len(left))])


def _blocks(plan: Plan, named: Places, environment: str) -> Iterator[str]:
    """Yield parts that each stand for themselves, what matters most first."""
    yield f"### cfngen plan: {environment}\n\n**{summary(plan)}** {_summed_up(plan)}\n"
    if found := losses(plan.steps):
        yield _loss_block(found, named)
    if rows := iam_rows(plan):
        shown = [
            (("+ " if row[0] == "gains" else "− ") + row[0], row[1], *map(_code, row[2:5]), row[5]) for row in rows
        ]
        yield "#### IAM changes\n"
        yield _table(("", "who", "actions", "on", "condition", "by"), shown)
    for step in plan.steps:
        if not step.operations:
            yield f"#### {step.bundle}: nothing to do\n"
            continue
        yield _operations_block(step, named)
        yield from (_group_block(group, step.instances, named) for group in step.groups)
        if step.templates:
            yield _templates_block(step)


def _summed_up(plan: Plan) -> str:
    """Return how many resources what happens to, each counted once per instance."""
    counts: Counter[str] = Counter()
    for step in plan.steps:
        for group in step.groups:
            for each in group.impact.resources:
                counts[SUMMED[each.effect]] += len(group.instances)
    return (
        "Resources in all instances: " + ", ".join(f"{count} {word}" for word, count in counts.items())
        if counts
        else ""
    )


def _loss_block(found: Sequence[Loss], named: Places) -> str:
    lines = [f"> - `--replace {loss.flag}` {html.escape(loss_text(loss, named), quote=False)}" for loss in found]
    warning = "**Data may be lost.** `cfngen deploy` refuses this plan unless each resource is named:"
    return "\n".join(["> [!CAUTION]", f"> {warning}", ">", *lines, ""])


def _operations_block(step: Step, named: Places) -> str:
    told = [each for each in step.operations if not isinstance(each, UploadTemplates)]
    lines = [f"- {html.escape(head(each, named) + _waiting(each))}" for each in told]
    return "\n".join([f"#### {step.bundle}: stack set `{step.name}`\n", *lines, ""])


def _waiting(operation: Operation) -> str:
    """Name the values of new instances that nobody knows yet; those of others are told as changes."""
    overrides = operation.overrides if isinstance(operation, CreateInstances) else {}
    names = [name for name, value in overrides.items() if value == KNOWN_AFTER_DEPLOY]
    return f", {', '.join(names)} {KNOWN_AFTER_DEPLOY}" if names else ""


def _group_block(group: Group, total: int, named: Places) -> str:
    impact = group.impact
    title = f"{group_head(group, total, named)}"
    if impact.action == "create":
        return f"+ {title}: creates {len(impact.resources)} resources ({counted(impact.resources)})\n"
    origins = dict(group.origins)
    values = [
        (_code(each.name), _code(change(each.before, each.after)), _cell(origins.get(each.name, "")))
        for each in impact.parameters
    ]
    shown = [each for each in impact.resources if impact.action == "update" or each.stateful]
    resources = [row for each in shown for row in _resource_rows(each)]
    resources += [row for each in impact.passing for row in _resource_rows(each, "on the way: ")]
    notes = [
        f"{_code(each.parameter)} ({_code(each.path)}) is looked up again: a newer one may roll "
        f"{_cell(', '.join(each.reaches))}"
        for each in impact.lookups
    ]
    notes += [*map(html.escape, impact.notes)]
    parts = [
        _table(("parameter", "value", "origin"), values) if values else "",
        _table(("", "resource", "what happens", "property", "value", "because"), resources) if resources else "",
        *(f"- {note}" for note in notes),
    ]
    inner = "\n".join(filter(None, parts)) or "Nothing changes in their stacks.\n"
    opened = " open" if any(each.effect is not Effect.IN_PLACE for each in impact.touched) else ""
    return f"<details{opened}><summary>{html.escape(title)}</summary>\n\n{inner}\n</details>\n"


def _resource_rows(found: ResourceChange, prefix: str = "") -> Iterator[Row]:
    mark = MARKS.get(found.effect, "**!**")
    name = f"{_code(found.name)}<br>{_cell(found.type)}"
    told = _cell(f"{prefix}{resource_text(found)}")
    if not found.properties:
        yield (mark, name, told, "", "", "")
    for number, each in enumerate(found.properties):
        first = (mark, name, told) if not number else ("", "", "")
        own = "" if each.effect is Effect.IN_PLACE else f" **{CAUSES[each.effect]}**"
        value = _code(change(each.before, each.after)) + own
        yield (*first, _code(each.path), value, _cell(", ".join(each.because)))


def _templates_block(step: Step) -> str:
    rows = [
        (_code(template.name), each.section, _code(each.place), _code(change(each.before, each.after)))
        for template in step.templates
        for each in template.differences
    ]
    unknown = [f"- the deployed template {each.name} cannot be read" for each in step.templates if not each.known]
    table = _table(("template", "section", "where", "written"), rows) if rows else ""
    inner = "\n".join([*unknown, "", table])
    return f"<details><summary>{step.bundle}: how its templates differ</summary>\n\n{inner}\n</details>\n"


def _table(columns: Row, rows: Sequence[Row]) -> str:
    """Return a table, cut with a note where it is very long."""
    lines = [_line(columns), _line(["---"] * len(columns))]
    room = LONGEST_BLOCK
    for number, row in enumerate(rows):
        line = _line(row)
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*lines, "", f"**Cut**: {len(rows) - number} of {len(rows)} rows are left out.", ""])
        lines.append(line)
    return "\n".join([*lines, ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Return text that can break neither a table nor the page around it."""
    return (
        html.escape(" ".join(text.split()), quote=False)
        .replace("|", "&#124;")
        .replace("`", "&#96;")
        .replace("*", "&#42;")
    )


def _code(text: str) -> str:
    return f"<code>{_cell(text)}</code>" if text else ""
