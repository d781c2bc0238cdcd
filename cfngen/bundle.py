"""Compose bundles: layers become child templates under a nested parent, `root`.

All bundles are composed together, because a wire may leave its bundle: the giving root then
writes it to an SSM parameter and the taking root reads it; or, for another account or region, the
giving root has it as an output, which `deploy` reads and hands to the taking root as a late wire.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from troposphere import GetAtt, Join, Output, Parameter, Ref, Sub, Tags, Template, cloudformation, ssm

from . import facts
from .catalog import BOOTSTRAP, BUNDLES, NAME_SERVERS, Bundle
from .errors import require
from .layer import Fact, Late, Layer, Taken, Wire, setting
from .parts.metadata import CONTEXT, context
from .templates import ROOT
from .wiring import Built, check_wiring, comes_late, given

SSM_VALUE = "AWS::SSM::Parameter::Value<"

Templates = Mapping[str, Mapping[str, Any]]
"""Template bodies as plain data by file name without its ending: `root` and one per layer."""


def load_layer(name: str) -> Layer:
    """Import the layer of that name."""
    return Layer.from_module(importlib.import_module(f".layers.{name}", __package__))


def compose(
    bundles: Sequence[Bundle] = (BOOTSTRAP, *BUNDLES), load: Callable[[str], Layer] = load_layer
) -> Mapping[str, Templates]:
    """Return every bundle's templates by bundle name; raises `CfngenError` with all wiring problems."""
    built = [_build(bundle, load(name)) for bundle in bundles for name in bundle.layers]
    require(check_wiring(built))
    _make_late(built)
    return {bundle.name: _bodies(bundle, built) for bundle in bundles}


def _build(bundle: Bundle, layer: Layer) -> Built:
    template = Template(Description=layer.summary)
    template.set_metadata({CONTEXT: {"arch": layer.architecture or layer.summary}})
    layer.build(template)
    return Built(bundle, layer, template)


def _make_late(built: Sequence[Built]) -> None:
    """Turn what is taken from another account or region into late wires: SSM would look for it in its own."""
    everywhere = given(built)
    for item in built:
        for name, parameter in item.template.parameters.items():
            if isinstance(parameter, Taken) and comes_late(everywhere[name], item):
                item.template.parameters[name] = Late(everywhere[name].wire(name))


def _bodies(bundle: Bundle, built: Sequence[Built]) -> Templates:
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


def _root(bundle: Bundle, children: Sequence[Built], built: Sequence[Built]) -> Template:
    order = " → ".join(item.layer.name for item in children)
    template = Template(Description=f"{bundle.name}: {bundle.scope.value}, one nested stack per layer.")
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.GEOGRAPHY):
        setting(template, fact)
    for item in children:
        _nested_stack(template, item, given(children))
    for item in children:
        for wire in _taken_elsewhere(item, built):
            _publish(template, item, wire)
        for wire in _taken_late(item, built):
            value = GetAtt(item.logical_id, f"Outputs.{wire.name}")
            template.add_output(Output(wire.name, Description=wire.description, Value=value))
    template.set_metadata(
        {
            CONTEXT: {"arch": f"Nested stacks in order of their wires: {order}."},
            "cfngen": _notes(template, children, built),
        }
    )
    return template


def _notes(template: Template, children: Sequence[Built], built: Sequence[Built]) -> dict[str, Any]:
    """Say which parameters are not a person's to give; read back by `cfngen.templates`."""
    inside, everywhere = given(children), given(built)
    taken = {name for item in children for name, p in item.template.parameters.items() if isinstance(p, Taken)}
    givers = {name: everywhere[name].bundle.name for name in sorted(taken - set(inside))}
    late = {
        name: {"Bundle": everywhere[p.wire.name].bundle.name, "Output": p.wire.name, "Geography": p.geography}
        for name, p in sorted(template.parameters.items())
        if isinstance(p, Late)
    }
    return {
        "Facts": sorted(name for name, parameter in template.parameters.items() if isinstance(parameter, Fact)),
        "Wires": {name: {"Bundle": giver, "Path": f"{giver}/{name}"} for name, giver in givers.items()},
    } | ({"Late": late} if late else {})


def _nested_stack(template: Template, item: Built, inside: Mapping[str, Built]) -> None:
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


def _value(template: Template, parameter: Parameter, inside: Mapping[str, Built]) -> Any:
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


def _publish(template: Template, item: Built, wire: Wire) -> None:
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


def _taken_elsewhere(item: Built, built: Sequence[Built]) -> Iterator[Wire]:
    others = [other for other in built if other.bundle != item.bundle]
    taken = {name for other in others for name, p in other.template.parameters.items() if isinstance(p, Taken)}
    return (wire for wire in item.layer.wires if wire.name in taken)


def _taken_late(item: Built, built: Sequence[Built]) -> Iterator[Wire]:
    taken = {p.wire.name for other in built for p in other.template.parameters.values() if isinstance(p, Late)}
    read = {*taken, NAME_SERVERS.get(item.bundle.name)}
    return (wire for wire in item.layer.wires if wire.name in read)
