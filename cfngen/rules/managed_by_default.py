"""E9161: what an organization might manage is ours, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SWITCH = "Manage"
"""Begins the name of a parameter that leaves a service to an organization."""


class ManagedByDefaultRule(CloudFormationLintRule):  # type: ignore[misc]
    """A service that both sides believe to be the other's is nobody's."""

    id = "E9161"
    shortdesc = "A service that guards is on, unless a setting leaves it to an organization"
    description = "A parameter Manage… is true by default, can be true or false, and is compared with true."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html"
    tags: ClassVar[list[str]] = ["cfngen", "detection"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each switch that is off."""
        for name, declared in _values.section(cfn, "Parameters").items():
            switch = _values.mapping(declared)
            if not name.startswith(SWITCH):
                continue
            if not _values.is_true(switch.get("Default")):
                yield RuleMatch(["Parameters", name], f"{name}: Default must be true")
            if {str(value) for value in _values.as_list(switch.get("AllowedValues"))} != {"true", "false"}:
                yield RuleMatch(["Parameters", name], f"{name}: AllowedValues must be true and false")
        yield from _turned(cfn)


def _turned(cfn: Template) -> Iterator[RuleMatch]:
    """Yield a match for each condition that holds where a switch is not true."""
    for name, condition in _values.section(cfn, "Conditions").items():
        sides = _values.as_list(_values.mapping(condition).get("Fn::Equals"))
        switches = [side for side in sides if _values.ref(side).startswith(SWITCH)]
        if switches and not any(_values.is_true(side) for side in sides):
            yield RuleMatch(["Conditions", name], f"{name}: {_values.ref(switches[0])} must be compared with true")
