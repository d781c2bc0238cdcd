"""evaluate(): what a CloudFormation expression is worth, for given values of its template's parameters.

Pure, and never fails: what cannot be known is `Unknown` with the reason. The functions are those of
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .values import NO_VALUE, Reference, Unknown, Value, as_text, is_literal, join, pieces, split, text, unknowns

ZONES = "AWS::AvailabilityZones"
"""Stack of the references that stand for a region's zones."""

ZONES_PER_REGION = 3
"""How many zones `Fn::GetAZs` is taken to return: what almost every region offers to a new account."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True)
class Frame:
    """What an expression is evaluated in: a template, its stack, and what is known around it."""

    stack: str
    body: Mapping[str, Any]
    parameters: Mapping[str, Value]
    pseudo: Mapping[str, Value]
    """Pseudo parameters by name, such as `AWS::Region`."""
    outputs: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Outputs of nested stacks by logical id."""
    asked: frozenset[str] = frozenset()
    """Conditions that are being evaluated: one that needs itself is unknown."""

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section of the template, empty if it has none."""
        found = self.body.get(name)
        return found if isinstance(found, Mapping) else {}

    @property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources as they are written, those that are written as mappings."""
        return {name: each for name, each in self.section("Resources").items() if isinstance(each, Mapping)}


@dataclass(frozen=True)
class Resource:
    """A resource whose condition holds, or may hold, with its properties evaluated."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Value]
    certain: bool = True
    """Whether its condition is known to hold."""

    @property
    def reference(self) -> Reference:
        """What `Ref` to this resource gives."""
        return Reference(self.stack, self.logical_id)


def evaluate(expression: Any, frame: Frame) -> Value:
    """Return the value of an expression, of a literal or of a structure with expressions in it."""
    if isinstance(expression, list):
        return [value for each in expression if (value := evaluate(each, frame)) is not NO_VALUE]
    if not isinstance(expression, Mapping):
        return expression
    if len(expression) == 1:
        ((name, argument),) = expression.items()
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](argument, frame)
        if isinstance(name, str) and name.startswith("Fn::"):
            return Unknown(f"{name} is not evaluated")
    values = {key: evaluate(each, frame) for key, each in expression.items()}
    return {key: value for key, value in values.items() if value is not NO_VALUE}


def holds(name: object, frame: Frame) -> bool | Unknown:
    """Return whether a condition of the template holds."""
    if not isinstance(name, str) or name not in frame.section("Conditions"):
        return Unknown(f"there is no condition {name}")
    if name in frame.asked:
        return Unknown(f"the condition {name} needs itself")
    found = evaluate(frame.section("Conditions")[name], replace(frame, asked=frame.asked | {name}))
    return found if isinstance(found, bool) else Unknown(f"the condition {name} is not known")


def resources(frame: Frame) -> Mapping[str, Resource]:
    """Return the resources that exist, or may exist, by logical id."""
    found = {}
    for name, declared in frame.declared.items():
        exists = holds(declared["Condition"], frame) if "Condition" in declared else True
        if exists is not False:
            given = evaluate(declared.get("Properties", {}), frame)
            properties = given if isinstance(given, Mapping) else {}
            kind = str(declared.get("Type"))
            found[name] = Resource(frame.stack, name, kind, properties, certain=exists is True)
    return found


def _ref(name: Any, frame: Frame) -> Value:
    if not isinstance(name, str):
        return Unknown("Ref to something else than a name")
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in frame.parameters:
        return frame.parameters[name]
    if name in frame.pseudo:
        return frame.pseudo[name]
    if name in ("AWS::StackName", "AWS::StackId") or name in frame.section("Resources"):
        return Reference(frame.stack, name)
    return Unknown(f"nothing is called {name}")


def _get_att(argument: Any, frame: Frame) -> Value:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        return Unknown("Fn::GetAtt of something else than a resource's attribute")
    name, attribute = parts
    if attribute.startswith("Outputs."):
        output = attribute.removeprefix("Outputs.")
        return frame.outputs.get(name, {}).get(output, Unknown(f"{name} gives no {output}"))
    declared = frame.section("Resources").get(name)
    if not isinstance(declared, Mapping):
        return Unknown(f"nothing is called {name}")
    properties = declared.get("Properties")
    written = properties.get(attribute) if isinstance(properties, Mapping) else None
    value = evaluate(written, frame) if written is not None else None  # an attribute named like a property is it
    return value if is_literal(value) else Reference(frame.stack, name, attribute)


def _sub(argument: Any, frame: Frame) -> Value:
    template, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(template, str) or not isinstance(given, Mapping):
        return Unknown("Fn::Sub of something else than a text")
    parts = _VARIABLE.split(template)
    values = [_variable(part, given, frame) if number % 2 else part for number, part in enumerate(parts)]
    return text(itertools.chain.from_iterable(map(pieces, values)))


def _variable(name: str, given: Mapping[str, Any], frame: Frame) -> Value:
    if name.startswith("!"):
        return "${" + name[1:] + "}"
    if name in given:
        return evaluate(given[name], frame)
    return _get_att(name, frame) if "." in name else _ref(name, frame)


def _join(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[0], str):
        return Unknown("Fn::Join of something else than a delimiter and a list")
    delimiter, items = values
    return join(delimiter, items) if isinstance(items, list) else items


def _split(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[0], str):
        return Unknown("Fn::Split of something else than a delimiter and a text")
    return split(values[0], values[1])


def _select(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[1], list):
        return Unknown("Fn::Select from a list that is not known")
    index = as_text(values[0])
    if not index.isdecimal() or int(index) >= len(values[1]):
        return Unknown(f"Fn::Select of item {index} of {len(values[1])}")
    return values[1][int(index)]


def _cidr(argument: Any, frame: Frame) -> Value:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html."""
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) not in (2, 3) or not all(map(is_literal, values)):
        return Unknown("Fn::Cidr of a range that is not known")
    block, count, bits = (*map(as_text, values), "8")[:3]
    try:
        network = ipaddress.ip_network(block)
        parts = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        found = [str(part) for part in itertools.islice(parts, int(count))]
    except ValueError as error:
        return Unknown(f"Fn::Cidr: {error}")
    return found if len(found) == int(count) else Unknown(f"Fn::Cidr: {block} has no {count} ranges of {bits} bits")


