"""E9101: a nested stack gets every parameter that its template requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules._nested import nested_stacks


class NestedParametersRule(CloudFormationLintRule):  # type: ignore[misc]
    """Cover what cfn-lint's E3043 leaves out: a nested stack with no `Parameters` at all."""

    id = "E9101"
    shortdesc = "A nested stack needs the parameters that its template requires"
    description = "A nested stack without a Parameters key fails to create if its template requires a parameter."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html"
    )
    tags: ClassVar[list[str]] = ["cfngen", "wiring"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each required parameter of a nested stack that is given none."""
        for stack in nested_stacks(cfn):
            if isinstance(stack.properties.get("Parameters"), Mapping) and stack.properties["Parameters"]:
                continue
            for name, declared in stack.child.parameters.items():
                if "Default" not in declared:
                    what = f"{stack.name} gives no parameters, but {stack.child.path.name} requires {name}"
                    yield RuleMatch(stack.path, what)
