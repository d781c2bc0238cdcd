"""What looks for threats and weaknesses: GuardDuty, Security Hub, Inspector, Access Analyzer.

Each exists once per account and region and may be an organization's already: then its switch is false. GuardDuty
watches with every protection that it has for what is used here; Security Hub collects the findings of all and judges
by AWS's best practices and the CIS benchmark.
"""

from __future__ import annotations

from awacs.aws import Statement, StringEquals
from troposphere import Equals, GetAtt, Parameter, Sub, Template, accessanalyzer, guardduty, securityhub
from troposphere.cloudformation import CustomResource

from ..layer import Classification, setting, take
from ..parts.functions import Code, inline_function
from ..parts.metadata import context
from ..parts.statements import ANYTHING, allow
from ..parts.tags import name_tag
from . import configuration

CLASSIFICATION = Classification.AUDIT


def _switch(service: str, what: str) -> Parameter:
    return Parameter(
        f"Manage{service}",
        Type="String",
        Default="true",
        AllowedValues=["true", "false"],
        Description=f"Whether {what} is ours; false where an organization has it in the account already.",
    )


MANAGE_GUARD_DUTY = _switch("GuardDuty", "GuardDuty")
MANAGE_SECURITY_HUB = _switch("SecurityHub", "Security Hub")
MANAGE_INSPECTOR = _switch("Inspector", "Amazon Inspector")
MANAGE_ACCESS_ANALYZER = _switch("AccessAnalyzer", "IAM Access Analyzer")

PROTECTIONS = (
    "S3_DATA_EVENTS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
    "EKS_AUDIT_LOGS",
)
"""Of GuardDuty; EKS's costs nothing without a cluster, and is there should one ever appear.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html
"""

AGENTS = {
    "EC2_AGENT_MANAGEMENT": "ENABLED",
    "ECS_FARGATE_AGENT_MANAGEMENT": "DISABLED",
    "EKS_ADDON_MANAGEMENT": "DISABLED",
}
"""Runtime monitoring puts its agent on Linux instances through Systems Manager; Windows has none."""

SCANNED = ("EC2", "LAMBDA")
"""There are no container images here; scanning code of functions is not offered in every region."""

INSPECTOR_ROLES = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*inspector2.amazonaws.com/*"
INSPECTOR_SERVICES = ["agentless.inspector2.amazonaws.com", "inspector2.amazonaws.com"]

FUNCTION = Code("InspectorFunction", "inspector", "Switches Amazon Inspector on, for which CloudFormation has no type.")

STANDARDS = {
    "BestPractices": "aws-foundational-security-best-practices/v/1.0.0",
    "CisBenchmark": "cis-aws-foundations-benchmark/v/3.0.0",
}
"""https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html."""


def build(template: Template) -> None:
    """Add each service behind its switch."""
    for switch in (MANAGE_GUARD_DUTY, MANAGE_SECURITY_HUB, MANAGE_INSPECTOR, MANAGE_ACCESS_ANALYZER):
        template.add_condition(_manages(switch), Equals(setting(template, switch), "true"))
    _detector(template)
    hub = _hub(template)
    for title, standard in STANDARDS.items():
        _standard(template, title, standard, hub)
    _inspector(template)
    _analyzer(template)


def _manages(switch: Parameter) -> str:
    return str(switch.title).replace("Manage", "Manages", 1)


def _detector(template: Template) -> guardduty.Detector:
    return template.add_resource(
        guardduty.Detector(
            "Detector",
            Condition=_manages(MANAGE_GUARD_DUTY),
            Metadata=context(
                "Finds stolen credentials, malware and odd access in logs that we need not read ourselves.",
                must=("stay enabled, with every protection",),
                mutable="change-with-constraints",
            ),
            Enable=True,
            Features=[_feature(name) for name in PROTECTIONS],
            FindingPublishingFrequency="FIFTEEN_MINUTES",
        )
    )


def _feature(name: str) -> guardduty.CFNFeatureConfiguration:
    if name != "RUNTIME_MONITORING":
        return guardduty.CFNFeatureConfiguration(Name=name, Status="ENABLED")
    agents = [guardduty.CFNFeatureAdditionalConfiguration(Name=each, Status=AGENTS[each]) for each in AGENTS]
    return guardduty.CFNFeatureConfiguration(Name=name, Status="ENABLED", AdditionalConfiguration=agents)


def _hub(template: Template) -> securityhub.Hub:
    return template.add_resource(
        securityhub.Hub(
            "Hub",
            Condition=_manages(MANAGE_SECURITY_HUB),
            Metadata=context(
                "One list of findings; the standards are named below, so that AWS's defaults change nothing unasked.",
                must=("judge new controls as soon as AWS has them",),
                mutable="change-with-constraints",
            ),
            AutoEnableControls=True,
            ControlFindingGenerator="SECURITY_CONTROL",
            EnableDefaultStandards=False,
        )
    )


def _standard(template: Template, title: str, standard: str, hub: securityhub.Hub) -> securityhub.Standard:
    return template.add_resource(
        securityhub.Standard(
            title,
            Condition=_manages(MANAGE_SECURITY_HUB),
            DependsOn=hub.title,
            Metadata=context("Judges the account by the whole standard: no control is switched off."),
            StandardsArn=Sub("arn:${AWS::Partition}:securityhub:${AWS::Region}::standards/" + standard),
        )
    )


def _inspector(template: Template) -> CustomResource:
    before = set(template.resources)
    function = inline_function(template, FUNCTION, take(template, configuration.DETECTION_KEY_ARN), _rights())
    scans = CustomResource(
        "Inspector",
        Metadata=context(
            "Scans instances and functions for known weaknesses, as soon as either changes.",
            must=("scan EC2 and Lambda",),
            mutable="change-with-constraints",
        ),
        ServiceToken=GetAtt(function, "Arn"),
        ServiceTimeout=300,
        ResourceTypes=list(SCANNED),
    )
    scans.resource["Type"] = "Custom::Inspector"
    template.add_resource(scans)
    for title in template.resources.keys() - before:
        template.resources[title].Condition = _manages(MANAGE_INSPECTOR)
    return scans


def _rights() -> list[Statement]:
    makes_roles = StringEquals({"iam:AWSServiceName": INSPECTOR_SERVICES})
    return [
        allow("Inspector", "inspector2:BatchGetAccountStatus Disable Enable", ANYTHING),
        allow("LinkedRoles", "iam:CreateServiceLinkedRole", INSPECTOR_ROLES, when=[makes_roles]),
    ]


def _analyzer(template: Template) -> accessanalyzer.Analyzer:
    return template.add_resource(
        accessanalyzer.Analyzer(
            "Analyzer",
            Condition=_manages(MANAGE_ACCESS_ANALYZER),
            Metadata=context("Finds what is shared with anybody outside the account: buckets, keys, roles, secrets."),
            Tags=name_tag(template, "analyzer"),
            Type="ACCOUNT",
        )
    )
