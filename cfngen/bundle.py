"""Compose bundles: layers become child templates under a nested parent, `root`.

All bundles are composed together, because a wire may leave its bundle: the giving root then
writes it to an SSM parameter and the taking root reads it. Every wiring problem is reported at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import GetAtt, Join, Parameter, Ref, Sub, Tags, Template, cloudformation, ssm

from . import facts
from .catalog import BOOTSTRAP, BUNDLES, Bundle
from .errors import Problem, problem, require
from .layer import Fact, Layer, Taken, Wire, setting
from .parts.metadata import CONTEXT, context
from .templates import ROOT

SSM_VALUE = "AWS::SSM::Parameter::Value<"

Templates = Mapping[str, Mapping[str, Any]]
"""Template bodies as plain data by file name without its ending: `root` and one per layer."""


@dataclass(frozen=True)
class _Built:
    bundle: Bundle
    layer: Layer
    template: Template

    @property
    def logical_id(self) -> str:
        return self.layer.name.replace("_", " ").title().replace(" ", "")


def load_layer(name: str) -> Layer:
    """Import the layer of that name."""
    return Layer.from_module(importlib.import_module(f".layers.{name}", __package__))


def compose(
    bundles: Sequence[Bundle] = (BOOTSTRAP, *BUNDLES), load: Callable[[str], Layer] = load_layer
) -> Mapping[str, Templates]:
    """Return every bundle's templates by bundle name; raises `CfngenError` with all wiring problems."""
    built = [_build(bundle, load(name)) for bundle in bundles for name in bundle.layers]
    require(_check_wiring(built))
    return {bundle.name: _bodies(bundle, built) for bundle in bundles}


def _build(bundle: Bundle, layer: Layer) -> _Built:
    template = Template(Description=layer.summary)
    template.set_metadata({CONTEXT: {"arch": layer.architecture or layer.summary}})
    layer.build(template)
    return _Built(bundle, layer, template)


def _bodies(bundle: Bundle, built: Sequence[_Built]) -> Templates:
    children = [item for item in built if item.bundle == bundle]
    templates = {} if bundle is BOOTSTRAP else {ROOT: _root(bundle, children, built).to_dict()}
    return templates | {item.layer.name: _child(item.template).to_dict() for item in children}


def _child(template: Template) -> Template:
    """Give SSM-typed parameters their inner type: the root has already looked the value up."""
    for name, parameter in template.parameters.items():
        if parameter.Type.startswith(SSM_VALUE):
            declared = {key: value for key, value in parameter.to_dict().items() if key != "Default"}
            inner = parameter.Type.removeprefix(SSM_VALUE)[:-1]
            template.parameters[name] = Parameter(name, **declared | {"Type": inner})
    return template


def _root(bundle: Bundle, children: Sequence[_Built], built: Sequence[_Built]) -> Template:
    order = " → ".join(item.layer.name for item in children)
    template = Template(Description=f"{bundle.name}: {bundle.scope.value}, one nested stack per layer.")
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.GEOGRAPHY):
        setting(template, fact)
    for item in children:
        _nested_stack(template, item, _given(children))
    for item in children:
        for wire in _taken_elsewhere(item, built):
            _publish(template, item, wire)
    template.set_metadata(
        {
            CONTEXT: {"arch": f"Nested stacks in order of their wires: {order}."},
            "cfngen": _notes(template, children, built),
        }
    )
    return template


def _notes(template: Template, children: Sequence[_Built], built: Sequence[_Built]) -> dict[str, Any]:
    """Say which parameters are not a person's to give; read back by `cfngen.templates`."""
    inside, everywhere = _given(children), _given(built)
    taken = {name for item in children for name, p in item.template.parameters.items() if isinstance(p, Taken)}
    givers = {name: everywhere[name].bundle.name for name in sorted(taken - set(inside))}
    return {
        "Facts": sorted(name for name, parameter in template.parameters.items() if isinstance(parameter, Fact)),
        "Wires": {name: {"Bundle": giver, "Path": f"{giver}/{name}"} for name, giver in givers.items()},
    }


