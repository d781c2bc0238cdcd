"""E9212: what a network's machines say to AWS stays inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

VPC, ENDPOINT = "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint"

SERVICES = (
    "cloudformation",
    "dynamodb",
    "ec2messages",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "ssm",
    "ssmmessages",
    "sts",
)
"""What instances talk to: data, secrets, keys, logs, sessions, signals of their start.

https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html, EC2.10 and EC2.55 to EC2.60
"""


class VpcEndpointsRule(CloudFormationLintRule):  # type: ignore[misc]
    """An endpoint has a policy, which lets nobody carry data to another account; a NAT gateway has none."""

    id = "E9212"
    shortdesc = "A network has endpoints for the services that its machines use"
    description = f"A template with a VPC has a VPC endpoint, be it under a condition, for {', '.join(SERVICES)}."
    source_url = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"
    tags: ClassVar[list[str]] = ["cfngen", "network"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each service that is reached through the internet only."""
        texts = [_values.text_of(leaf.value) for _, leaf in _values.properties(cfn, ("ServiceName",), ENDPOINT)]
        reached = {text.rpartition(".")[2] for text in texts}
        for name, _ in _values.resources(cfn, VPC):
            for service in SERVICES:
                if texts and service not in reached:
                    what = f"a VPCEndpoint ({ENDPOINT}) must have the ServiceName of {service}"
                    yield RuleMatch(["Resources", name], f"{name}: {what}")
