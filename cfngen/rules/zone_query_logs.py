"""E9207: who asked a public zone for which name is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import given

ZONE = "AWS::Route53::HostedZone"
ANSWERED = "CKV2_AWS_39"
"""checkov's rule of the same content; who has answered it with a reason (E9124) has answered this one."""


class ZoneQueryLogsRule(CloudFormationLintRule):  # type: ignore[misc]
    """Route 53 writes query logs to us-east-1 only: a zone that logs under a condition must say why."""

    id = "E9207"
    shortdesc = "A public zone logs its queries"
    description = (
        "QueryLoggingConfig names a log group, unless the zone is a network's own (VPCs); under a condition only where "
        "the zone answers checkov's CKV2_AWS_39 with a reason."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/route53-controls.html#route53-2"
    tags: ClassVar[list[str]] = ["cfngen", "audit", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each public zone whose queries nobody sees."""
        for name, resource in _values.resources(cfn, ZONE):
            written = _values.mapping(resource.get("Properties"))
            if given(written.get("VPCs")):
                continue
            keys, path = ("QueryLoggingConfig", "CloudWatchLogsLogGroupArn"), ["Resources", name, "Properties"]
            leaves = list(_values.values_at(cfn, written, keys, path))
            missing = [leaf for leaf in leaves if not given(leaf.value)]
            if _is_answered(resource) and len(missing) < len(leaves):
                continue
            for leaf in missing:
                what = "QueryLoggingConfig.CloudWatchLogsLogGroupArn must name a log group of us-east-1"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _is_answered(zone: Mapping[str, Any]) -> bool:
    answers = _values.mapping(_values.mapping(zone.get("Metadata")).get("checkov")).get("skip")
    return any(_values.mapping(each).get("id") == ANSWERED for each in _values.as_list(answers))