def _nested_stack(template: Template, item: _Built, inside: Mapping[str, _Built]) -> None:
    values = {name: _value(template, parameter, inside) for name, parameter in item.template.parameters.items()}
    template.add_resource(
        cloudformation.Stack(
            item.logical_id,
            TemplateURL=f"./{item.layer.name}.yaml",
            Parameters=values,
            Tags=Tags(
                Project=Ref(facts.PROJECT),
                Environment=Ref(facts.ENVIRONMENT),
                Geography=Ref(facts.GEOGRAPHY),
                Layer=item.layer.name,
                DataClassification=item.layer.classification.value,
            ),
            DeletionPolicy="Delete",  # what holds data inside is kept by its own policy
            UpdateReplacePolicy="Delete",
            Metadata=context(item.layer.summary),
        )
    )


def _value(template: Template, parameter: Parameter, inside: Mapping[str, _Built]) -> Any:
    """Return what feeds a child's parameter: a sibling's output, or a parameter of the root."""
    name = parameter.title
    if isinstance(parameter, Taken) and name in inside:
        return GetAtt(inside[name].logical_id, f"Outputs.{name}")
    if isinstance(parameter, Taken):
        kind = f"{SSM_VALUE}{parameter.Type}>"
        parameter = Parameter(name, Type=kind, Description=f"SSM parameter that holds: {parameter.Description}")
    setting(template, parameter)
    is_list = "List<" in parameter.Type or "CommaDelimitedList" in parameter.Type
    return Join(",", Ref(name)) if is_list else Ref(name)


def _publish(template: Template, item: _Built, wire: Wire) -> None:
    template.add_resource(
        ssm.Parameter(
            f"{wire.name}Parameter",
            Name=Sub(f"/${{Project}}/${{Environment}}/{item.bundle.name}/{wire.name}"),
            Type="StringList" if wire.is_list else "String",
            Value=GetAtt(item.logical_id, f"Outputs.{wire.name}"),
            Description=wire.description,
            Metadata=context("Carries the wire to the bundles that are deployed after this one."),
        )
    )


def _given(built: Sequence[_Built]) -> dict[str, _Built]:
    return {name: item for item in built for name in item.template.outputs}


def _taken_elsewhere(item: _Built, built: Sequence[_Built]) -> Iterator[Wire]:
    others = [other for other in built if other.bundle != item.bundle]
    taken = {name for other in others for name, p in other.template.parameters.items() if isinstance(p, Taken)}
    return (wire for wire in item.layer.wires if wire.name in taken)


def _check_wiring(built: Sequence[_Built]) -> Iterator[Problem]:
    yield from _check_given(built)
    yield from _check_taken(built)
    yield from _check_settings(built)


def _check_given(built: Sequence[_Built]) -> Iterator[Problem]:
    givers: dict[str, str] = {}
    for item in built:
        layer, outputs = item.layer, item.template.outputs
        declared = {wire.name for wire in layer.wires}
        for name in sorted(declared - set(outputs)):
            yield _wiring(layer.name, f"declares the wire {name} but never gives it", "call give() in build")
        for name in sorted(set(outputs) - declared):
            yield _wiring(layer.name, f"has the output {name}, which is no wire of it", "declare a Wire constant")
        for name in sorted(declared):
            if name in givers:
                yield _wiring(layer.name, f"declares the wire {name}, as {givers[name]} does", "rename one of them")
            givers[name] = layer.name


def _check_taken(built: Sequence[_Built]) -> Iterator[Problem]:
    everywhere, earlier = _given(built), set[str]()
    for item in built:
        for name, parameter in item.template.parameters.items():
            if not isinstance(parameter, Taken) or name in earlier:
                continue
            if name in everywhere:
                giver = everywhere[name].layer.name
                hint = f"move {item.layer.name} after {giver} in catalog.py"
                yield _wiring(item.layer.name, f"takes {name} before {giver} gives it", hint)
            else:
                yield _wiring(item.layer.name, f"takes {name}, which no layer gives", "give it, or make it a setting")
        earlier |= set(item.template.outputs)


def _check_settings(built: Sequence[_Built]) -> Iterator[Problem]:
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    for item in built:
        for name, parameter in item.template.parameters.items():
            if isinstance(parameter, Taken):
                continue
            declared = parameter.to_dict()
            owner, known = first.setdefault(name, (item.layer.name, declared))
            if known != declared:
                what = f"declares the setting {name} differently from {owner}"
                yield _wiring(item.layer.name, what, f"import the constant of {owner}")


def _wiring(layer: str, what: str, hint: str) -> Problem:
    return problem(what, where=f"layers/{layer}.py", hint=hint)
