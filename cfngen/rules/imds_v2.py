"""E9108: an instance's credentials are read with a session token only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

PLACES = {
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData", "MetadataOptions", "HttpTokens"),
    "AWS::AutoScaling::LaunchConfiguration": ("MetadataOptions", "HttpTokens"),
}


class ImdsV2Rule(CloudFormationLintRule):  # type: ignore[misc]
    """IMDSv1 answers any request forged through a web server (SSRF)."""

    id = "E9108"
    shortdesc = "The instance metadata service requires tokens (IMDSv2)"
    description = "HttpTokens is required in each launch template."
    source_url = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"
    tags: ClassVar[list[str]] = ["cfngen", "compute"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way to start an instance that IMDSv1 would answer."""
        for kind, keys in PLACES.items():
            yield from _values.require(cfn, kind, keys, lambda value: value == "required", "must be required")
        for name, leaf in _values.properties(cfn, (), "AWS::EC2::Instance"):
            if not isinstance(leaf.value, Mapping) or "LaunchTemplate" not in leaf.value:
                yield RuleMatch(
                    leaf.path, f"{name}: an instance must start from a launch template that requires tokens"
                )
