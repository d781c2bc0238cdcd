"""E9109: the internet reaches ports 80 and 443 only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._security_groups import open_cidrs, security_rules
from cfngen.rules._values import Leaf

WEB_PORTS = (80, 443)


class OpenIngressRule(CloudFormationLintRule):  # type: ignore[misc]
    """Which groups those ports may be open on is for the reachability proof: a rule sees one template."""

    id = "E9109"
    shortdesc = "Only ports 80 and 443 are open to the internet"
    description = "A security group rule that admits everyone names port 80 or port 443, and one protocol."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each rule that admits everyone to another port."""
        for name, leaf in security_rules(cfn, "Ingress"):
            for cidr in open_cidrs(cfn, leaf):
                if not _is_web(cfn, leaf):
                    yield RuleMatch(cidr.path, f"{name}: {cidr.value} may reach TCP port 80 or 443 only")


def _is_web(cfn: Template, rule: Leaf) -> bool:
    first, last, protocol = (
        [leaf.value for leaf in _values.values_at(cfn, rule.value, (key,), rule.path)]
        for key in ("FromPort", "ToPort", "IpProtocol")
    )
    ports = {_values.number(_values.default(cfn, port)) for port in (*first, *last)}
    return len(ports) == 1 and ports <= set(WEB_PORTS) and set(map(str, protocol)) <= {"tcp", "6"}
