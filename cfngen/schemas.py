"""AWS's schemas of resource types, as plain data: what a type's properties are and which of them force a replacement.

cfn-lint ships them (one file per distinct schema, one index per region); only its data files are read, the library is
not imported. Paths of properties are written `A/B`, `*` standing for any element of a list.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DEEDS = ("create", "read", "update", "delete")
"""What CloudFormation does to a resource."""

DEFAULT_REGION = "us-east-1"
"""The region whose index stands in for regions that cfn-lint does not know."""


@dataclass(frozen=True)
class ResourceSchema:
    """What AWS publishes about one resource type."""

    type: str
    document: Mapping[str, Any]
    """The schema itself, without its prose; shared, never to be changed."""
    required: frozenset[str]
    create_only: frozenset[str]
    """Paths whose change replaces the resource."""
    conditional_create_only: frozenset[str]
    """Paths whose change may replace the resource, depending on the values."""
    read_only: frozenset[str]
    primary_identifier: tuple[str, ...]
    tag_property: str
    """The property that holds the resource's own tags, or '' where it cannot be tagged."""
    updatable: bool = True
    """Whether the type can be changed at all; where not, every change replaces the resource."""
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Actions that CloudFormation takes in its caller's name, by what it does: create, read, update, delete."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schema of each property by name."""
        found: Mapping[str, Any] = self.document["properties"]
        return found

    def follow(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a part of the schema refers to, itself where it is no reference."""
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].split("/")[1:]:
                target = target.get(step, {})
            node = target
        return node


@cache
def known_types(region: str = DEFAULT_REGION) -> frozenset[str]:
    """Return the resource types that AWS offers in a region."""
    return frozenset(_index(region))


@cache
def resource_schema(resource_type: str, region: str = DEFAULT_REGION) -> ResourceSchema | None:
    """Return the schema of a resource type in a region, None where AWS does not offer it there."""
    key = _index(region).get(resource_type)
    return _schema(key) if key else None


@cache
def instance_types(region: str) -> frozenset[str]:
    """Return the instance types that EC2 offers in a region, none where the list does not know the region."""
    table = _extension("aws_ec2_instance", "instancetype_enum")
    return frozenset(table.get(region, {}).get("enum", ()))


@cache
def database_classes(engine: str, region: str) -> frozenset[str]:
    """Return the instance classes that RDS offers for an engine in a region, none where the list does not know."""
    table = _extension("aws_rds_dbinstance", "dbinstanceclass_enum")
    found: set[str] = set()
    for rule in table.get(region, {}).get("allOf", ()):
        asked = rule["if"]["properties"].get("Engine", {})
        if engine == asked.get("const") or engine in asked.get("enum", ()):
            found.update(rule["then"]["properties"]["DBInstanceClass"]["enum"])
    return frozenset(found)


def changed_paths(paths: frozenset[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Return those paths at which two sets of properties differ."""
    return frozenset(path for path in paths if _values(path, before) != _values(path, after))


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("cfnlint")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("cfn-lint is not installed, and AWS's schemas come with it")
    return Path(found.submodule_search_locations[0]) / "data" / "schemas"


def _extension(kind: str, name: str) -> Mapping[str, Any]:
    """Read what cfn-lint knows of a type by region; large, and what is taken from it is remembered instead."""
    table: Mapping[str, Any] = json.loads((_folder() / "extensions" / kind / f"{name}.json").read_bytes())
    return table


@cache
def _index(region: str) -> Mapping[str, str]:
    path = _folder() / "providers" / f"{region}.json"
    chosen = path if path.is_file() else path.with_name(f"{DEFAULT_REGION}.json")
    index: Mapping[str, str] = json.loads(chosen.read_bytes())
    return index


@cache
def _schema(key: str) -> ResourceSchema:
    raw = json.loads((_folder() / "resources" / f"{key}.json").read_bytes())
    document = {part: _without_prose(raw.get(part, {})) for part in ("properties", "definitions")}
    tagging = raw.get("tagging") or {}
    tag_path = _paths([tagging.get("tagProperty") or ""])[0] if tagging.get("taggable") else ""
    return ResourceSchema(
        type=raw["typeName"],
        document=document,
        required=frozenset(raw.get("required", ())),
        create_only=frozenset(_paths(raw.get("createOnlyProperties", ()))),
        conditional_create_only=frozenset(_paths(raw.get("conditionalCreateOnlyProperties", ()))),
        read_only=frozenset(_paths(raw.get("readOnlyProperties", ()))),
        primary_identifier=_paths(raw.get("primaryIdentifier", ())),
        tag_property=tag_path if tag_path in document["properties"] else "",
        updatable="handlers" not in raw or "update" in raw["handlers"],
        permissions=_permissions(raw.get("handlers", {})),
    )


def _permissions(handlers: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    return {deed: frozenset(handlers[deed].get("permissions", ())) for deed in DEEDS if deed in handlers}


def _paths(pointers: list[str]) -> tuple[str, ...]:
    """Turn JSON pointers into paths: `/properties/A/items/properties/B` and `/properties/A/*/B` are both `A/*/B`."""
    return tuple(_path(pointer) for pointer in pointers)


def _path(pointer: str) -> str:
    steps = pointer.split("/")[1:]
    named = ["*" if step == "items" else step for step in steps if step != "properties"]
    return "/".join(named)


def _without_prose(node: Any, *, names: bool = True) -> Any:
    """Copy a schema without its descriptions; `names` says that a mapping's keys are names, not keywords."""
    if isinstance(node, list):
        return [_without_prose(item, names=False) for item in node]
    if not isinstance(node, dict):
        return node
    kept = node if names else {key: value for key, value in node.items() if key != "description"}
    inner = ("properties", "patternProperties", "definitions")
    return {key: _without_prose(value, names=not names and key in inner) for key, value in kept.items()}


def _values(path: str, properties: Mapping[str, Any]) -> list[Any]:
    return list(_walk(path.split("/"), properties))


def _walk(steps: list[str], value: Any) -> Iterator[Any]:
    if not steps:
        yield value
    elif steps[0] == "*" and isinstance(value, list):
        for item in value:
            yield from _walk(steps[1:], item)
    elif isinstance(value, dict) and steps[0] in value:
        yield from _walk(steps[1:], value[steps[0]])
