"""E9157: who may call from outside is a setting, and calls one port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._security_groups import is_open, security_rules

PORTS = ("FromPort", "ToPort", "IpProtocol")


class IngressRangesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A range that is written down cannot be narrowed in an emergency without a new template."""

    id = "E9157"
    shortdesc = "A range of callers is a parameter and opens one port"
    description = "An ingress rule does not spell out the whole internet; one by a parameter opens a single TCP port."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each range that is too fixed, or opens too much."""
        for name, leaf in security_rules(cfn, "Ingress"):
            rule = _values.mapping(leaf.value)
            first, last, protocol = (rule.get(each) for each in PORTS)
            for key in ("CidrIp", "CidrIpv6"):
                if key in rule and is_open(rule[key]):
                    what = f"{key} {rule[key]} must be a parameter, so that it can be narrowed"
                    yield RuleMatch(leaf.path, f"{name}: {what}")
                if _values.ref(rule.get(key)) and (first is None or first != last or str(protocol) not in ("tcp", "6")):
                    yield RuleMatch(leaf.path, f"{name}: {key} must open one TCP port ({', '.join(PORTS)})")
