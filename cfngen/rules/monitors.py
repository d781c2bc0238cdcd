"""E9196: monitors look at services, and at nothing that is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import grants, listed, statements

NEVER = (
    *("s3:GetObject", "secretsmanager:GetSecretValue", "ssm:GetParameter", "kms:Decrypt", "rds-data:ExecuteStatement"),
    *("rds:DownloadDBLogFilePortion", "logs:GetLogEvents", "logs:StartQuery", "cloudfront:GetDistributionConfig"),
    *("cloudfront:ListDistributions", "config:GetResourceConfigHistory", "wafv2:GetSampledRequests"),
)
"""Ways to a patient's document, a secret, what is in a database, or a distribution's secret header."""


class MonitorsRule(CloudFormationLintRule):  # type: ignore[misc]
    """AWS adds actions to what a wildcard such as Get* allows; a denial stays."""

    id = "E9196"
    shortdesc = "A monitor is denied what is in the services it looks at"
    description = "A role whose name has -monitor- has a policy that denies reading objects, secrets, logs and headers."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each monitor and each action that is not denied."""
        for name, leaf in _values.properties(cfn, ("RoleName",), "AWS::IAM::Role"):
            if "-monitor-" not in _values.text_of(leaf.value):
                continue
            arns = _values.properties(cfn, ("ManagedPolicyArns", "*"), "AWS::IAM::Role")
            attached = {_values.ref(each.value) for role, each in arns if role == name}
            denials = [each for each in statements(cfn) if each.resource in attached and not each.allows]
            denied = [found.value for each in denials for found in listed(cfn, each, "Action")]
            for action in NEVER:
                if not any(grants(pattern, action) for pattern in denied):
                    yield RuleMatch(["Resources", name], f"{name}: {action} must be denied")
