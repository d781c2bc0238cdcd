"""E9102: what a parent gives to a nested stack is of the type that its parameter has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._nested import Nested, nested_stacks

SSM = "AWS::SSM::Parameter::Value<"
TEXT = frozenset({"String", "Number", "AWS::SSM::Parameter::Name"})
"""Types that say nothing about what they identify, so they fit with everything that is not a list."""

WORD = "a literal that is no number"

IDENTIFIES: Mapping[str, str] = {
    "AWS::EC2::VPC": "AWS::EC2::VPC::Id",
    "AWS::EC2::Subnet": "AWS::EC2::Subnet::Id",
    "AWS::EC2::SecurityGroup": "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Instance": "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair": "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::Volume": "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone": "AWS::Route53::HostedZone::Id",
}
"""Parameter type of what `Ref` to a resource returns."""


class NestedTypesRule(CloudFormationLintRule):  # type: ignore[misc]
    """cfn-lint compares names of parameters and outputs, not what they hold."""

    id = "E9102"
    shortdesc = "A nested stack's parameter gets a value of its type"
    description = (
        "A list travels between stacks as one comma-joined string; an SSM type is resolved once, by the root; "
        "a subnet id is no VPC id."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags: ClassVar[list[str]] = ["cfngen", "wiring"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each parameter whose value is of another type than declared."""
        stacks = list(nested_stacks(cfn))
        children = {stack.name: stack for stack in stacks}
        for stack in stacks:
            given = stack.properties.get("Parameters")
            for name, value in given.items() if isinstance(given, Mapping) else ():
                wanted = str(stack.child.parameters.get(name, {}).get("Type", ""))
                for leaf in _values.leaves(cfn, value, [*stack.path, "Parameters", name]):
                    what = _mismatch(wanted, _type_of(cfn, leaf.value, children)) if wanted else ""
                    if what:
                        yield RuleMatch(leaf.path, f"{stack.name} {name}: {what}")


def _mismatch(wanted: str, given: str) -> str:
    """Return what is wrong with giving one type where another is wanted; empty if nothing is."""
    if wanted.startswith(SSM):
        return f"the child declares {wanted}, but gets the value that the root has looked up; declare {_inner(wanted)}"
    if given in ("", WORD):
        return "a word is given where a Number is declared" if given and wanted == "Number" else ""
    if given.startswith("not joined "):
        return f"a {given.removeprefix('not joined ')} must be joined with commas to be passed to a nested stack"
    if _is_list(given) and not _is_list(wanted) and wanted != "String":
        return f"a {given} is given where one {wanted} is declared"
    if _is_list(wanted) and not _is_list(given) and given not in TEXT and _element(wanted) != given:
        return f"one {given} is given where a {wanted} is declared"
    ours, theirs = _element(wanted), _element(given)
    if ours not in TEXT and theirs not in TEXT and ours != theirs:
        return f"a {given} is given where a {wanted} is declared"
    return ""


def _type_of(cfn: Template, value: Any, children: Mapping[str, Nested]) -> str:
    """Return the parameter type that a parent's expression has; empty where that cannot be told."""
    if isinstance(value, str):
        return WORD if _values.number(value) is None else ""
    if name := _values.ref(value):
        declared = _inner(str(_values.parameter(cfn, name).get("Type", "")))
        return f"not joined {declared}" if _is_list(declared) else declared or _identified(cfn.template, name)
    if (join := _joined(value)) is not None:
        return _joined_type(cfn, join)
    if output := _output_of(value, children):
        return _type_of_output(*output)
    return ""


def _joined(value: Any) -> Any:
    """Return what is joined with commas, or None."""
    argument = value.get("Fn::Join") if isinstance(value, Mapping) else None
    return argument[1] if isinstance(argument, list) and len(argument) == 2 and argument[0] == "," else None


def _joined_type(cfn: Template, items: Any) -> str:
    if name := _values.ref(items):
        return _inner(str(_values.parameter(cfn, name).get("Type", ""))) or "CommaDelimitedList"
    kinds = {_identified(cfn.template, _values.ref(item)) for item in _values.as_list(items)}
    (kind,) = kinds if len(kinds) == 1 else ("",)
    return f"List<{kind}>" if kind else "CommaDelimitedList"


def _output_of(value: Any, children: Mapping[str, Nested]) -> tuple[Nested, Any] | None:
    """Return the sibling and the expression of its output that a `GetAtt` refers to."""
    argument = value.get("Fn::GetAtt") if isinstance(value, Mapping) else None
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) != 2 or argument[0] not in children:
        return None
    sibling = children[argument[0]]
    outputs = sibling.child.body.get("Outputs") or {}
    output = outputs.get(str(argument[1]).removeprefix("Outputs."), {})
    return (sibling, output.get("Value")) if isinstance(output, Mapping) else None


def _type_of_output(sibling: Nested, value: Any) -> str:
    body = sibling.child.body
    joined = _joined(value)
    if joined is not None:
        kinds = {_identified(body, _values.ref(item)) for item in _values.as_list(joined)}
        (kind,) = kinds if len(kinds) == 1 else ("",)
        return f"List<{kind}>" if kind else "CommaDelimitedList"
    declared = sibling.child.parameters.get(_values.ref(value), {}).get("Type", "")
    return _inner(str(declared)) or _identified(body, _values.ref(value))


def _identified(body: Mapping[str, Any], name: str) -> str:
    resource = (body.get("Resources") or {}).get(name) if name else None
    return IDENTIFIES.get(str(resource.get("Type")), "") if isinstance(resource, Mapping) else ""


def _inner(kind: str) -> str:
    return kind[len(SSM) : -1] if kind.startswith(SSM) else kind


def _is_list(kind: str) -> bool:
    return kind.startswith("List<") or kind == "CommaDelimitedList"


def _element(kind: str) -> str:
    if kind == "CommaDelimitedList":
        return "String"
    return kind.removeprefix("List<").removesuffix(">") if kind.startswith("List<") else kind
