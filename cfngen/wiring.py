"""Wiring: whether every wire that is taken is given before, and how it gets there.

In a bundle a wire goes from stack to stack; to another bundle of the same account and region through
SSM; to any other place late, which works only from where a geography, or everybody, has one giver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import Template

from .catalog import Bundle, Scope
from .errors import Problem, problem
from .layer import Late, Layer, Taken, Wire
from .regions import SLOTS
from .templates import OWN

BESIDE: Mapping[Scope, tuple[Scope, ...]] = {
    Scope.ACCOUNTS: (Scope.ACCOUNT_REGIONS,),
    Scope.HOMES: (Scope.ACCOUNTS, Scope.ACCOUNT_REGIONS, Scope.EVERY_REGION),
    Scope.EVERY_REGION: (Scope.ACCOUNT_REGIONS,),
}
"""By the taker's scope: the other scopes that have an instance wherever the taker has one."""

BY_GEOGRAPHY = (Scope.HOMES, Scope.ACCOUNTS)
"""Scopes with one instance in each geography."""


@dataclass(frozen=True)
class Built:
    """A layer whose template is filled, and its bundle."""

    bundle: Bundle
    layer: Layer
    template: Template

    @property
    def logical_id(self) -> str:
        """The nested stack's logical id in the root."""
        return self.layer.name.replace("_", " ").title().replace(" ", "")

    def wire(self, name: str) -> Wire:
        """Return the wire of that name that the layer declares."""
        return next(wire for wire in self.layer.wires if wire.name == name)


def given(built: Sequence[Built]) -> dict[str, Built]:
    """Return who gives each wire, by its name."""
    return {name: item for item in built for name in item.template.outputs}


def comes_late(giver: Built, taker: Built) -> bool:
    """Whether the giver is not where the taker is, so that neither a stack nor SSM there has the value."""
    return not _beside(giver.bundle, taker.bundle) and _late_problem(giver, taker, OWN) is None


def check_wiring(built: Sequence[Built]) -> Iterator[Problem]:
    """Yield everything that is wrong with the wires and settings of all layers."""
    yield from _check_given(built)
    yield from _check_taken(built)
    yield from _check_ways(built)
    yield from _check_settings(built)


def _check_given(built: Sequence[Built]) -> Iterator[Problem]:
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


def _check_taken(built: Sequence[Built]) -> Iterator[Problem]:
    everywhere, earlier = given(built), set[str]()
    for item in built:
        for name, parameter in item.template.parameters.items():
            wire = parameter.wire.name if isinstance(parameter, Late) else name
            if not isinstance(parameter, Taken | Late) or wire in earlier:
                continue
            if wire in everywhere:
                giver = everywhere[wire].layer.name
                hint = f"move {item.layer.name} after {giver} in catalog.py"
                yield _wiring(item.layer.name, f"takes {name} before {giver} gives it", hint)
            else:
                yield _wiring(item.layer.name, f"takes {name}, which no layer gives", "give it, or make it a setting")
        earlier |= set(item.template.outputs)


def _check_ways(built: Sequence[Built]) -> Iterator[Problem]:
    """Yield what is taken from where it cannot be had."""
    everywhere = given(built)
    for item in built:
        for name, parameter in item.template.parameters.items():
            late = isinstance(parameter, Late)
            giver = everywhere.get(parameter.wire.name if late else name)
            if giver is None or not (late or (isinstance(parameter, Taken) and not _beside(giver.bundle, item.bundle))):
                continue
            if found := _late_problem(giver, item, parameter.geography if late else OWN):
                what, hint = found
                yield _wiring(item.layer.name, f"takes {name} from {giver.layer.name}, {what}", hint)


def _beside(giver: Bundle, taker: Bundle) -> bool:
    return giver.scope in (taker.scope, *BESIDE.get(taker.scope, ()))


def _late_problem(giver: Built, taker: Built, geography: str) -> tuple[str, str] | None:
    """Return why a wire cannot come late from a geography, or from the taker's own, and what to do; None if it can."""
    if giver.bundle == taker.bundle and geography != OWN:
        return "which is in the same bundle, deployed everywhere at once", "move one of them to another bundle"
    if geography not in (OWN, *SLOTS):
        return f"of {geography}, which is no geography", f"write one of {', '.join(SLOTS)}"
    if giver.bundle.scope is Scope.EDGE:
        return None if geography == OWN else ("which is not in a geography", "use take(), which needs none")
    if giver.bundle.scope not in BY_GEOGRAPHY:
        hint = f"only a bundle with one instance in each geography ({Scope.HOMES.name}) can give it"
        return f"which is {giver.bundle.scope.value}: there is no single one to take it from", hint
    if geography == OWN and taker.bundle.scope is not Scope.EVERY_REGION:
        return f"which is {giver.bundle.scope.value}: it is not said which", "say whose with take_from()"
    return None


def _check_settings(built: Sequence[Built]) -> Iterator[Problem]:
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    for item in built:
        for name, parameter in item.template.parameters.items():
            if isinstance(parameter, Taken | Late):
                continue
            declared = parameter.to_dict()
            owner, known = first.setdefault(name, (item.layer.name, declared))
            if known != declared:
                what = f"declares the setting {name} differently from {owner}"
                yield _wiring(item.layer.name, what, f"import the constant of {owner}")


def _wiring(layer: str, what: str, hint: str) -> Problem:
    return problem(what, where=f"layers/{layer}.py", hint=hint)
