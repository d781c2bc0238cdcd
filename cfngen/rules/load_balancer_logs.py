"""E9118: every load balancer writes access logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import Leaf

CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"


class LoadBalancerLogsRule(CloudFormationLintRule):  # type: ignore[misc]
    """They are the only record of who asked for what."""

    id = "E9118"
    shortdesc = "A load balancer writes access logs"
    description = "Access logging is on: a property of a Classic Load Balancer, an attribute of the others."
    source_url = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each load balancer without access logs."""
        keys = ("AccessLoggingPolicy", "Enabled")
        yield from _values.require(cfn, CLASSIC, keys, _values.is_true, "must be true")
        for name, leaf in _values.properties(cfn, (), "AWS::ElasticLoadBalancingV2::LoadBalancer"):
            values = list(_attribute(cfn, leaf, "access_logs.s3.enabled"))
            if not values or not all(_values.is_true(value) for value in values):
                yield RuleMatch(leaf.path, f"{name}: LoadBalancerAttributes must set access_logs.s3.enabled to true")


def _attribute(cfn: Template, balancer: Leaf, key: str) -> Iterator[Any]:
    """Yield each value of one of a load balancer's attributes, a list of Key and Value."""
    for item in _values.values_at(cfn, balancer.value, ("LoadBalancerAttributes", "*"), balancer.path):
        if isinstance(item.value, Mapping) and item.value.get("Key") == key:
            yield from (leaf.value for leaf in _values.values_at(cfn, item.value, ("Value",), item.path))
