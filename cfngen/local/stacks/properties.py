"""A resource's properties against AWS's schema of its type: texts become numbers and booleans, mistakes are named.

Messages are those of the JSON schema validator that CloudFormation uses for resource types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import regex  # the schemas' patterns know \p{L}, which re does not

from ...schemas import ResourceSchema
from .dynamic import MARK

_JSON_NAMES = {
    "object": "JSONObject",
    "array": "JSONArray",
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
}
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def conform(schema: ResourceSchema, properties: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return properties with the types that the schema asks for, and what breaks the schema."""
    problems: list[str] = []
    found = {}
    for name, value in properties.items():
        if name not in schema.properties or name in schema.read_only:
            problems.append(f"#: extraneous key [{name}] is not permitted")
        else:
            found[name] = _conform(schema, schema.properties[name], value, f"#/{name}", problems)
    problems += [f"#: required key [{name}] not found" for name in sorted(schema.required - properties.keys())]
    return found, problems


def _conform(schema: ResourceSchema, node: Mapping[str, Any], value: Any, path: str, problems: list[str]) -> Any:
    node, before = schema.follow(node), len(problems)
    value = _cast(node, value, path, problems)
    if len(problems) > before:
        return value
    if isinstance(value, dict):
        return _conform_object(schema, node, value, path, problems)
    if isinstance(value, list):
        items = node.get("items")
        if not isinstance(items, dict):
            return value
        return [_conform(schema, items, item, f"{path}/{index}", problems) for index, item in enumerate(value)]
    problems.extend(f"{path}: {what}" for what in _broken(node, value))
    return value


def _conform_object(
    schema: ResourceSchema, node: Mapping[str, Any], value: dict[str, Any], path: str, problems: list[str]
) -> dict[str, Any]:
    known, patterns = node.get("properties", {}), node.get("patternProperties", {})
    found = {}
    for key, item in value.items():
        inner = known.get(key) or next((patterns[each] for each in patterns if regex.search(each, str(key))), None)
        if inner is not None:
            found[key] = _conform(schema, inner, item, f"{path}/{key}", problems)
            continue
        found[key] = item
        if (known or patterns) and node.get("additionalProperties") is False:
            problems.append(f"{path}: extraneous key [{key}] is not permitted")
    missing = [key for key in node.get("required", ()) if key not in value]
    problems.extend(f"{path}: required key [{key}] not found" for key in missing)
    return found


def _cast(node: Mapping[str, Any], value: Any, path: str, problems: list[str]) -> Any:
    """Return a value in the first type of the schema that it can have."""
    kinds = node.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if not kinds or _is_dynamic(value) or any(_is(value, kind) for kind in kinds):
        return value
    for kind in kinds:
        cast = _CASTS.get(kind)
        if cast and isinstance(value, str | int | float):
            changed = cast(value)
            if changed is not None:
                return changed
    expected = " or ".join(_JSON_NAMES.get(kind, kind) for kind in kinds)
    problems.append(f"{path}: expected type: {expected}, found: {_name_of(value)}")
    return value


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _PYTHON_TYPES.get(kind, ()))


def _is_dynamic(value: Any) -> bool:
    return isinstance(value, str) and MARK in value


def _name_of(value: Any) -> str:
    return next((name for kind, name in _JSON_NAMES.items() if _is(value, kind)), "Null")


def _to_string(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _to_integer(value: str | float) -> int | None:
    if isinstance(value, bool):
        return None
    text = str(value).removesuffix(".0")
    return int(text) if regex.fullmatch(r"[+-]?\d+", text) else None


def _to_number(value: str | float) -> float | None:
    whole = _to_integer(value)
    if whole is not None or isinstance(value, bool):
        return whole
    try:
        return float(value)
    except ValueError:
        return None


def _to_boolean(value: str | float) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())


_CASTS: Mapping[str, Callable[[Any], Any]] = {
    "string": _to_string,
    "integer": _to_integer,
    "number": _to_number,
    "boolean": _to_boolean,
}


def _broken(node: Mapping[str, Any], value: Any) -> list[str]:
    """Say which constraints of the schema a scalar breaks."""
    if isinstance(value, bool) or _is_dynamic(value):
        return []
    if isinstance(value, int | float):
        return _broken_number(node, value)
    if "enum" in node and value not in node["enum"]:
        return [f"{value} is not a valid enum value"]
    if isinstance(value, str) and len(value) > node.get("maxLength", len(value)):
        return [f"expected maxLength: {node['maxLength']}, actual: {len(value)}"]
    if isinstance(value, str) and len(value) < node.get("minLength", 0):
        return [f"expected minLength: {node['minLength']}, actual: {len(value)}"]
    return []


def _broken_number(node: Mapping[str, Any], value: float) -> list[str]:
    if "minimum" in node and value < node["minimum"]:
        return [f"{value} is not greater or equal to {node['minimum']}"]
    if "maximum" in node and value > node["maximum"]:
        return [f"{value} is not less or equal to {node['maximum']}"]
    return []
