"""The web application firewall in front of everything: a web ACL at CloudFront, and its log.

Known attacks and floods are refused where they arrive, before they reach any geography. Uploads do not come this way:
the browser sends them to the documents bucket by presigned URL.
"""

from __future__ import annotations

from troposphere import GetAtt, Parameter, Template, wafv2

from .. import facts
from ..layer import Classification, Wire, give, setting, take
from ..parts import web_acls
from ..parts.metadata import context
from ..parts.tags import name_tag
from . import domain

CLASSIFICATION = Classification.AUDIT

EDGE_FIREWALL_ARN = Wire("EdgeFirewallArn", "String", "The web ACL of the distribution.")
EDGE_FIREWALL_METRIC = Wire("EdgeFirewallMetric", "String", "The edge's web ACL in CloudWatch's metrics.")

EDGE_RATE_LIMIT = Parameter(
    "EdgeRateLimit",
    Type="Number",
    Default="2000",
    MinValue=10,
    MaxValue=2000000000,
    Description="Requests that one address may send to CloudFront in five minutes before it is refused.",
)

_WHERE = "edge"


def build(template: Template) -> None:
    """Add the web ACL and log what it decides."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT):
        setting(template, fact)
    acl = _web_acl(template)
    group = web_acls.decision_logs(template, "EdgeFirewallLogs", _WHERE, take(template, domain.EDGE_LOGS_KEY_ARN))
    web_acls.logging(template, "EdgeFirewallLogging", acl, group, queries=False)
    give(template, EDGE_FIREWALL_ARN, GetAtt(acl, "Arn"))
    give(template, EDGE_FIREWALL_METRIC, web_acls.metric(_WHERE, "firewall"))


def _web_acl(template: Template) -> wafv2.WebACL:
    limit = wafv2.RateBasedStatement(
        AggregateKeyType="IP", EvaluationWindowSec=300, Limit=setting(template, EDGE_RATE_LIMIT)
    )
    return template.add_resource(
        wafv2.WebACL(
            "EdgeFirewall",
            Scope="CLOUDFRONT",
            Description="Refuses known attacks and floods before they reach a geography.",
            DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
            DataProtectionConfig=web_acls.data_protection(),
            Rules=[web_acls.rate_limit(_WHERE, limit), *web_acls.managed_rules(_WHERE)],
            VisibilityConfig=web_acls.visibility(_WHERE, "firewall"),
            Tags=name_tag(template, "edge-firewall"),
            Metadata=context(
                "A Classic Load Balancer can have no web ACL: the public side is protected here.",
                must=(
                    "Every rule blocks, but the one on long bodies.",
                    "Every decision is logged, sessions and query strings redacted: the log leaves the geography.",
                ),
                mutable="review-required",
            ),
        )
    )
