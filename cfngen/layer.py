"""What layers are written with: wires, settings and facts, and the layer itself.

A layer module has a docstring whose first line is its summary and whose second paragraph its
architecture, `Wire` and `Parameter` constants in capitals, and a function `build(template)`.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from troposphere import AWSHelperFn, Equals, Join, Not, Output, Parameter, Ref, Select, Template

from .templates import OWN

NONE = "none"
"""What a late wire has for a value until its giver is deployed, and where there is no giver."""


@dataclass(frozen=True)
class Wire:
    """A typed value that one layer gives and later layers take.

    `name` is the output, the parameter and nothing else anywhere; `type` is the CloudFormation
    parameter type of the taker (`AWS::EC2::VPC::Id`, `List<AWS::EC2::Subnet::Id>`, …).
    """

    name: str
    type: str
    description: str

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, which travels between stacks as one comma-joined string."""
        return self.type.startswith("List<") or self.type == "CommaDelimitedList"


class Taken(Parameter):  # type: ignore[misc]
    """A parameter that a wire feeds, as opposed to a setting that a person gives."""


class Late(Parameter):  # type: ignore[misc]
    """A parameter that the stack of another account or region feeds: `deploy` reads its output between two bundles.

    Its type is loose and its default inert, because a stack set has it before anybody can know the value.
    """

    def __init__(self, wire: Wire, geography: str = OWN) -> None:
        self.wire, self.geography = wire, geography
        prefix = "" if geography == OWN else geography.title()
        whose = "" if geography == OWN else f"{geography}: "
        super().__init__(
            f"{prefix}{wire.name}",
            Type="CommaDelimitedList" if wire.is_list else "String",
            Default=NONE,
            Description=f"{whose}{wire.description} Read from another stack by deploy; {NONE} where there is none.",
        )


class Fact(Parameter):  # type: ignore[misc]
    """A parameter that the environment itself knows (its name, its domain); see `cfngen.facts`."""


class Classification(enum.Enum):
    """How sensitive the data is that a layer's resources hold or carry; becomes a tag of each."""

    PHI = "phi"
    AUDIT = "audit"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Layer:
    """A module that fills one template."""

    name: str
    summary: str
    build: Callable[[Template], None]
    wires: tuple[Wire, ...] = ()
    classification: Classification = Classification.INTERNAL
    architecture: str = ""

    @classmethod
    def from_module(cls, module: ModuleType) -> Layer:
        """Read the layer that a module defines: its docstring, `build` and the wires it declares."""
        summary, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n\n")
        return cls(
            name=module.__name__.rpartition(".")[2],
            summary=" ".join(summary.split()),
            build=module.build,
            wires=tuple(value for value in vars(module).values() if isinstance(value, Wire)),
            classification=getattr(module, "CLASSIFICATION", Classification.INTERNAL),
            architecture=" ".join(rest.partition("\n\n")[0].split()),
        )


def take(template: Template, wire: Wire) -> Ref:
    """Return a reference to the value that an earlier layer gives.

    Composing decides how it travels. From another account or region it comes late: see `is_given`.
    """
    if wire.name not in template.parameters:
        template.add_parameter(Taken(wire.name, Type=wire.type, Description=wire.description))
    return Ref(wire.name)


def take_from(template: Template, wire: Wire, geography: str) -> Ref:
    """Return a reference to the value that a geography's own instance of an earlier bundle gives, a late wire."""
    parameter = Late(wire, geography)
    if parameter.title not in template.parameters:
        template.add_parameter(parameter)
    return Ref(parameter.title)


def is_given(wire: Wire, taken: Ref) -> Not:
    """Return the condition that a late wire has a value: what needs one must be left out until then."""
    return Not(Equals(Select(0, taken) if wire.is_list else taken, NONE))


def give(template: Template, wire: Wire, value: AWSHelperFn | str | list[Any]) -> None:
    """Offer a value to later layers; a Python list, or a helper that yields a list, is joined with commas."""
    joined = Join(",", value) if wire.is_list else value
    template.add_output(Output(wire.name, Description=wire.description, Value=joined))


def setting(template: Template, parameter: Parameter) -> Ref:
    """Return a reference to a setting (or a fact), declaring it in this template once."""
    if parameter.title not in template.parameters:
        template.add_parameter(parameter)
    return Ref(parameter)
