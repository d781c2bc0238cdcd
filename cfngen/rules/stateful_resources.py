"""E9103: whatever holds data outlives its stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

CONTEXT = "com.aws.cloudformation.Context"

STATEFUL = (
    "AWS::Backup::BackupVault",
    "AWS::CloudTrail::Trail",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Route53::HostedZone",
    "AWS::S3::Bucket",
)
"""Types whose loss is a loss of data, of evidence or of the means to read them."""

WITH_SNAPSHOT = frozenset({"AWS::RDS::DBCluster", "AWS::RDS::DBInstance"})
"""Types that may leave a final snapshot behind instead."""

DELETION = {"Retain", "RetainExceptOnCreate"}
REPLACEMENT = {"Retain"}


class StatefulResourcesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A stack that is deleted, or that replaces a resource, must not take data with it."""

    id = "E9103"
    shortdesc = "A stateful resource is retained and says so"
    description = (
        "What holds data has DeletionPolicy RetainExceptOnCreate, UpdateReplacePolicy Retain "
        "and mutable: must-never-change."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"
    )
    tags: ClassVar[list[str]] = ["cfngen", "continuity"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each missing policy or note."""
        for name, resource in _values.resources(cfn, *STATEFUL):
            path = ["Resources", name]
            snapshot = {"Snapshot"} if resource.get("Type") in WITH_SNAPSHOT else set()
            for key, accepted in (("DeletionPolicy", DELETION), ("UpdateReplacePolicy", REPLACEMENT)):
                if resource.get(key) not in accepted | snapshot:
                    wanted = " or ".join(sorted(accepted | snapshot))
                    yield RuleMatch([*path, key] if key in resource else path, f"{name}: {key} must be {wanted}")
            if _mutable(resource) != "must-never-change":
                what = f"{name}: Metadata {CONTEXT} must say mutable: must-never-change, so that plan protects it"
                yield RuleMatch(path, what)


def _mutable(resource: Mapping[str, Any]) -> Any:
    return _values.mapping(_values.mapping(resource.get("Metadata")).get(CONTEXT)).get("mutable")
