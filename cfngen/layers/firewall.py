"""The app tier's web application firewall: a web ACL before the app balancer, and its log.

Managed rule groups refuse known attacks and a rate limit refuses floods. A Classic Load Balancer can have
no web ACL, so the public side is protected in front of it, at the edge; this one stands behind the web tier.
"""

from __future__ import annotations

from troposphere import GetAtt, Join, Parameter, Ref, Select, Split, StackId, Sub, Template, logs, wafv2

from .. import facts
from ..layer import Classification, Wire, give, setting, take
from ..parts.metadata import context
from ..parts.retention import LOG_RETENTION_DAYS
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

MANAGED_RULE_GROUPS = (
    ("IpReputation", "AWSManagedRulesAmazonIpReputationList", ()),
    ("Common", "AWSManagedRulesCommonRuleSet", ("SizeRestrictions_BODY",)),
    ("KnownBadInputs", "AWSManagedRulesKnownBadInputsRuleSet", ()),
    ("SqlInjection", "AWSManagedRulesSQLiRuleSet", ()),
    ("Windows", "AWSManagedRulesWindowsRuleSet", ()),
)
"""Name, AWS's rule group, and which of its rules only count.

Documents and images are longer than the 8 KB that the common rules allow a body, so that rule counts.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

SECRET_HEADERS = ("authorization", "cookie")
"""Headers that hold sessions; in lower case, as WAF names them."""

CLIENT_HEADER = "X-Forwarded-For"


def build(template: Template) -> None:
    """Add the web ACL, put it before the app balancer and log what it decides."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT):
        setting(template, fact)
    acl = _web_acl(template)
    _association(template, acl)
    _logging(template, acl, _log_group(template))
    give(template, APP_FIREWALL_METRIC, _metric("firewall"))


def _web_acl(template: Template) -> wafv2.WebACL:
    return template.add_resource(
        wafv2.WebACL(
            "AppFirewall",
            Scope="REGIONAL",
            Description="Refuses known attacks and floods before the app balancer.",
            DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
            DataProtectionConfig=_data_protection(),
            Rules=[_rate_limit(template), *(_managed(row, order) for order, row in enumerate(MANAGED_RULE_GROUPS, 1))],
            VisibilityConfig=_visibility("firewall"),
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
    return wafv2.WebACLRule(
        Name="RateLimit",
        Priority=0,
        Action=wafv2.RuleAction(Block=wafv2.BlockAction()),
        Statement=wafv2.Statement(RateBasedStatement=statement),
        VisibilityConfig=_visibility("rate-limit"),
    )


def _managed(row: tuple[str, str, tuple[str, ...]], priority: int) -> wafv2.WebACLRule:
    name, group, counted = row
    count = wafv2.RuleAction(Count=wafv2.CountAction())
    overrides = [wafv2.RuleActionOverride(Name=rule, ActionToUse=count) for rule in counted]
    statement = wafv2.ManagedRuleGroupStatement(
        VendorName="AWS", Name=group, **({"RuleActionOverrides": overrides} if overrides else {})
    )
    return wafv2.WebACLRule(
        Name=name,
        Priority=priority,
        OverrideAction=wafv2.OverrideAction(**{"None": {}}),
        Statement=wafv2.Statement(ManagedRuleGroupStatement=statement),
        VisibilityConfig=_visibility(group),
    )


def _visibility(name: str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=_metric(name), SampledRequestsEnabled=True)


def _metric(name: str) -> Sub:
    """Return the name of a metric, which environments of one account must not share."""
    return Sub("${Project}-${Environment}-app-" + name)


def _data_protection() -> wafv2.DataProtectionConfig:
    """Keep sessions out of sampled requests too, which the log's redaction does not reach.

    https://docs.aws.amazon.com/waf/latest/developerguide/waf-data-protection-configure.html
    """
    field = wafv2.FieldToProtect(FieldType="SINGLE_HEADER", FieldKeys=list(SECRET_HEADERS))
    return wafv2.DataProtectionConfig(DataProtections=[wafv2.DataProtect(Action="SUBSTITUTION", Field=field)])


def _association(template: Template, acl: wafv2.WebACL) -> None:
    template.add_resource(
        wafv2.WebACLAssociation(
            "AppFirewallAssociation",
            ResourceArn=take(template, app.APP_LOAD_BALANCER_ARN),
            WebACLArn=GetAtt(acl, "Arn"),
            Metadata=context("A web ACL that is attached to nothing refuses nothing."),
        )
    )


def _log_group(template: Template) -> logs.LogGroup:
    """Name the group as WAF demands, with a piece of the stack's id: one that was retained must not be in the way."""
    unique = Select(0, Split("-", Select(2, Split("/", StackId))))
    return template.add_resource(
        logs.LogGroup(
            "AppFirewallLogs",
            LogGroupName=Join("-", ["aws-waf-logs", Ref(facts.PROJECT), Ref(facts.ENVIRONMENT), "app", unique]),
            KmsKeyId=take(template, keys.LOGS_KEY_ARN),
            RetentionInDays=setting(template, LOG_RETENTION_DAYS),
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Tags=name_tag(template, "app-firewall"),
            Metadata=context(
                "What was refused, and why; WAF writes only to names that begin with aws-waf-logs-.",
                must=("Encrypted with the region's logs key.",),
                mutable="must-never-change",
            ),
        )
    )


def _logging(template: Template, acl: wafv2.WebACL, group: logs.LogGroup) -> None:
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + group.title + "}"
    redacted = [
        wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name=name)) for name in SECRET_HEADERS
    ]
    template.add_resource(
        wafv2.LoggingConfiguration(
            "AppFirewallLogging",
            ResourceArn=GetAtt(acl, "Arn"),
            LogDestinationConfigs=[Sub(arn)],
            RedactedFields=redacted,
            Metadata=context("Evidence of attacks; WAF itself lets log delivery into the group."),
        )
    )
