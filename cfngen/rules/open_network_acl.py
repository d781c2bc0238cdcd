"""E9111: a network ACL does not let everything through to or from everyone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._security_groups import is_open
from cfngen.rules._values import Leaf


class OpenNetworkAclRule(CloudFormationLintRule):  # type: ignore[misc]
    """A network ACL is the second fence: it must not stand open when the first one falls."""

    id = "E9111"
    shortdesc = "A network ACL names protocols where it admits everyone"
    description = "No entry allows all protocols from or to the whole internet."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each entry that allows everything for everyone."""
        for name, leaf in _values.properties(cfn, (), "AWS::EC2::NetworkAclEntry"):
            if isinstance(leaf.value, Mapping) and leaf.value.get("RuleAction") == "allow":
                protocols = [str(each.value) for each in _values.values_at(cfn, leaf.value, ("Protocol",), leaf.path)]
                if "-1" in protocols and any(_is_open(cfn, leaf, key) for key in ("CidrBlock", "Ipv6CidrBlock")):
                    yield RuleMatch(leaf.path, f"{name}: an entry for everyone must name a protocol and ports")


def _is_open(cfn: Template, entry: Leaf, key: str) -> bool:
    return any(is_open(_values.default(cfn, leaf.value)) for leaf in _values.values_at(cfn, entry.value, (key,)))
