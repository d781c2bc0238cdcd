"""A stack's tags on its resources: CloudFormation copies them to every resource that can carry tags.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
The `aws:cloudformation:*` tags that AWS adds are left out: services refuse that prefix from anyone else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...schemas import ResourceSchema


def with_stack_tags(
    schema: ResourceSchema, properties: Mapping[str, Any], tags: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return properties with the stack's tags among the resource's own, which win."""
    if not tags or not schema.tag_property or "/" in schema.tag_property:
        return properties
    own = properties.get(schema.tag_property)
    shape = schema.follow(schema.properties[schema.tag_property])
    if shape.get("type") == "object":
        return {**properties, schema.tag_property: {**tags, **(own or {})}}
    item = schema.follow(shape.get("items", {})).get("properties", {})
    if not {"Key", "Value"} <= item.keys():
        return properties
    extra = {"PropagateAtLaunch": True} if "PropagateAtLaunch" in item else {}
    mine = own if isinstance(own, list) else []
    named = {tag.get("Key") for tag in mine if isinstance(tag, dict)}
    inherited = [{"Key": key, "Value": value, **extra} for key, value in tags.items() if key not in named]
    return {**properties, schema.tag_property: [*mine, *inherited]}


def tags_of(pairs: Any) -> dict[str, str]:
    """Return tags given as `[{"Key": …, "Value": …}]` as a mapping."""
    return {str(pair["Key"]): str(pair["Value"]) for pair in pairs or ()}
