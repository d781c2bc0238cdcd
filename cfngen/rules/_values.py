"""Values as a rule sees them: every value a property can take, through Fn::If, Ref and FindInMap.

A rule about a property must hold whatever the conditions turn out to be, so a property has several
`Leaf`s: one per branch of Fn::If, one per allowed value of a parameter, one per entry of a mapping.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cfnlint.rules import RuleMatch
from cfnlint.template import Template

Path = list[str | int]


class Missing(enum.Enum):
    """Stands for a property that is not there, or is `AWS::NoValue`."""

    ABSENT = "absent"


ABSENT = Missing.ABSENT


@dataclass(frozen=True)
class Leaf:
    """One value that a property can take, and where it is written."""

    path: Path
    value: Any
    when: frozenset[tuple[str, bool]] = frozenset()
    """Conditions on the way to this value, and whether each holds."""

    def together(self, other: Leaf) -> bool:
        """Whether this and another value can be there at the same time."""
        return not any((condition, not holds) in other.when for condition, holds in self.when)

    @property
    def is_known(self) -> bool:
        """Whether the value is a literal (or absent), not an intrinsic function."""
        return not is_function(self.value)


def is_function(value: object) -> bool:
    """Whether a value is an intrinsic function such as `{"Ref": …}` or `{"Fn::Sub": …}`."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    (name,) = value
    return isinstance(name, str) and (name in ("Ref", "Condition") or name.startswith("Fn::"))


def ref(value: object) -> str:
    """Return the name that a `Ref` refers to, or an empty string."""
    if isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("Ref"), str):
        return cast("str", value["Ref"])
    return ""


def owner(value: object) -> str:
    """Return the resource or parameter that a `Ref` or `Fn::GetAtt` refers to, or an empty string."""
    attribute = value.get("Fn::GetAtt") if isinstance(value, Mapping) else None
    if isinstance(attribute, str):
        return attribute.partition(".")[0]
    return str(attribute[0]) if isinstance(attribute, list) and attribute else ref(value)


def is_true(value: object) -> bool:
    """Whether a literal is what CloudFormation takes for true."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_false(value: object) -> bool:
    """Whether a literal is what CloudFormation takes for false."""
    return value is False or (isinstance(value, str) and value.lower() == "false")


def number(value: object) -> float | None:
    """Return a literal as a number, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def as_list(value: object) -> list[Any]:
    """Return a list as it is, nothing for an absent value and one item for anything else."""
    if value is ABSENT or value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping as it is, and an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def section(cfn: Template, name: str) -> Mapping[str, Any]:
    """Return a top-level section of the template; empty where it is missing or malformed."""
    return mapping(cfn.template.get(name))


def parameter(cfn: Template, name: str) -> Mapping[str, Any]:
    """Return a parameter's declaration; empty where there is none."""
    return mapping(section(cfn, "Parameters").get(name))


def default(cfn: Template, value: object) -> object:
    """Return the default of the parameter that a `Ref` refers to; anything else as it is."""
    return parameter(cfn, ref(value)).get("Default", value) if ref(value) else value


