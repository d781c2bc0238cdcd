"""The app tier's web application firewall: a web ACL before the app balancer, and its log.

Managed rule groups refuse known attacks and a rate limit refuses floods. A Classic Load Balancer can have
no web ACL, so the public side is protected in front of it, at the edge; this one stands behind the web tier.
"""

from __future__ import annotations

from troposphere import GetAtt, Parameter, Template, wafv2

from .. import facts
from ..layer import Classification, Wire, give, setting, take
from ..parts import web_acls
from ..parts.metadata import context
from ..parts.tags import name_tag
from . import app, keys

CLASSIFICATION = Classification.AUDIT

APP_FIREWALL_METRIC = Wire("AppFirewallMetric", "String", "The app tier's web ACL in CloudWatch's metrics.")

APP_RATE_LIMIT = Parameter(
    "AppRateLimit",
    Type="Number",
    Default="2000",
    MinValue=10,
    MaxValue=2000000000,
    Description="Requests that one client may send to the app tier in five minutes before it is refused.",
)

CLIENT_HEADER = "X-Forwarded-For"
_WHERE = "app"


def build(template: Template) -> None:
    """Add the web ACL, put it before the app balancer and log what it decides."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT):
        setting(template, fact)
    acl = _web_acl(template)
    _association(template, acl)
    group = web_acls.decision_logs(template, "AppFirewallLogs", _WHERE, take(template, keys.LOGS_KEY_ARN))
    web_acls.logging(template, "AppFirewallLogging", acl, group)
    give(template, APP_FIREWALL_METRIC, web_acls.metric(_WHERE, "firewall"))


def _web_acl(template: Template) -> wafv2.WebACL:
    return template.add_resource(
        wafv2.WebACL(
            "AppFirewall",
            Scope="REGIONAL",
            Description="Refuses known attacks and floods before the app balancer.",
            DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
            DataProtectionConfig=web_acls.data_protection(),
            Rules=[_rate_limit(template), *web_acls.managed_rules(_WHERE)],
            VisibilityConfig=web_acls.visibility(_WHERE, "firewall"),
            Tags=name_tag(template, "app-firewall"),
            Metadata=context(
                "The application's own last filter; whoever comes past the edge still meets it.",
                must=("Every rule blocks.", "Every decision is logged, sessions redacted."),
                mutable="review-required",
            ),
        )
    )


def _rate_limit(template: Template) -> wafv2.WebACLRule:
    """Count by the client's address: the balancer's own clients are the web instances, which are many users each."""
    statement = wafv2.RateBasedStatement(
        AggregateKeyType="FORWARDED_IP",
        EvaluationWindowSec=300,
        ForwardedIPConfig=wafv2.ForwardedIPConfiguration(HeaderName=CLIENT_HEADER, FallbackBehavior="NO_MATCH"),
        Limit=setting(template, APP_RATE_LIMIT),
    )
    return web_acls.rate_limit(_WHERE, statement)


def _association(template: Template, acl: wafv2.WebACL) -> None:
    template.add_resource(
        wafv2.WebACLAssociation(
            "AppFirewallAssociation",
            ResourceArn=take(template, app.APP_LOAD_BALANCER_ARN),
            WebACLArn=GetAtt(acl, "Arn"),
            Metadata=context("A web ACL that is attached to nothing refuses nothing."),
        )
    )
