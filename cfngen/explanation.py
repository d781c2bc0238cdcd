"""What a name means: a bundle, a layer, a setting, a fact, a wire or a rule, as the built templates tell it.

Pure: reads parsed templates and the words of rules, never the Python that made the templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .catalog import BOOTSTRAP, bundle_named
from .errors import CfngenError, problem
from .rule_texts import RuleText
from .templates import BundleTemplates, TemplateFile
from .wording import did_you_mean, shown

CONTEXT = "com.aws.cloudformation.Context"

_HINT = "name a bundle, layer, setting, wire or rule, as docs/reference/layers.md and docs/rules.md list them"

Row = Mapping[str, str]
Detail = str | tuple[str, ...] | tuple[Row, ...]


@dataclass(frozen=True)
class Explanation:
    """One meaning of a name: what it is in a sentence, and its details by their titles."""

    kind: str
    name: str
    summary: str
    details: Mapping[str, Detail]


@dataclass(frozen=True)
class Given:
    """A value that an environment has for a setting: where it applies and where it comes from."""

    value: str
    origin: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """All that can be explained."""

    bundles: tuple[BundleTemplates, ...]
    bootstrap: tuple[TemplateFile, ...]
    rules: Mapping[str, RuleText]
    values: Mapping[str, Sequence[Given]] = field(default_factory=dict)
    """What the environment in question gives, by setting; empty without one."""

    @property
    def layers(self) -> Mapping[str, tuple[str, TemplateFile]]:
        """Every layer with its bundle."""
        children = ((bundle.name, file) for bundle in self.bundles for file in bundle.children.values())
        plain = ((BOOTSTRAP.name, file) for file in self.bootstrap)
        return {file.name: (bundle, file) for bundle, file in (*plain, *children)}

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Every setting's declaration by name."""
        return {name: declared for bundle in self.bundles for name, declared in bundle.settings.items()}

    @property
    def wires(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        """Every wire: the layer that gives it, and its output."""
        return {
            name: (layer, output)
            for layer, (_, file) in self.layers.items()
            for name, output in (file.body.get("Outputs") or {}).items()
        }

    @property
    def late(self) -> Mapping[str, str]:
        """Every parameter that another account or region gives, and the wire that it takes."""
        return {wire.name: wire.output for bundle in self.bundles for wire in bundle.late}

    @property
    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Every parameter that the environment itself knows."""
        declared = {name: each for _, file in self.layers.values() for name, each in file.parameters.items()}
        others = {*self.settings, *self.wires, *self.late}
        return {name: each for name, each in declared.items() if name not in others}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that has a meaning, each once."""
        bundles = (BOOTSTRAP.name, *(bundle.name for bundle in self.bundles))
        return tuple(dict.fromkeys((*bundles, *self.layers, *self.settings, *self.wires, *self.facts, *self.rules)))


def explain(library: Library, word: str) -> tuple[Explanation, ...]:
    """Return every meaning of a name, whatever its case; raises with the name that was probably meant."""
    name = next((each for each in library.names if each.lower() == word.strip().lower()), None)
    if name is None:
        hint = did_you_mean(word, library.names, _HINT)
        raise CfngenError(problem(f"nothing is called {shown(word)}", hint=hint))
    return tuple(_meanings(library, name))


def _meanings(library: Library, name: str) -> Iterator[Explanation]:
    if name == BOOTSTRAP.name or any(bundle.name == name for bundle in library.bundles):
        yield _bundle(library, name)
    if name in library.layers:
        yield _layer(library, name)
    if name in library.settings:
        yield _setting(library, name)
    if name in library.wires:
        yield _wire(library, name)
    if name in library.facts:
        details: dict[str, Detail] = {"type": _text(library.facts[name], "Type"), "taken by": _takers(library, name)}
        summary = f"{_text(library.facts[name], 'Description')} The environment itself knows it; nobody types it."
        yield Explanation("fact", name, summary, details)
    if name in library.rules:
        yield _rule(library.rules[name])


def _bundle(library: Library, name: str) -> Explanation:
    bundle, layers = bundle_named(name), library.layers
    own = next((each for each in library.bundles if each.name == name), None)
    wires = [(each.name, each.bundle) for each in own.wires] if own else []
    wires += [(each.name, each.bundle) for each in own.late] if own else []
    details: dict[str, Detail] = {
        "deployed to": bundle.scope.value,
        "layers": tuple(
            {"layer": each, "what it makes": _text(layers[each][1].body, "Description")} for each in bundle.layers
        ),
        "takes from other bundles": tuple({"wire": each, "bundle": giver} for each, giver in wires),
        "settings": tuple(_setting_row(library, each) for each in sorted(own.settings)) if own else (),
    }
    return Explanation("bundle", name, bundle.summary, details)


def _layer(library: Library, name: str) -> Explanation:
    bundle, file = library.layers[name]
    settings = [each for each in file.parameters if each in library.settings]
    wired = {each: library.late.get(each, each) for each in file.parameters}
    taken = {each: library.wires[wire][0] for each, wire in wired.items() if wire in library.wires}
    outputs: Mapping[str, Any] = file.body.get("Outputs") or {}
    details: dict[str, Detail] = {
        "bundle": bundle,
        "how": str(_context(file.body).get("arch", "")),
        "template": str(file.path),
        "takes": tuple({"wire": each, "from": giver} for each, giver in taken.items()),
        "gives": tuple({"wire": each, "what": _text(output, "Description")} for each, output in outputs.items()),
        "settings": tuple(_setting_row(library, each) for each in settings),
        "resources": tuple(_resource_row(each, resource) for each, resource in file.resources.items()),
    }
    return Explanation("layer", name, _text(file.body, "Description"), details)


def _setting(library: Library, name: str) -> Explanation:
    declared = library.settings[name]
    users = [layer for layer, (_, file) in library.layers.items() if name in file.parameters]
    details: dict[str, Detail] = {
        "declaration": _declaration(declared),
        "values": tuple(
            {"value": each.value, "where": ", ".join(each.targets), "origin": each.origin}
            for each in library.values.get(name, ())
        ),
        "set it": "under parameters, geographies.<name>.parameters or overrides.<target> of params/<environment>.yaml",
        "used by": tuple(row for layer in users for row in _users(layer, library.layers[layer][1], name)),
    }
    return Explanation("setting", name, _text(declared, "Description"), details)


def _wire(library: Library, name: str) -> Explanation:
    layer, output = library.wires[name]
    bundle = library.layers[layer][0]
    kinds = [str(file.parameters[name]["Type"]) for _, file in library.layers.values() if name in file.parameters]
    details: dict[str, Detail] = {
        "type": kinds[0] if kinds else "no layer takes it",
        "given by": f"{layer} ({bundle})",
        "taken by": _takers(library, name),
        "travels": _way(library, name),
    }
    return Explanation("wire", name, _text(output, "Description"), details)


def _way(library: Library, name: str) -> str:
    crossing = [wire.path for each in library.bundles for wire in each.wires if wire.name == name]
    late = [each.name for each in library.bundles if any(wire.output == name for wire in each.late)]
    ways = [f"as the SSM parameter /<project>/<environment>/{crossing[0]}"] if crossing else []
    if late:
        ways.append(f"late to {' and '.join(late)}: deploy reads it from the stack's outputs in another region")
    return f"between bundles, {'; '.join(ways)}" if ways else ""


def _rule(rule: RuleText) -> Explanation:
    details = {"checks": rule.checks, "why": rule.why, "founded on": rule.source, "source": rule.file}
    return Explanation("rule", rule.id, f"{rule.must.rstrip('.')}.", details)


def _setting_row(library: Library, name: str) -> Row:
    declared = library.settings[name]
    row = {"setting": name, "default": _text(declared, "Default") if "Default" in declared else "(none)"}
    given = library.values.get(name)
    if given:
        row["value"] = "; ".join(f"{each.value} ({each.origin})" for each in given)
    return {**row, "what": _text(declared, "Description")}


def _declaration(declared: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a parameter's type and limits, a line for each."""
    allowed = ", ".join(map(str, declared.get("AllowedValues", ())))
    ends = [_text(declared, key) for key in ("MinValue", "MaxValue") if key in declared]
    lengths = [_text(declared, key) for key in ("MinLength", "MaxLength") if key in declared]
    said = {
        "type": _text(declared, "Type"),
        "default": _text(declared, "Default") if "Default" in declared else "(none: an environment must give it)",
        "allowed": allowed,
        "pattern": _text(declared, "AllowedPattern"),
        "from, to": ", ".join(ends),
        "characters": ", ".join(lengths),
    }
    return tuple(f"{key}: {value}" for key, value in said.items() if value or key == "default")


def _takers(library: Library, name: str) -> tuple[str, ...]:
    return tuple(f"{layer} ({bundle})" for layer, (bundle, file) in library.layers.items() if name in file.parameters)


def _users(layer: str, file: TemplateFile, name: str) -> Iterator[Row]:
    found = [_resource_row(each, resource) for each, resource in file.resources.items() if _mentions(resource, name)]
    yield from ({"layer": layer, **row} for row in found)
    if not found:
        yield {"layer": layer, "resource": "(a condition)", "type": "", "why": "It decides which resources there are."}


def _mentions(value: Any, name: str) -> bool:
    """Whether a part of a template refers to a parameter, by `Ref` or inside a `Sub`; conditions are not followed."""
    if isinstance(value, Mapping):
        return value.get("Ref") == name or any(_mentions(each, name) for each in value.values())
    if isinstance(value, list):
        return any(_mentions(each, name) for each in value)
    return isinstance(value, str) and f"${{{name}}}" in value


def _resource_row(logical_id: str, resource: Mapping[str, Any]) -> Row:
    return {"resource": logical_id, "type": _text(resource, "Type"), "why": str(_context(resource).get("why", ""))}


def _context(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (body.get("Metadata") or {}).get(CONTEXT) or {}
    return found


def _text(body: Mapping[str, Any], key: str) -> str:
    return str(body.get(key, ""))
