"""How far a root parameter reaches: which expressions of a bundle depend on it, through children and conditions.

Static: it follows names, not values, and therefore says at most too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..templates import ROOT, BundleTemplates
from .diff import STACK, child_name, is_function, normal, same

CUTTING = ("Fn::Select", "Fn::Cidr", "Fn::Split", "Fn::Length", "Fn::ToJsonString")
"""Functions that take values apart: of the name of a value they make nothing that could be told apart."""

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")

Names = frozenset[str]
"""Names of root parameters and of pseudo parameters, such as `AWS::Region`."""

NOTHING: Names = frozenset()


@dataclass(frozen=True)
class Reach:
    """A bundle and, per template, the root parameters that feed each of its parameters and outputs."""

    bundle: BundleTemplates
    parameters: Mapping[str, Mapping[str, Names]]
    outputs: Mapping[str, Mapping[str, Names]]
    children: Mapping[str, str]
    """The template of each nested stack by its logical id in the root."""

    def of(self, layer: str, expression: Any) -> Names:
        """Return the root parameters that an expression in a template of the bundle depends on."""
        return frozenset(name for found in mentioned(expression) for name in self._sources(layer, found, NOTHING))

    def _sources(self, layer: str, name: str, asked: Names) -> Names:
        if name.startswith("AWS::"):
            return frozenset({name})
        known = self.parameters.get(layer, {})
        if name in known:
            return known[name]
        logical_id, _, attribute = name.partition(".")
        if attribute.startswith("Outputs.") and layer == ROOT:
            child = self.children.get(logical_id, "")
            return self.outputs.get(child, {}).get(attribute.removeprefix("Outputs."), NOTHING)
        inner = None if name in asked else self._inner(layer, logical_id, attribute)
        return frozenset(source for found in mentioned(inner) for source in self._sources(layer, found, asked | {name}))

    def _inner(self, layer: str, name: str, attribute: str) -> Any:
        """Return the expression behind a name: a condition, or a property that an attribute repeats."""
        body = _body(self.bundle, layer)
        if name.startswith("?"):
            return (body.get("Conditions") or {}).get(name[1:])
        declared = (body.get("Resources") or {}).get(name)
        properties = declared.get("Properties") if isinstance(declared, Mapping) else None
        return properties.get(attribute) if isinstance(properties, Mapping) else None


def reach(bundle: BundleTemplates) -> Reach:
    """Follow every root parameter of a bundle into its children."""
    root = bundle.root.body
    children = {
        name: child_name((each.get("Properties") or {}).get("TemplateURL"))
        for name, each in bundle.root.resources.items()
        if each.get("Type") == STACK
    }
    given = {
        children[name]: (bundle.root.resources[name].get("Properties") or {}).get("Parameters", {}) for name in children
    }
    at_root = {name: frozenset({name}) for name in root.get("Parameters") or {}}
    found = Reach(bundle, {ROOT: at_root}, {}, children)
    while True:
        parameters = {ROOT: at_root} | {
            layer: {name: found.of(ROOT, value) for name, value in values.items()} for layer, values in given.items()
        }
        outputs = {file.name: _outputs(found, file.name, file.body) for file in bundle.children.values()}
        step = Reach(bundle, parameters, outputs, children)
        if (step.parameters, step.outputs) == (found.parameters, found.outputs):
            return found
        found = step


def deciding(known: Reach) -> Names:
    """Return the root parameters whose value, not only their identity, decides what a bundle's stacks have."""
    found = set(NOTHING)
    for file in known.bundle.files:
        found |= known.of(file.name, file.body.get("Conditions") or {})
        for argument in _arguments(file.body, ("Fn::FindInMap",)):
            found |= known.of(file.name, argument)
        for argument in _arguments(file.body, ("Fn::Select", "Fn::Split")):  # which item, and where to cut
            found |= known.of(file.name, argument[0]) if isinstance(argument, list) and argument else NOTHING
        for resource in file.resources.values():
            if resource.get("Type") == "AWS::SSM::Parameter":  # its name is what other bundles look up
                found |= known.of(file.name, (resource.get("Properties") or {}).get("Name"))
    return frozenset(found)


def differing(old: Reach, new: Reach) -> Names:
    """Return the root parameters whose values are needed to compare two versions of a bundle.

    Those that only one version uses at some place, because the literal of the other may be the same; and
    those that are taken apart at a place that is written differently.
    """
    found = set(NOTHING)
    for file in new.bundle.files:
        before, after = (_body(known.bundle, file.name) for known in (old, new))
        if before is after:
            continue
        for one, other in _pairs(normal(before), normal(after)):
            if not same(one, other):
                found |= old.of(file.name, one) ^ new.of(file.name, other)
                cut = [*_arguments(one, CUTTING), *_arguments(other, CUTTING)]
                found |= old.of(file.name, cut) | new.of(file.name, cut)
    return frozenset(found)


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield what two templates both have: conditions, maps, outputs, and each property of each resource."""
    for section in ("Conditions", "Mappings", "Outputs"):
        entries, others = old.get(section, {}), new.get(section, {})
        yield from ((entries[name], others[name]) for name in entries.keys() & others.keys())
    resources, others = old.get("Resources", {}), new.get("Resources", {})
    for name in resources.keys() & others.keys():
        one, other = ((each[name].get("Properties") or {}) for each in (resources, others))
        yield from ((one.get(key), other.get(key)) for key in {*one, *other})


def mentioned(expression: Any) -> Iterator[str]:
    """Yield the names in an expression: `Name`, `Resource.Attribute`, and `?Condition`."""
    if isinstance(expression, list):
        for each in expression:
            yield from mentioned(each)
    if not isinstance(expression, Mapping):
        return
    if not is_function(expression):
        if isinstance(expression.get("Condition"), str):
            yield f"?{expression['Condition']}"
        for each in expression.values():
            yield from mentioned(each)
        return
    ((name, argument),) = expression.items()
    yield from _mentioned_by(str(name), argument)


def _mentioned_by(function: str, argument: Any) -> Iterator[str]:
    if function in ("Ref", "Condition"):
        if isinstance(argument, str):
            yield argument if function == "Ref" else f"?{argument}"
    elif function == "Fn::GetAtt":
        yield argument if isinstance(argument, str) else ".".join(map(str, argument or ()))
    elif function == "Fn::Sub":
        text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        yield from (name for name in _VARIABLE.findall(str(text)) if name not in given)
        yield from mentioned(given)
    elif function != "Fn::GetAZs":  # whose zones keep their identity, whatever the region is called
        if function == "Fn::If" and isinstance(argument, list) and argument and isinstance(argument[0], str):
            yield f"?{argument[0]}"
        yield from mentioned(argument)


def _arguments(expression: Any, functions: tuple[str, ...]) -> Iterator[Any]:
    """Yield the arguments of these functions, however deep."""
    if isinstance(expression, list):
        for each in expression:
            yield from _arguments(each, functions)
    elif isinstance(expression, Mapping):
        for name, each in expression.items():
            if name in functions:
                yield each
            yield from _arguments(each, functions)


def _outputs(found: Reach, layer: str, body: Mapping[str, Any]) -> Mapping[str, Names]:
    return {
        name: found.of(layer, each.get("Value"))
        for name, each in (body.get("Outputs") or {}).items()
        if isinstance(each, Mapping)
    }


def _body(bundle: BundleTemplates, layer: str) -> Mapping[str, Any]:
    file = bundle.root if layer == ROOT else bundle.children.get(layer)
    return file.body if file else {}
