"""The JSON Schema of environment files, for editors: their shape, and every setting of the templates.

An editor completes and explains with it; `cfngen` itself checks more, so what it accepts the schema does too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..regions import SLOTS, usable
from ..templates import BundleTemplates
from .declarations import (
    MOST_BYTES,
    NUMBER,
    SSM_NAME,
    Declaration,
    allowed_values,
    as_text,
    is_list,
    is_number,
    is_secret,
    is_ssm,
)
from .document import Scalar

SHAPE_FILE = Path(__file__).with_name("shape.json")
"""What `shape.py` declares, as a JSON Schema: written by `scripts/generated.py`."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_SETTINGS = {"anyOf": [{"$ref": "#/$defs/Settings"}, {"type": "null"}]}


def json_schema(bundles: Sequence[BundleTemplates]) -> Schema:
    """Return the schema of an environment file whose bundles are these (draft 2020-12)."""
    schema: Schema = json.loads(SHAPE_FILE.read_bytes())
    schema["$defs"]["Settings"] = {
        "description": "Values of the templates' parameters.",
        "type": "object",
        "additionalProperties": False,
        "properties": _settings(bundles),
    }
    geography = schema["$defs"].pop("GeographyShape")
    properties = schema["properties"]
    properties["parameters"] |= _SETTINGS
    properties["geographies"]["properties"] = {slot: _geography(geography, slot) for slot in SLOTS}
    properties["geographies"]["additionalProperties"] = False
    del properties["geographies"]["propertyNames"]
    properties["overrides"] |= _overrides()
    return {"$schema": DIALECT, "title": "Environment", **schema}


def schema_text(bundles: Sequence[BundleTemplates]) -> str:
    """Return the schema as the text of `params/schema.json`, the same on every machine."""
    return json.dumps(json_schema(bundles), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _geography(shape: Schema, slot: str) -> Schema:
    """Return the schema of one slot: its own regions, so that an editor offers no other."""
    regions: Schema = {"enum": [*usable(slot)]}
    own = {"active": regions, "standby": {"anyOf": [regions, {"type": "null"}]}, "parameters": _SETTINGS}
    return {**shape, "properties": {name: {**each, **own.get(name, {})} for name, each in shape["properties"].items()}}


def _overrides() -> Schema:
    targets = [f"{slot}/{region}" for slot in SLOTS for region in usable(slot)]
    values: Schema = {"type": "object", "propertyNames": {"enum": targets}, "additionalProperties": _SETTINGS}
    return {"anyOf": [values, {"type": "null"}]}


def _settings(bundles: Sequence[BundleTemplates]) -> Schema:
    """Return the schema of each setting by name; a name that two bundles declare is the same setting."""
    declared: dict[str, Declaration] = {}
    for bundle in bundles:
        declared = {**bundle.settings, **declared}
    return {name: _setting(each) for name, each in sorted(declared.items()) if not is_secret(each)}


def _setting(declared: Declaration) -> Schema:
    single = _number(declared) if is_number(declared) else _text(declared)
    joined: Schema = {"type": ["string", "number", "boolean"]}
    schema: Schema = {"anyOf": [joined, {"type": "array", "items": single}]} if is_list(declared) else single
    about: Schema = {"description": str(declared.get("Description", ""))}
    if "Default" in declared:
        about["default"] = as_text(declared["Default"])
    return {**about, **schema}


def _text(declared: Declaration) -> Schema:
    """Return the schema of a text, which YAML may read as a number or a truth value: its text counts."""
    allowed = allowed_values(declared)
    if allowed:
        return {"anyOf": [{"enum": _as_written(allowed)}]}
    text: Schema = {"type": "string", "maxLength": MOST_BYTES}
    pattern = SSM_NAME if is_ssm(declared) else declared.get("AllowedPattern")
    if pattern:
        text["pattern"] = f"^(?:{pattern})$"
    text |= {to: int(declared[key]) for key, to in _LENGTHS.items() if key in declared}
    return {"anyOf": [text] if is_ssm(declared) else [text, {"type": ["number", "boolean"]}]}


_LENGTHS: Mapping[str, str] = {"MinLength": "minLength", "MaxLength": "maxLength"}
_BOUNDS: Mapping[str, str] = {"MinValue": "minimum", "MaxValue": "maximum"}


def _number(declared: Declaration) -> Schema:
    allowed = allowed_values(declared)
    if allowed:
        return {"anyOf": [{"enum": _as_written(allowed)}]}
    bounds = {to: _bound(declared[key]) for key, to in _BOUNDS.items() if key in declared}
    return {"anyOf": [{"type": "number", **bounds}, {"type": "string", "pattern": f"^(?:{NUMBER})$"}]}


def _as_written(allowed: Sequence[str]) -> list[Any]:
    """Return allowed values as texts, and as what YAML makes of them without quotes."""
    bare = [Scalar(value, quoted=False).value for value in allowed]
    return [*allowed, *(value for value in bare if value is not None and not isinstance(value, str))]


def _bound(value: Any) -> Any:
    return value if isinstance(value, int | float) else json.loads(str(value))