def _find_in_map(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) < 3:
        return Unknown("Fn::FindInMap of something else than a map and two keys")
    found: Any = frame.section("Mappings")
    for key in values[:3]:
        found = found.get(as_text(key)) if isinstance(found, Mapping) and is_literal(key) else None
    if found is None and len(values) == 4 and isinstance(values[3], Mapping):
        return values[3].get("DefaultValue", Unknown("Fn::FindInMap without DefaultValue"))
    return Unknown(f"no map has {'/'.join(map(str, values[:3]))}") if found is None else found


def _if(argument: Any, frame: Frame) -> Value:
    if not isinstance(argument, list) or len(argument) != 3:
        return Unknown("Fn::If of something else than a condition and two values")
    condition = holds(argument[0], frame)
    return condition if isinstance(condition, Unknown) else evaluate(argument[1 if condition else 2], frame)


def _equals(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    if not isinstance(values, list) or len(values) != 2:
        return Unknown("Fn::Equals of something else than two values")
    if all(map(is_literal, values)):
        return as_text(values[0]) == as_text(values[1])
    same = values[0] == values[1] and not any(unknowns(values))
    return True if same else Unknown("Fn::Equals of what is not known yet")


def _not(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    known = isinstance(values, list) and len(values) == 1 and isinstance(values[0], bool)
    return not values[0] if known else Unknown("Fn::Not of what is not known yet")


def _all_or_any(decisive: bool) -> Callable[[Any, Frame], Value]:  # noqa: FBT001, the value itself
    """Return Fn::Or (decided by one true) or Fn::And (decided by one false)."""

    def combine(argument: Any, frame: Frame) -> Value:
        values = evaluate(argument, frame)
        if isinstance(values, list) and decisive in [value for value in values if isinstance(value, bool)]:
            return decisive
        known = isinstance(values, list) and all(isinstance(value, bool) for value in values)
        return not decisive if known else Unknown("a condition of what is not known yet")

    return combine


def _zones(argument: Any, frame: Frame) -> Value:
    region = evaluate(argument, frame) or frame.pseudo.get("AWS::Region")
    if not isinstance(region, str):
        return Unknown("zones of a region that is not known")
    return [Reference(ZONES, region, f"Zone{number}") for number in range(1, ZONES_PER_REGION + 1)]


def _length(argument: Any, frame: Frame) -> Value:
    values = evaluate(argument, frame)
    return len(values) if isinstance(values, list) else Unknown("the length of a list that is not known")


def _json(argument: Any, frame: Frame) -> Value:
    value = evaluate(argument, frame)
    try:
        return json.dumps(value)
    except TypeError:
        return Unknown("JSON of what is not known yet")


_FUNCTIONS: Mapping[str, Callable[[Any, Frame], Value]] = {
    "Ref": _ref,
    "Condition": holds,
    "Fn::And": _all_or_any(decisive=False),
    "Fn::Base64": evaluate,  # what is encoded is of interest, not its encoding
    "Fn::Cidr": _cidr,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::GetAZs": _zones,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _all_or_any(decisive=True),
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _json,
}
