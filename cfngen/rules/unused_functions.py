"""E9214: a function of a template does what it is there for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

FUNCTION = "AWS::Lambda::Function"


class UnusedFunctionsRule(CloudFormationLintRule):  # type: ignore[misc]
    """What a custom resource set is undone with it, while the function that could set it looks as if it had."""

    id = "E9214"
    shortdesc = "A function is used by a resource or an output"
    description = (
        "Each Lambda function is referred to in its template: by the custom resource that it makes, or an event."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html"
    tags: ClassVar[list[str]] = ["cfngen", "compute"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each function that nothing calls."""
        functions = {name for name, _ in _values.resources(cfn, FUNCTION)}
        if not functions:
            return
        users = [resource for name, resource in _values.resources(cfn) if name not in functions]
        used = set(_referred([*users, _values.section(cfn, "Outputs")]))
        for name in sorted(functions - used):
            what = "a custom resource (ServiceToken), or another resource or output, must use it"
            yield RuleMatch(["Resources", name], f"{name}: {what}")


def _referred(value: object) -> Iterator[str]:
    for leaf in _values.walk(value):
        if _values.is_function(leaf.value):
            yield _values.owner(leaf.value)
            yield from (
                part.partition("}")[0].partition(".")[0] for part in _values.text_of(leaf.value).split("${")[1:]
            )
