"""E9129: a load balancer passes on no malformed headers, and is not deleted by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

DESYNC, LOGS = "routing.http.desync_mitigation_mode", "access_logs.s3.bucket"
ATTRIBUTES = ("routing.http.drop_invalid_header_fields.enabled", "deletion_protection.enabled")


class LoadBalancerAttributesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Malformed headers are how one request is smuggled within another."""

    id = "E9129"
    shortdesc = "An Application Load Balancer drops invalid headers and is protected"
    description = (
        "drop_invalid_header_fields is on; requests are kept in sync (desync_mitigation_mode), the "
        "bucket of access logs is named; deletion protection is on, or a parameter that is on by default."
    )
    source_url = (
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html"
    )
    tags: ClassVar[list[str]] = ["cfngen", "network", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each attribute that is off."""
        for name, resource in _values.resources(cfn, "AWS::ElasticLoadBalancingV2::LoadBalancer"):
            given = _values.mapping(resource.get("Properties"))
            if given.get("Type", "application") != "application":
                continue
            path = ["Resources", name, "Properties"] if given else ["Resources", name]
            for key in ATTRIBUTES:
                if not any(_values.chosen(cfn, value) for value in _values_of(cfn, given, key)):
                    yield RuleMatch(path, f"{name}: LoadBalancerAttributes must set {key} to true")
            if not {"defensive", "strictest"} & set(map(str, _values_of(cfn, given, DESYNC))):
                yield RuleMatch(path, f"{name}: LoadBalancerAttributes must set {DESYNC} to defensive or strictest")
            if not any(_values_of(cfn, given, LOGS)):
                yield RuleMatch(path, f"{name}: LoadBalancerAttributes must set {LOGS}")


def _values_of(cfn: Template, given: Mapping[str, Any], key: str) -> Iterator[Any]:
    """Yield the values that are written for an attribute, a pair of Key and Value in a list."""
    for item in _values.values_at(cfn, given, ("LoadBalancerAttributes", "*")):
        if _values.mapping(item.value).get("Key") == key:
            yield _values.mapping(item.value).get("Value")
