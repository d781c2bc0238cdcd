"""The templates of what is deployed: children from the template bucket, and those of stacks that are not current.

A stack set tells its own template and values only. An instance that is not current may have others,
so its stack is asked, with the reader role of its account.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from botocore.exceptions import ClientError

from ..deployment import Instance, WantedStackSet
from ..errors import CfngenError
from ..planning.operations import ObservedStack, ObservedStackSet
from ..planning.sources import child_keys
from .bucket import Bucket
from .calls import side_by_side
from .errors import code, translated
from .readers import Readers

MOST_STACKS = 200
"""Stacks that are asked at most, two calls each; of any others it is said that what they have is not known."""

EMPTY = ("CREATE_FAILED", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""Statuses of a stack that has, or ought to have, no resources."""

NOTHING = ObservedStack("", {})


def with_templates(
    observed: Mapping[str, ObservedStackSet], wanted: Sequence[WantedStackSet], bucket: Bucket, readers: Readers | None
) -> dict[str, ObservedStackSet]:
    """Add to what is observed the templates that its plan compares; what cannot be read is left out."""
    found = _with_stacks(observed, readers) if readers else dict(observed)
    present = {upload.key for item in wanted for upload in item.uploads}
    roots = {item.definition.name: item.definition.template for item in wanted}
    keys = {name: _keys(each, roots.get(name, "")) for name, each in found.items()}
    texts = bucket.texts(frozenset().union(*keys.values()) - present)
    return {
        name: replace(each, children={key: texts[key] for key in sorted(keys[name]) if key in texts})
        for name, each in found.items()
    }


def _keys(found: ObservedStackSet, wanted: str) -> frozenset[str]:
    roots = {each.stack.template for each in found.instances.values() if each.stack}
    return frozenset(key for root in (found.definition.template, wanted, *roots) if root for key in child_keys(root))


def _with_stacks(observed: Mapping[str, ObservedStackSet], readers: Readers) -> dict[str, ObservedStackSet]:
    lagging = [
        (name, place, each.stack_id)
        for name, found in observed.items()
        for place, each in found.instances.items()
        if each.status != "CURRENT"
    ]
    stacks = side_by_side(lambda item: _stack(readers, item[1], item[2]), lagging[:MOST_STACKS])
    read = {(name, place): stack for (name, place, _), stack in stacks}
    return {
        name: replace(
            found,
            instances={
                place: replace(each, stack=read[name, place]) if (name, place) in read else each
                for place, each in found.instances.items()
            },
        )
        for name, found in observed.items()
    }


def _stack(readers: Readers, place: Instance, stack_id: str) -> ObservedStack | None:
    """Return what a stack is made from, nothing where there is none; None where it cannot be asked."""
    if not stack_id:
        return NOTHING
    try:
        with translated(f"reading the stack {stack_id}"):
            client = readers.cloudformation(place)
            try:
                (described,) = client.describe_stacks(StackName=stack_id)["Stacks"]
            except ClientError as error:
                if code(error) == "ValidationError" and "does not exist" in str(error):
                    return NOTHING
                raise
            if described["StackStatus"] in EMPTY:
                return NOTHING
            body = client.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
    except CfngenError:
        return None
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", ())}
    return ObservedStack(body if isinstance(body, str) else json.dumps(body), given)
