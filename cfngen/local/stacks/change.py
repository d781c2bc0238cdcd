"""What a change of properties does to a resource: nothing, an update in place, or a replacement.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from ...schemas import ResourceSchema, changed_paths, resource_schema
from .records import STACK_TYPE, UNKNOWN


class Effect(enum.Enum):
    """What becomes of a resource whose properties change."""

    NONE = "none"
    IN_PLACE = "in place"
    CONDITIONAL = "conditional"
    REPLACEMENT = "replacement"


def changed_properties(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the properties that differ, sorted."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def effect_of(
    resource_type: str, region: str, before: Mapping[str, Any], after: Mapping[str, Any], *, updatable: bool
) -> Effect:
    """Return what changed properties do; `updatable` says whether the handler can change a resource in place.

    A type that can only be made anew still keeps its resource when nothing but tags changed, as on AWS.
    """
    changed = changed_properties(before, after)
    if not changed:
        return Effect.NONE
    schema = resource_schema(resource_type, region)
    if schema is None or resource_type == STACK_TYPE:
        return Effect.IN_PLACE
    replacing = changed_paths(schema.create_only, before, after)
    if not updatable and set(changed) != {schema.tag_property}:
        return Effect.REPLACEMENT
    if any(not _unknown(after.get(path.split("/")[0])) for path in replacing):
        return Effect.REPLACEMENT
    if replacing or changed_paths(schema.conditional_create_only, before, after):
        return Effect.CONDITIONAL
    return Effect.IN_PLACE


def fixed_name(schema: ResourceSchema | None, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the name that keeps a resource from being replaced because the new one would have it too, or ''."""
    identifier = schema.primary_identifier if schema else ()
    if schema is None or len(identifier) != 1 or identifier[0] in schema.read_only:
        return ""
    name = after.get(identifier[0])
    return str(name) if name and name == before.get(identifier[0]) else ""


def _unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_unknown(item) for item in value)
    return isinstance(value, str) and UNKNOWN in value
