"""What CloudFormation finds wrong with a template before it makes anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from ...schemas import known_types, resource_schema
from .intrinsics import PSEUDO_PARAMETERS
from .order import in_order
from .parameters import check_type
from .records import STACK_TYPE
from .references import references
from .refusal import invalid, unavailable
from .template import Template, read

_MAPPINGS = frozenset(("Conditions", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules"))
_SECTIONS = _MAPPINGS | {"AWSTemplateFormatVersion", "Description", "Transform"}
_BEHAVIOUR = frozenset(("Metadata", "CreationPolicy", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy"))
_ATTRIBUTES = _BEHAVIOUR | {"Condition", "DependsOn", "Properties", "Type"}
_POLICIES = frozenset(("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"))
_MOST = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


@lru_cache(maxsize=1024)
def checked(text: str, region: str) -> Template:
    """Return the template that a text holds, valid as far as a region's schemas can tell; raises `ValidationError`."""
    template = read(text)
    _check_sections(template)
    for name, declared in template.section("Parameters").items():
        _check_parameter(name, declared)
    for name, resource in template.resources.items():
        _check_resource(name, resource)
    _check_types(template, region)
    _check_conditions(template)
    _check_outputs(template)
    _check_references(template, region)
    in_order({name: needs_of(resource) for name, resource in template.resources.items()})
    return template


def needs_of(resource: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that a resource must be made after, parameters among them."""
    explicit = resource.get("DependsOn") or ()
    named = (explicit,) if isinstance(explicit, str) else tuple(explicit)
    implied = (reference.name for reference in references(resource.get("Properties") or {}))
    return frozenset((*named, *implied))


def _check_sections(template: Template) -> None:
    unknown = [name for name in template.body if name not in _SECTIONS]
    if unknown:
        raise invalid(f"Invalid template property or properties [{', '.join(map(str, unknown))}]")
    if "Transform" in template.body:
        raise unavailable(f"Transform {template.body['Transform']} is")
    for name in sorted(_MAPPINGS):
        if not isinstance(template.section(name), dict):
            raise invalid(f"Template format error: [/{name}] '{name}' must be an object.")
    if not template.resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    for name, most in _MOST.items():
        if len(template.section(name)) > most:
            count = len(template.section(name))
            raise invalid(
                f"Template format error: Number of {name.lower()}, {count}, is greater than maximum allowed, {most}"
            )


def _check_parameter(name: str, declared: Any) -> None:
    if not isinstance(declared, dict) or "Type" not in declared:
        raise invalid(
            f"Template format error: [/Parameters/{name}] Every Parameters object must contain a Type member."
        )
    check_type(declared["Type"])
    if isinstance(declared.get("Default"), list | dict):
        raise invalid(f"Template format error: [/Parameters/{name}] Every Default member must be a string.")


def _check_resource(name: str, resource: Any) -> None:
    if not re.fullmatch("[A-Za-z0-9]+", str(name)):
        raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise invalid(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    unknown = [attribute for attribute in resource if attribute not in _ATTRIBUTES]
    if unknown:
        raise invalid(f"Invalid template resource property '{unknown[0]}'")
    if not isinstance(resource.get("Properties") or {}, dict):
        raise invalid(f"Template format error: [/Resources/{name}/Properties] 'Properties' must be an object.")
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        policy = resource.get(attribute, "Delete")
        if policy not in _POLICIES:
            raise invalid(f"Template format error: Unrecognized {attribute} {policy} for resource {name}")


def _check_types(template: Template, region: str) -> None:
    known = known_types(region)
    types = dict.fromkeys(resource["Type"] for resource in template.resources.values())
    unknown = [name for name in types if name not in known and not is_custom(name)]
    if unknown:
        raise invalid(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")


def is_custom(resource_type: str) -> bool:
    """Return whether a resource type is the template author's own."""
    return resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"


def _check_conditions(template: Template) -> None:
    declared = template.section("Conditions")
    for section in ("Resources", "Outputs"):
        used = [entry.get("Condition") for entry in template.section(section).values() if isinstance(entry, dict)]
        _require_conditions((name for name in used if name), declared, section)
        _require_conditions(_ifs(template.section(section)), declared, section)


def _require_conditions(used: Iterable[Any], declared: Mapping[str, Any], section: str) -> None:
    for name in used:
        if name not in declared:
            raise invalid(
                f"Template format error: Unresolved condition dependency {name} in the {section} block of the template"
            )


def _ifs(value: Any) -> Iterable[Any]:
    """Yield the conditions that Fn::If names."""
    if isinstance(value, list):
        for item in value:
            yield from _ifs(item)
    elif isinstance(value, dict):
        for key, argument in value.items():
            if key == "Fn::If" and isinstance(argument, list) and argument:
                yield argument[0]
            yield from _ifs(argument)


def _check_outputs(template: Template) -> None:
    for name, output in template.section("Outputs").items():
        if not isinstance(output, dict) or output.get("Value") is None:
            raise invalid(f"Template format error: [/Outputs/{name}] Every Outputs member must contain a Value object")


def _check_references(template: Template, region: str) -> None:
    resources, parameters = template.resources, template.section("Parameters")
    names = resources.keys() | parameters.keys() | PSEUDO_PARAMETERS
    for section in ("Resources", "Outputs"):
        entries = template.section(section).values()
        found = [reference for entry in entries for reference in references(_refers(entry))]
        _require_names((each.name for each in found if not each.attribute), names, section)
        for each in found:
            if each.attribute:
                _check_attribute(each.name, each.attribute, resources, region)
    for entry in resources.values():
        explicit = entry.get("DependsOn") or ()
        _require_names((explicit,) if isinstance(explicit, str) else explicit, resources.keys(), "Resources")
    conditional = references(template.section("Conditions"))
    _require_names((each.name for each in conditional), parameters.keys() | PSEUDO_PARAMETERS, "Conditions")


def _refers(entry: Mapping[str, Any]) -> list[Any]:
    return [entry.get(part) for part in ("Properties", "Value", "Export", "Metadata")]


def _require_names(used: Iterable[str], names: Collection[str], section: str) -> None:
    missing = [name for name in dict.fromkeys(used) if name not in names]
    if missing:
        raise invalid(
            f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
            f"in the {section} block of the template"
        )


def _check_attribute(name: str, attribute: str, resources: Mapping[str, Any], region: str) -> None:
    if name not in resources:
        raise invalid(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
    resource_type = resources[name]["Type"]
    schema = resource_schema(resource_type, region)
    nested = resource_type == STACK_TYPE and attribute.startswith("Outputs.")
    if attribute == "*" or nested or schema is None:
        return
    path = attribute.replace(".", "/")
    readable = path in schema.read_only or any(each.startswith(f"{path}/") for each in schema.read_only)
    if not readable and path.split("/")[0] not in schema.properties:
        raise invalid(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")
