"""Nested stacks evaluated: values flow from the root into its children and along their outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..templates import ROOT, BundleTemplates, TemplateFile
from .evaluate import Frame, Resource, evaluate, holds, resources
from .values import Unknown, Value, is_list_type, parameter_values, split

STACK = "AWS::CloudFormation::Stack"
SSM_VALUE = "AWS::SSM::Parameter::Value<"


@dataclass(frozen=True)
class Stack:
    """A template as it will be at one place: what it has and what it gives."""

    layer: str
    file: TemplateFile
    frame: Frame
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Value]


def pseudo_parameters(account: str, region: str, partition: str = "aws") -> Mapping[str, Value]:
    """Return the pseudo parameters of a place."""
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return {
        "AWS::AccountId": account,
        "AWS::Region": region,
        "AWS::Partition": partition,
        "AWS::URLSuffix": suffix,
        "AWS::NotificationARNs": [],
    }


def evaluate_template(file: TemplateFile, stack: str, given: Mapping[str, Value], pseudo: Mapping[str, Value]) -> Stack:
    """Return one template without children, evaluated; `stack` is what its references are told apart by."""
    return _stack(file, Frame(stack, file.body, parameter_values(file.body, given), pseudo))


def evaluate_bundle(
    bundle: BundleTemplates,
    home: str,
    given: Mapping[str, Value],
    pseudo: Mapping[str, Value],
    ssm: Mapping[str, Value] | None = None,
) -> Mapping[str, Stack]:
    """Return the root and every child that exists, by layer.

    `home` tells the references of one place from those of another; `ssm` holds the values of SSM
    parameters by name, for roots that take what another bundle gave (see `published`).
    """
    body = bundle.root.body
    looked_up = {**given, **_looked_up(body, given, ssm or {})}
    frame = Frame(f"{home}/{ROOT}", body, parameter_values(body, looked_up), pseudo)
    children = dict(_children(bundle, frame))
    done: dict[str, Stack] = {}
    while len(done) < len(children):
        known = {name: stack.outputs for name, stack in done.items()}
        around = Frame(frame.stack, body, frame.parameters, pseudo, known)
        for name in _ready(frame, children, done):
            values = _given(around, name)
            done[name] = evaluate_template(children[name], f"{home}/{children[name].name}", values, pseudo)
    outputs = {name: stack.outputs for name, stack in done.items()}
    root = _stack(bundle.root, Frame(frame.stack, body, frame.parameters, pseudo, outputs))
    return {ROOT: root} | {stack.layer: stack for stack in done.values()}


def published(stacks: Mapping[str, Stack]) -> Mapping[str, Value]:
    """Return the SSM parameters that stacks write, by name."""
    written = [each for stack in stacks.values() for each in stack.resources.values()]
    return {
        str(each.properties["Name"]): each.properties.get("Value", Unknown("no Value"))
        for each in written
        if each.type == "AWS::SSM::Parameter" and isinstance(each.properties.get("Name"), str)
    }


def _stack(file: TemplateFile, frame: Frame) -> Stack:
    outputs = {
        name: evaluate(declared.get("Value"), frame)
        for name, declared in frame.section("Outputs").items()
        if isinstance(declared, Mapping) and ("Condition" not in declared or holds(declared["Condition"], frame))
    }
    return Stack(file.name, file, frame, resources(frame), outputs)


def _looked_up(body: Mapping[str, Any], given: Mapping[str, Value], ssm: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values of the parameters that CloudFormation looks up in SSM."""
    found: dict[str, Value] = {}
    for name, declared in (body.get("Parameters") or {}).items():
        kind = str(declared.get("Type"))
        if kind.startswith(SSM_VALUE):
            path = given.get(name, declared.get("Default"))
            value = ssm.get(str(path), Unknown(f"SSM parameter {path}"))
            found[name] = split(",", value) if is_list_type(kind) else value
    return found


def _children(bundle: BundleTemplates, frame: Frame) -> Iterator[tuple[str, TemplateFile]]:
    for name, declared in frame.declared.items():
        exists = holds(declared["Condition"], frame) if "Condition" in declared else True
        url = (declared.get("Properties") or {}).get("TemplateURL")
        if declared.get("Type") == STACK and exists is not False and isinstance(url, str):
            child = bundle.children.get(Path(url).stem)
            if child:
                yield name, child


def _ready(frame: Frame, children: Mapping[str, TemplateFile], done: Mapping[str, Stack]) -> list[str]:
    """Return the children whose siblings are done; all that are left where they wait for each other."""
    left = [name for name in children if name not in done]
    free = [name for name in left if not (_siblings(_parameters(frame, name)) & set(left))]
    return free or left


def _parameters(frame: Frame, name: str) -> Any:
    return (frame.declared[name].get("Properties") or {}).get("Parameters", {})


def _siblings(expression: Any) -> set[str]:
    """Return the logical ids whose outputs an expression takes."""
    if isinstance(expression, list):
        return {name for each in expression for name in _siblings(each)}
    if not isinstance(expression, Mapping):
        return set()
    taken = expression.get("Fn::GetAtt")
    if isinstance(taken, list | str):
        return {taken.split(".", 1)[0] if isinstance(taken, str) else str(taken[0])}
    return {name for each in expression.values() for name in _siblings(each)}


def _given(frame: Frame, name: str) -> Mapping[str, Value]:
    values = evaluate(_parameters(frame, name), frame)
    return values if isinstance(values, Mapping) else {}
