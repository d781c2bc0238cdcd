"""E9126: the traffic of every network is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values


class VpcFlowLogsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Rejected traffic alone does not show what a stolen credential has read."""

    id = "E9126"
    shortdesc = "A VPC has a flow log of all traffic"
    description = "A flow log of the same template records all traffic of each VPC."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each VPC whose traffic is not recorded, or only in part."""
        logged = {
            _values.ref(leaf.value.get("ResourceId"))
            for _, leaf in _values.properties(cfn, (), "AWS::EC2::FlowLog")
            if isinstance(leaf.value, Mapping) and leaf.value.get("TrafficType") == "ALL"
        }
        for name, _ in _values.resources(cfn, "AWS::EC2::VPC"):
            if name not in logged:
                yield RuleMatch(["Resources", name], f"{name}: a flow log must record TrafficType ALL of this VPC")
