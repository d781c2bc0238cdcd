"""E9153: an instance starts with an encrypted disk, a role, monitoring and a metadata service that stays inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, one_of, unmet
from cfngen.rules._values import ABSENT, is_true

TEMPLATE, DATA = "AWS::EC2::LaunchTemplate", "LaunchTemplateData"
DISKS = f"{DATA}.BlockDeviceMappings"

TABLE = (
    Setting(TEMPLATE, f"{DATA}.MetadataOptions.HttpPutResponseHopLimit", one_of(1, "1"), "must be 1"),
    Setting(TEMPLATE, f"{DATA}.MetadataOptions.HttpEndpoint", one_of("enabled"), "must be said"),
    Setting(TEMPLATE, f"{DATA}.Monitoring.Enabled", is_true, "must be true"),
    Setting(TEMPLATE, f"{DATA}.EbsOptimized", is_true, "must be true"),
    Setting(
        TEMPLATE, f"{DATA}.IamInstanceProfile.Arn", given, "must name a profile: an instance has no keys of its own"
    ),
    Setting(TEMPLATE, f"{DATA}.SecurityGroupIds", given, "must name a group: else it has the network's own"),
    Setting(TEMPLATE, DISKS, given, "must say how the disk is encrypted"),
    Setting(TEMPLATE, f"{DISKS}.*.Ebs.KmsKeyId", given, "must name a KMS key"),
    Setting(
        TEMPLATE, f"{DISKS}.*.Ebs.DeleteOnTermination", is_true, "must be true: a disk left behind is one forgotten"
    ),
    Setting(TEMPLATE, f"{DISKS}.*.DeviceName", given, "must be the disk's that the image has"),
    Setting(
        TEMPLATE, f"{DATA}.KeyName", lambda value: value is ABSENT, "must not be given: people come by Session Manager"
    ),
)


class LaunchTemplatesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A container on the instance is a hop further away than the instance itself."""

    id = "E9153"
    shortdesc = "A launch template hardens what it starts"
    description = (
        "Metadata stay within one hop, the disk has a key of ours and goes with the instance, detailed monitoring is "
        "on, there is an instance profile, and no key pair."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "compute", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each setting that an instance lacks."""
        yield from unmet(cfn, TABLE)
        for name, leaf in _values.properties(cfn, (DATA, "TagSpecifications", "*"), TEMPLATE):
            specification = _values.mapping(leaf.value)
            if not specification.get("ResourceType") or not specification.get("Tags"):
                what = "TagSpecifications must have ResourceType and Tags: backup and access go by them"
                yield RuleMatch(leaf.path, f"{name}: {what}")
