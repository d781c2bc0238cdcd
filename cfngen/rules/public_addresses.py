"""E9130: no instance gets a public address by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT

PLACES: dict[str, tuple[str, ...]] = {
    "AWS::EC2::Subnet": ("MapPublicIpOnLaunch",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData", "NetworkInterfaces", "*", "AssociatePublicIpAddress"),
    "AWS::EC2::Instance": ("NetworkInterfaces", "*", "AssociatePublicIpAddress"),
    "AWS::AutoScaling::LaunchConfiguration": ("AssociatePublicIpAddress",),
}


class PublicAddressesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Load balancers and NAT gateways have theirs without this; instances need none."""

    id = "E9130"
    shortdesc = "No subnet and no instance hands out public addresses"
    description = "MapPublicIpOnLaunch and AssociatePublicIpAddress are not true."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html"
    tags: ClassVar[list[str]] = ["cfngen", "network", "public"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way to a public address."""
        for kind, keys in PLACES.items():
            for name, leaf in _values.properties(cfn, keys, kind):
                if leaf.value is not ABSENT and not _values.is_false(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: {keys[-1]} must be false")
