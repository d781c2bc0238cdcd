"""What would stay of stacks that are deleted, read from the stacks themselves with the reader role."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..deployment import Instance
from ..errors import CfngenError, Problem
from ..execution.failures import STACK_TYPE, layer_of
from ..execution.leavings import Leaving, Row, leavings
from ..planning.operations import ObservedStackSet
from ..templates import ROOT, parse_template
from .calls import side_by_side
from .errors import translated
from .readers import Readers


def read_leavings(
    readers: Readers, observed: Mapping[str, ObservedStackSet]
) -> tuple[tuple[Leaving, ...], tuple[Problem, ...]]:
    """Return what stays of the instances of each bundle, nested stacks included, and which could not be asked."""
    stacks = [
        (bundle, place, each.stack_id)
        for bundle, found in observed.items()
        for place, each in sorted(found.instances.items())
        if each.stack_id
    ]

    def read(stack: tuple[str, Instance, str]) -> tuple[Leaving, ...] | Problem:
        bundle, place, stack_id = stack
        try:
            with translated(f"reading the stack {stack_id}"):
                return tuple(_stack(readers.cloudformation(place), place, bundle, ROOT, stack_id))
        except CfngenError as error:
            return error.problems[0]

    answers = [answer for _, answer in side_by_side(read, stacks)]
    found = [each for answer in answers if not isinstance(answer, Problem) for each in answer]
    return tuple(found), tuple(answer for answer in answers if isinstance(answer, Problem))


def _stack(client: Any, place: Instance, bundle: str, layer: str, stack_id: str) -> Iterator[Leaving]:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    rows = [
        Row(row["LogicalResourceId"], row["ResourceType"], row.get("PhysicalResourceId", ""), row["ResourceStatus"])
        for page in pages
        for row in page["StackResourceSummaries"]
    ]
    body = client.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
    text = body if isinstance(body, str) else json.dumps(body)
    yield from leavings(place, bundle, layer, parse_template(Path(layer), text).resources, rows)
    for row in rows:
        if row.type == STACK_TYPE and row.physical_id:
            yield from _stack(client, place, bundle, layer_of(row.logical_id), row.physical_id)