def resources(cfn: Template, *types: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield logical id and resource, of the types given or of all."""
    for name, resource in section(cfn, "Resources").items():
        if isinstance(resource, Mapping) and (not types or resource.get("Type") in types):
            yield name, resource


def leaves(
    cfn: Template, value: Any, path: Sequence[str | int] = (), when: frozenset[tuple[str, bool]] = frozenset()
) -> Iterator[Leaf]:
    """Yield each value that an expression can have: all branches, allowed values and map entries.

    What cannot be known (a parameter without allowed values, an attribute) is yielded as it is.
    """
    here = list(path)
    if not is_function(value):
        yield Leaf(here, value, when)
        return
    ((name, argument),) = value.items()
    if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
        for branch in (1, 2):
            taken = when | {(str(argument[0]), branch == 1)}
            yield from leaves(cfn, argument[branch], [*here, name, branch], taken)
    elif name == "Fn::FindInMap" and (entries := _map_entries(cfn, argument)):
        yield from (Leaf(here, entry, when) for entry in entries)
    elif name == "Ref":
        yield from (Leaf(here, each, when) for each in _values_of_ref(cfn, argument, value))
    else:
        yield Leaf(here, value, when)


def values_at(
    cfn: Template,
    start: Any,
    keys: Sequence[str],
    path: Sequence[str | int] = (),
    when: frozenset[tuple[str, bool]] = frozenset(),
) -> Iterator[Leaf]:
    """Yield each value at a path of keys below a value; the key `*` goes through every item of a list.

    A missing key, `AWS::NoValue`, or an empty list whose items are asked for yields `ABSENT` once, at the path of
    what lacks it.
    """
    for leaf in leaves(cfn, start, path, when):
        if not keys:
            yield leaf
        elif leaf.value is ABSENT or leaf.value is None:
            yield Leaf(leaf.path, ABSENT, leaf.when)
        elif is_function(leaf.value):
            yield leaf
        else:
            yield from _step(cfn, leaf, keys)


def properties(cfn: Template, keys: Sequence[str], *types: str) -> Iterator[tuple[str, Leaf]]:
    """Yield logical id and each value of a property, for every resource of the types given."""
    for name, resource in resources(cfn, *types):
        path: Path = ["Resources", name]
        if "Properties" in resource:
            yield from ((name, leaf) for leaf in values_at(cfn, resource["Properties"], keys, [*path, "Properties"]))
        else:
            yield name, Leaf(path, ABSENT)


def chosen(cfn: Template, value: object) -> bool:
    """Whether a switch is on, or left to a parameter that is on by default, or on under a condition."""
    if ref(value):
        return is_true(default(cfn, value))
    return any(is_true(leaf.value) for leaf in leaves(cfn, value))


def at_least(cfn: Template, floor: float) -> Callable[[object], bool]:
    """Return a check that a value is a number of at least `floor`, or a parameter that cannot be less."""

    def check(value: object) -> bool:
        found = number(parameter(cfn, ref(value)).get("MinValue") if ref(value) else value)
        return found is not None and found >= floor

    return check


def require(
    cfn: Template, kind: str, keys: Sequence[str], accept: Callable[[Any], bool], message: str
) -> Iterator[RuleMatch]:
    """Yield a match for each value of a property that is not accepted."""
    for name, leaf in properties(cfn, keys, kind):
        if not accept(leaf.value):
            yield RuleMatch(leaf.path, f"{name}: {'.'.join(keys)} {message}")


def walk(value: Any, path: Sequence[str | int] = ()) -> Iterator[Leaf]:
    """Yield every value inside a value, itself first, depth first."""
    yield Leaf(list(path), value)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, [*path, key])
    elif isinstance(value, list):
        for number_, inner in enumerate(value):
            yield from walk(inner, [*path, number_])


def text_of(value: Any) -> str:
    """Return what is known of a string: a literal, or the template of an Fn::Sub or Fn::Join."""
    if isinstance(value, str):
        return value
    if not is_function(value):
        return "" if isinstance(value, Mapping | list) or value is None else str(value)
    ((name, argument),) = value.items()
    if name == "Fn::Sub":
        return text_of(argument[0] if isinstance(argument, list) and argument else argument)
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
        return str(argument[0]).join(text_of(part) for part in argument[1])
    return f"${{{ref(value)}}}" if ref(value) else ""


def _step(cfn: Template, leaf: Leaf, keys: Sequence[str]) -> Iterator[Leaf]:
    key, *rest = keys
    if key == "*":
        if leaf.value == []:
            yield Leaf(leaf.path, ABSENT, leaf.when)
        single = not isinstance(leaf.value, list)  # CloudFormation takes one item for a list of one
        for index, item in enumerate(as_list(leaf.value)):
            yield from values_at(cfn, item, rest, leaf.path if single else [*leaf.path, index], leaf.when)
    elif isinstance(leaf.value, Mapping) and key in leaf.value:
        yield from values_at(cfn, leaf.value[key], rest, [*leaf.path, key], leaf.when)
    else:
        yield Leaf(leaf.path, ABSENT, leaf.when)


def _values_of_ref(cfn: Template, name: Any, value: Any) -> list[Any]:
    if name == "AWS::NoValue":
        return [ABSENT]
    allowed = parameter(cfn, name).get("AllowedValues") if isinstance(name, str) else None
    return list(allowed) if isinstance(allowed, list) and allowed else [value]


def _map_entries(cfn: Template, argument: Any) -> list[Any]:
    """Return every value that a FindInMap can find: of one entry where keys are literal, else of all."""
    if not isinstance(argument, list) or len(argument) < 3 or not isinstance(argument[0], str):
        return []
    mapping = section(cfn, "Mappings").get(argument[0])
    found: list[Any] = [mapping]
    for key in argument[1:3]:
        found = [inner for level in found if isinstance(level, Mapping) for inner in _entries(level, key)]
    return found


def _entries(level: Mapping[str, Any], key: Any) -> list[Any]:
    if isinstance(key, str):
        return [level[key]] if key in level else []
    return list(level.values())
