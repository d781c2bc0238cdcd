"""CloudFormation's own opinion of a plan as lines, as Markdown and as JSON."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any

from ..planning.opinions import LiveChange, Opinion
from .plan import SIGNS, WORDS
from .plan_json import instances_of
from .words import Places, names

TITLE = "CloudFormation's own opinion, by change sets that are deleted again"


def live_lines(opinions: Sequence[Opinion], named: Places) -> Iterator[str]:
    """Yield what CloudFormation says, group by group; `!` where it replaces, or does not say."""
    if opinions:
        yield TITLE
    for each in opinions:
        where = f"{each.bundle}, asked in {names([each.asked], named)} for {names(each.instances, named)}"
        yield f"{'!' if each.problem else '~'} {where}"
        yield from (f"!     says nothing: {line}" for line in each.problem.splitlines()[:1])
        if not each.changes and not each.problem:
            yield "~     nothing changes"
        for change in each.changes:
            yield f"{SIGNS.get(change.effect, '!')}     {_change(change, each)}"


def live_markdown(opinions: Sequence[Opinion], named: Places) -> str:
    """Return what CloudFormation says as a folded list."""
    lines = [html.escape(line, quote=False) for line in live_lines(opinions, named)][1:]
    body = "\n".join(lines)
    return f"<details><summary>{html.escape(TITLE)}</summary>\n\n<pre>\n{body}\n</pre>\n\n</details>\n" if lines else ""


def live_json(opinions: Sequence[Opinion], named: Places) -> list[dict[str, Any]]:
    """Return what CloudFormation says for a program; see `docs/plan-json.md`."""
    return [
        {
            "bundle": each.bundle,
            "asked": instances_of([each.asked], named)[0],
            "instances": instances_of(each.instances, named),
            "problem": each.problem,
            "unforeseen": list(each.unforeseen),
            "changes": [
                {
                    "layer": change.layer,
                    "logical_id": change.logical_id,
                    "type": change.type,
                    "effect": change.effect.value,
                    "properties": list(change.properties),
                }
                for change in each.changes
            ],
        }
        for each in opinions
    ]


def _change(change: LiveChange, opinion: Opinion) -> str:
    properties = f": {', '.join(change.properties)}" if change.properties else ""
    surprise = " (not foreseen by cfngen)" if change.name in opinion.unforeseen else ""
    return f"{change.name} ({change.type}) {WORDS[change.effect]}{properties}{surprise}"
