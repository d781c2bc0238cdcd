"""E9110: nothing may call out on every protocol and port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._security_groups import open_cidrs, security_rules
from cfngen.rules._values import Leaf


class OpenEgressRule(CloudFormationLintRule):  # type: ignore[misc]
    """Without any egress rule, EC2 adds one that allows everything."""

    id = "E9110"
    shortdesc = "A security group states its egress, and not everything"
    description = "Each security group has egress rules, none of which allows all protocols to everyone."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each group that may call out on every port, by rule or by default."""
        for name, leaf in security_rules(cfn, "Egress"):
            for cidr in open_cidrs(cfn, leaf):
                if _is_everything(cfn, leaf):
                    yield RuleMatch(cidr.path, f"{name}: egress to {cidr.value} must name a protocol and ports")
        stated = {_group(rule.value) for _, rule in _values.properties(cfn, (), "AWS::EC2::SecurityGroupEgress")}
        for name, leaf in _values.properties(cfn, ("SecurityGroupEgress",), "AWS::EC2::SecurityGroup"):
            if not _values.as_list(leaf.value) and name not in stated:
                yield RuleMatch(
                    leaf.path, f"{name}: SecurityGroupEgress must be stated: without it everything is allowed"
                )


def _group(rule: Any) -> str:
    """Return the logical id of the group that a rule of its own belongs to."""
    group = rule.get("GroupId") if isinstance(rule, Mapping) else None
    attribute = group.get("Fn::GetAtt") if isinstance(group, Mapping) else None
    if isinstance(attribute, list) and attribute:
        return str(attribute[0])
    return attribute.partition(".")[0] if isinstance(attribute, str) else _values.ref(group)


def _is_everything(cfn: Template, rule: Leaf) -> bool:
    protocols = [leaf.value for leaf in _values.values_at(cfn, rule.value, ("IpProtocol",), rule.path)]
    first = [_values.number(leaf.value) for leaf in _values.values_at(cfn, rule.value, ("FromPort",), rule.path)]
    last = [_values.number(leaf.value) for leaf in _values.values_at(cfn, rule.value, ("ToPort",), rule.path)]
    all_ports = any(port is not None and port <= 1 for port in first) and 65535 in last
    return all_ports or any(str(protocol) == "-1" for protocol in protocols)
