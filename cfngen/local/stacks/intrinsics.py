"""CloudFormation's functions: what a piece of a template says once parameters and resources are known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .records import Resource
from .references import SUB_VARIABLE, attribute_of, variables_of
from .refusal import invalid, unavailable


class _Nothing:
    """The type of the value that AWS::NoValue has: what holds it is left out."""

    def __repr__(self) -> str:
        return "AWS::NoValue"


NOTHING = _Nothing()
PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)


@dataclass(frozen=True)
class Scope:
    """All that functions may refer to."""

    values: Mapping[str, Any]
    """Parameters and pseudo parameters, what Ref returns for each."""
    mappings: Mapping[str, Any]
    zones: Callable[[str], list[str]]
    """The availability zones of a region."""
    decided: Mapping[str, bool] = field(default_factory=dict)
    """Which conditions hold."""
    resources: Mapping[str, Resource] = field(default_factory=dict)

    def knowing(self, resources: Mapping[str, Resource]) -> Scope:
        """Return the same scope with these resources in it."""
        return replace(self, resources=resources)


def resolve(value: Any, scope: Scope) -> Any:
    """Return what a piece of a template says, or `NOTHING`; raises AWS's `ValidationError`."""
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, argument),) = value.items()
            function = _FUNCTIONS.get(key)
            if function:
                return function(argument, scope)
            if key.startswith("Fn::"):
                raise unavailable(f"{key} is")
        pairs = ((key, resolve(item, scope)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not NOTHING}
    if isinstance(value, list):
        items = (resolve(item, scope) for item in value)
        return [item for item in items if item is not NOTHING]
    return value


def prune(value: Any, decided: Mapping[str, bool]) -> Any:
    """Return a piece of a template with only the branches that its conditions choose; other functions stay."""
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, argument),) = value.items()
            if key == "Fn::If":
                return prune(_chosen(argument, decided), decided)
            if key == "Ref" and argument == "AWS::NoValue":
                return NOTHING
        pairs = ((key, prune(item, decided)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not NOTHING}
    if isinstance(value, list):
        items = (prune(item, decided) for item in value)
        return [item for item in items if item is not NOTHING]
    return value


def as_text(value: Any, function: str) -> str:
    """Return a scalar as CloudFormation writes it; raises for what is no text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise invalid(f"Template error: every value that {function} puts into a text must be a string, not {value!r}")


def _chosen(argument: Any, decided: Mapping[str, bool]) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise invalid("Template error: Fn::If requires a list argument with three elements")
    name = argument[0]
    if name not in decided:
        raise invalid(f"Template error: unresolved condition dependency {name} in Fn::If")
    return argument[1] if decided[name] else argument[2]


def _if(argument: Any, scope: Scope) -> Any:
    return resolve(_chosen(argument, scope.decided), scope)


def _ref(argument: Any, scope: Scope) -> Any:
    if argument == "AWS::NoValue":
        return NOTHING
    if argument in scope.values:
        return scope.values[argument]
    if argument in scope.resources:
        return scope.resources[argument].physical_id
    raise invalid(
        f"Template format error: Unresolved resource dependencies [{argument}] in the Resources block of the template"
    )


def _get_att(argument: Any, scope: Scope) -> Any:
    name, attribute = attribute_of(argument)
    return _attribute(name, as_text(resolve(attribute, scope), "Fn::GetAtt"), scope)


def _attribute(name: str, attribute: str, scope: Scope) -> Any:
    if name not in scope.resources:
        raise invalid(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
    resource = scope.resources[name]
    try:
        return resource.attributes[attribute]
    except KeyError:
        value = resource.properties.get(attribute)
    if value is None and attribute.startswith("Outputs."):
        raise invalid(f"Output '{attribute[8:]}' not found in stack '{resource.physical_id}'")
    if value is None:
        raise invalid(f"Attribute '{attribute}' does not exist")
    return value


def _sub(argument: Any, scope: Scope) -> str:
    text, own = variables_of(argument)
    if not text:
        raise invalid(
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
            "Specify a string as first argument, and an optional second argument to specify a mapping of values "
            "to replace in the string"
        )
    values = {name: resolve(value, scope) for name, value in own.items()}

    def variable(mark: str, name: str) -> str:
        if mark:
            return "${" + name + "}"
        if name in values:
            return as_text(values[name], "Fn::Sub")
        if "." in name and "::" not in name:
            return as_text(_attribute(*attribute_of(name), scope), "Fn::Sub")
        return as_text(_ref(name, scope), "Fn::Sub")

    return SUB_VARIABLE.sub(lambda match: variable(match[1], match[2]), text)


def _pair(argument: Any, scope: Scope, usage: str) -> tuple[Any, Any]:
    values = resolve(argument, scope)
    if not isinstance(values, list) or len(values) != 2:
        raise invalid(f"Template error: {usage}")
    return values[0], values[1]


def _join(argument: Any, scope: Scope) -> str:
    usage = (
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined "
        "or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
    )
    delimiter, parts = _pair(argument, scope, usage)
    if not isinstance(delimiter, str) or not isinstance(parts, list):
        raise invalid(f"Template error: {usage}")
    return delimiter.join(as_text(part, "Fn::Join") for part in parts)


def _split(argument: Any, scope: Scope) -> list[str]:
    usage = (
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split "
        "or a function that returns a string to be split."
    )
    delimiter, text = _pair(argument, scope, usage)
    if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
        raise invalid(f"Template error: {usage}")
    return text.split(delimiter)


def _select(argument: Any, scope: Scope) -> Any:
    index, items = _pair(argument, scope, "Fn::Select requires a list argument with two elements")
    if not isinstance(items, list) or not as_text(index, "Fn::Select").isdecimal():
        raise invalid("Template error: Fn::Select requires an integer index and a list of values")
    if int(index) >= len(items):
        raise invalid(f"Template error: Fn::Select  cannot select nonexistent value at index {index}")
    return items[int(index)]


def _find_in_map(argument: Any, scope: Scope) -> Any:
    keys = resolve(argument, scope)
    if not isinstance(keys, list) or len(keys) != 3:
        raise invalid("Template error: every Fn::FindInMap object requires three parameters")
    names = [as_text(key, "Fn::FindInMap") for key in keys]
    if names[0] not in scope.mappings:
        raise invalid(
            f"Template error: Mapping named '{names[0]}' is not present in the 'Mappings' section of template."
        )
    try:
        return scope.mappings[names[0]][names[1]][names[2]]
    except KeyError as error:
        raise invalid(f"Template error: Unable to get mapping for {'::'.join(names)}") from error


def _base64(argument: Any, scope: Scope) -> str:
    return base64.b64encode(as_text(resolve(argument, scope), "Fn::Base64").encode()).decode()


def _cidr(argument: Any, scope: Scope) -> list[str]:
    values = resolve(argument, scope)
    if not isinstance(values, list) or len(values) not in (2, 3):
        raise invalid("Template error: every Fn::Cidr object requires an address block, a count and the subnet bits")
    block, count, bits = values[0], int(values[1]), int(values[2]) if len(values) == 3 else 8
    try:
        network = ipaddress.ip_network(block)
        subnets = list(itertools.islice(network.subnets(new_prefix=network.max_prefixlen - bits), count))
    except (ValueError, TypeError) as error:
        raise invalid(f"Template error: Fn::Cidr cannot divide {block}: {error}") from error
    if len(subnets) < count:
        raise invalid(f"Template error: Fn::Cidr cannot make {count} blocks of {bits} bits from {block}")
    return [str(subnet) for subnet in subnets]


def _get_azs(argument: Any, scope: Scope) -> list[str]:
    region = as_text(resolve(argument, scope), "Fn::GetAZs") or scope.values["AWS::Region"]
    return scope.zones(region)


def _refused(name: str) -> Callable[[Any, Scope], Any]:
    def refuse(argument: Any, scope: Scope) -> Any:  # noqa: ARG001, the shape that every function has
        raise unavailable(f"{name} is")

    return refuse


_FUNCTIONS: Mapping[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _refused("Fn::ImportValue"),
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::Transform": _refused("Fn::Transform"),
}
