"""E9156: every subnet has a network ACL and a route table that somebody chose for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

SUBNET = "AWS::EC2::Subnet"
ASSOCIATIONS = {
    "AWS::EC2::SubnetNetworkAclAssociation": "NetworkAclId",
    "AWS::EC2::SubnetRouteTableAssociation": "RouteTableId",
}


class SubnetFencesRule(CloudFormationLintRule):  # type: ignore[misc]
    """The network's own ACL lets everything through; its main route table is whatever it has become."""

    id = "E9156"
    shortdesc = "A subnet has a network ACL and a route table of its own"
    description = "An association of the same template gives each subnet its network ACL and its route table."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each subnet without one of them."""
        for kind, key in ASSOCIATIONS.items():
            given = [_values.mapping(leaf.value) for _, leaf in _values.properties(cfn, (), kind)]
            fenced = {_values.owner(each.get("SubnetId")) for each in given if _values.owner(each.get(key))}
            for name, _ in _values.resources(cfn, SUBNET):
                if name not in fenced:
                    what = f"a {kind.rpartition('::')[2]} ({kind}) must give it a {key}"
                    yield RuleMatch(["Resources", name], f"{name}: {what}")
