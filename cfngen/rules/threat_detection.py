"""E9144: GuardDuty, Security Hub and Access Analyzer are all on, with all that they look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, items, one_of, unmet
from cfngen.rules._values import is_true

DETECTOR, HUB, STANDARD = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub", "AWS::SecurityHub::Standard"
TOGETHER = (DETECTOR, HUB, "AWS::AccessAnalyzer::Analyzer")

TABLE = (
    Setting(DETECTOR, "Enable", is_true, "must be true"),
    Setting(DETECTOR, "FindingPublishingFrequency", one_of("FIFTEEN_MINUTES"), "must be FIFTEEN_MINUTES"),
    Setting(HUB, "AutoEnableControls", is_true, "must be true"),
)

FEATURES = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
)
"""What GuardDuty can look at: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html"""

AGENT = "EC2_AGENT_MANAGEMENT"
AGENTS = (AGENT, "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT")
"""Each installs the agent of runtime monitoring; that of the fleets must be on, there are no containers."""

STANDARDS = ("aws-foundational-security-best-practices", "cis-aws-foundations-benchmark")


class ThreatDetectionRule(CloudFormationLintRule):  # type: ignore[misc]
    """A detector that is switched off is there all the same, and costs nothing but what it would have found."""

    id = "E9144"
    shortdesc = "GuardDuty, Security Hub and Access Analyzer are on"
    description = (
        "A template with one of them has all; GuardDuty is enabled with every feature, publishes within fifteen "
        "minutes and manages its agent on instances; Security Hub has AWS's best practices and CIS as standards."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "detection"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each detector that is missing or off."""
        yield from unmet(cfn, TABLE)
        if list(_values.resources(cfn, *TOGETHER, STANDARD)):
            yield from _absent(cfn)
        for name, leaf, found in items(cfn, DETECTOR, "Features"):
            for feature in FEATURES:
                if not any(_is_on(each, feature) for each in found):
                    what = f"Features must have {feature} with Status ENABLED"
                    yield RuleMatch(leaf.path, f"{name}: {what}")
            inner = [_values.as_list(_values.mapping(each).get("AdditionalConfiguration")) for each in found]
            agents = {str(each.get("Name")): each.get("Status") for one in inner for each in map(_values.mapping, one)}
            if agents.get(AGENT) != "ENABLED" or not all(agents.get(each) for each in AGENTS):
                what = f"Features must have {AGENT} with Status ENABLED in an AdditionalConfiguration, and say of"
                yield RuleMatch(leaf.path, f"{name}: {what} {', '.join(AGENTS)} (Name) whether they are")


def _absent(cfn: Template) -> Iterator[RuleMatch]:
    for kind in TOGETHER:
        if not list(_values.resources(cfn, kind)):
            yield RuleMatch(
                ["Resources"], f"detection is not whole: there must be a {kind.rpartition('::')[2]} ({kind})"
            )
    arns = [_values.text_of(leaf.value) for _, leaf in _values.properties(cfn, ("StandardsArn",), STANDARD)]
    for standard in STANDARDS:
        if not any(standard in arn for arn in arns):
            yield RuleMatch(["Resources"], f"a Standard ({STANDARD}) must have the StandardsArn of {standard}")


def _is_on(feature: Any, name: str) -> bool:
    given = _values.mapping(feature)
    return given.get("Name") == name and given.get("Status") == "ENABLED"
