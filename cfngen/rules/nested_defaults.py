"""E9149: a root declares a setting as the child that it hands it to does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._nested import nested_stacks

CONSTRAINTS = ("Default", "AllowedValues", "AllowedPattern", "MinValue", "MaxValue", "MinLength", "MaxLength", "NoEcho")


class NestedDefaultsRule(CloudFormationLintRule):  # type: ignore[misc]
    """What a child is by default it never is, if its root hands it another default."""

    id = "E9149"
    shortdesc = "A root declares a setting as its child does"
    description = "Default and constraints of a parameter that a root hands on unchanged are those of the child's."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags: ClassVar[list[str]] = ["cfngen", "wiring"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each declaration that differs."""
        for stack in nested_stacks(cfn):
            for name, value in _values.mapping(stack.properties.get("Parameters")).items():
                ours, theirs = _values.parameter(cfn, _values.ref(value)), stack.child.parameters.get(name, {})
                for key in CONSTRAINTS if _values.ref(value) == name and ours else ():
                    if ours.get(key) != theirs.get(key) and key in theirs:
                        what = f"{key} must be {theirs.get(key)}, as {stack.child.path.name} has it"
                        yield RuleMatch(["Parameters", name], f"{name}: {what}")
