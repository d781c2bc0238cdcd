"""One step of a size that is given, in a process of its own; `ratios.py` measures it.

usage: growth.py build TIMES | plan INSTANCES
"""

from __future__ import annotations

import sys
from dataclasses import replace

from scale import wanted_stack_set
from troposphere import Template

from cfngen.artifacts import rendered
from cfngen.bundle import compose, load_layer
from cfngen.catalog import Bundle, Scope
from cfngen.layer import Layer
from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan

ALONE = ("administration", "delivery", "execution", "service_linked_roles")
"""Layers that take nothing from others; what they give is left out, for there may be one giver only."""


def build(times: int) -> None:
    """Compose and render layers as often as asked, each time under other names."""
    bundles = [
        Bundle(f"copy{number}", Scope.ACCOUNTS, tuple(f"{name}__{number}" for name in ALONE)) for number in range(times)
    ]
    rendered(compose(bundles, load=_renamed))


def _renamed(name: str) -> Layer:
    layer = load_layer(name.partition("__")[0])

    def build(template: Template) -> None:
        layer.build(template)
        template.outputs.clear()

    return replace(layer, name=name, wires=(), build=build)


def plan_all(instances: int) -> None:
    """Plan the creation of so many instances in four stack sets."""
    plan([wanted_stack_set(number, -(-instances // 4), "1") for number in range(4)], {}, preferences=Preferences())


if __name__ == "__main__":
    {"build": build, "plan": plan_all}[sys.argv[1]](int(sys.argv[2]))
