"""E9162: where other detectors are, Inspector scans instances and functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

DETECTOR, INSPECTOR = "AWS::GuardDuty::Detector", "Custom::Inspector"
SCANNED = ("EC2", "LAMBDA")


class InspectorScansRule(CloudFormationLintRule):  # type: ignore[misc]
    """CloudFormation has no type for Inspector, so no judge looks for it."""

    id = "E9162"
    shortdesc = "Inspector scans instances and functions"
    description = (
        "A template with a GuardDuty detector has a Custom::Inspector too, whose ResourceTypes are EC2 and LAMBDA."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/inspector-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "detection"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for what is not scanned."""
        if list(_values.resources(cfn, DETECTOR)) and not list(_values.resources(cfn, INSPECTOR)):
            yield RuleMatch(["Resources"], f"detection is not whole: there must be an Inspector ({INSPECTOR})")
        for name, leaf in _values.properties(cfn, ("ResourceTypes",), INSPECTOR):
            for kind in SCANNED:
                if kind not in _values.as_list(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: ResourceTypes must have {kind}")
