"""E9134: what the CIS benchmark wants to be heard of is counted in the trail's log group, and rings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values

CIS = {
    "4.1": "UnauthorizedOperation AccessDenied",
    "4.2": "ConsoleLogin MFAUsed",
    "4.3": "Root invokedBy AwsServiceEvent",
    "4.4": "iam.amazonaws.com PutRolePolicy AttachRolePolicy CreatePolicyVersion DeletePolicy AttachUserPolicy "
    "AttachGroupPolicy PutUserPolicy PutGroupPolicy DetachRolePolicy",
    "4.5": "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging",
    "4.6": "ConsoleLogin errorMessage",
    "4.7": "kms.amazonaws.com DisableKey ScheduleKeyDeletion",
    "4.8": "s3.amazonaws.com PutBucketAcl PutBucketPolicy PutBucketLifecycle DeleteBucketPolicy",
    "4.9": "config.amazonaws.com StopConfigurationRecorder DeleteDeliveryChannel PutConfigurationRecorder",
    "4.10": "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress CreateSecurityGroup",
    "4.11": "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAclEntry ReplaceNetworkAclAssociation",
    "4.12": "AttachInternetGateway CreateInternetGateway CreateCustomerGateway DetachInternetGateway",
    "4.13": "CreateRoute ReplaceRoute DeleteRoute ReplaceRouteTableAssociation DisassociateRouteTable",
    "4.14": "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection",
    "4.15": "organizations.amazonaws.com LeaveOrganization AttachPolicy CreateAccount UpdatePolicy",
}
"""Words of the filter pattern that each item cannot do without.

https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""


class TrailAlarmsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A trail that nobody reads stops nobody: items 4.1 to 4.15 of CIS AWS Foundations v3.0.0."""

    id = "E9134"
    shortdesc = "An audit trail is watched for all that CIS names"
    description = (
        "A template with a trail has, for each item 4.1 to 4.15, a metric filter on the trail's log group and an "
        "alarm on its metric."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each item that no filter counts, or no alarm rings for."""
        ringing = {_metric(_values.mapping(r.get("Properties"))) for _, r in _values.resources(cfn, *_ALARM)}
        for name, leaf in _values.properties(cfn, (), "AWS::CloudTrail::Trail"):
            group = _group(_values.mapping(leaf.value).get("CloudWatchLogsLogGroupArn"))
            filters = [f for f in _filters(cfn) if group and _values.ref(f.get("LogGroupName")) == group]
            for item, words in CIS.items():
                counting = [f for f in filters if all(w in str(f.get("FilterPattern")) for w in words.split())]
                if not counting:
                    yield RuleMatch(
                        leaf.path, f"{name}: no metric filter on its log group counts what CIS {item} names"
                    )
                elif not any(_metric(each) in ringing for f in counting for each in _transformations(f)):
                    yield RuleMatch(leaf.path, f"{name}: no alarm is on the metric of CIS {item}")


_ALARM = ("AWS::CloudWatch::Alarm",)


def _filters(cfn: Template) -> list[Mapping[str, Any]]:
    found = _values.resources(cfn, "AWS::Logs::MetricFilter")
    return [_values.mapping(resource.get("Properties")) for _, resource in found]


def _transformations(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [_values.mapping(each) for each in _values.as_list(found.get("MetricTransformations"))]


def _metric(given: Mapping[str, Any]) -> tuple[str, str]:
    """Return namespace and name of an alarm's or a filter's metric."""
    return _values.text_of(given.get("Namespace", given.get("MetricNamespace"))), str(given.get("MetricName"))


def _group(arn: Any) -> str:
    """Return the log group whose ARN `Fn::GetAtt` gives, or ''."""
    target = _values.mapping(arn).get("Fn::GetAtt")
    parts = target.split(".") if isinstance(target, str) else target
    return str(parts[0]) if isinstance(parts, list) and parts else ""
