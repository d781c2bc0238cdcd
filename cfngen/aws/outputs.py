"""Late values, read from the outputs of the stacks that give them, with the reader role of their accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..deployment import WantedStackSet
from ..late import Outputs, givers
from ..planning.operations import ObservedStackSet
from .calls import side_by_side
from .readers import Readers


def late_outputs(
    readers: Readers, wanted: Sequence[WantedStackSet], observed: Mapping[str, ObservedStackSet]
) -> Outputs:
    """Return the late values that are there; `observed` has the stack sets that give them, as far as they exist."""
    late = givers(wanted)
    stacks = {
        (each.stack_set, each.place): observed[each.stack_set].instances[each.place].stack_id
        for each in late
        if each.stack_set in observed and each.place in observed[each.stack_set].instances
    }
    there = {key: stack_id for key, stack_id in stacks.items() if stack_id}
    found = dict(side_by_side(lambda key: readers.outputs(key[1], there[key]), there))
    values = {each: found.get((each.stack_set, each.place), {}).get(each.output) for each in late}
    return {each: value for each, value in values.items() if value is not None}
