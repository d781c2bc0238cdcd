"""Web ACLs: AWS's managed rule groups, a rate limit, and a log in which sessions are redacted."""

from __future__ import annotations

from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, logs, wafv2

from .. import facts
from .log_groups import log_group
from .metadata import context
from .tags import name_tag
from .unique import unique_name

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


def metric(where: str, name: str) -> Sub:
    """Return the name of a metric, which environments of one account must not share."""
    return Sub("${Project}-${Environment}-" + f"{where}-{name}")


def visibility(where: str, name: str) -> wafv2.VisibilityConfig:
    """Return the settings that measure an ACL or a rule and keep samples of what it saw."""
    return wafv2.VisibilityConfig(
        CloudWatchMetricsEnabled=True, MetricName=metric(where, name), SampledRequestsEnabled=True
    )


def rate_limit(where: str, statement: wafv2.RateBasedStatement) -> wafv2.WebACLRule:
    """Return the rule that refuses a client that floods."""
    return wafv2.WebACLRule(
        Name="RateLimit",
        Priority=0,
        Action=wafv2.RuleAction(Block=wafv2.BlockAction()),
        Statement=wafv2.Statement(RateBasedStatement=statement),
        VisibilityConfig=visibility(where, "rate-limit"),
    )


def managed_rules(where: str) -> list[wafv2.WebACLRule]:
    """Return a rule for each of AWS's rule groups, after the rate limit."""
    return [_managed(where, row, order) for order, row in enumerate(MANAGED_RULE_GROUPS, 1)]


def _managed(where: str, row: tuple[str, str, tuple[str, ...]], priority: int) -> wafv2.WebACLRule:
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
        VisibilityConfig=visibility(where, group),
    )


def data_protection() -> wafv2.DataProtectionConfig:
    """Keep sessions out of sampled requests too, which the log's redaction does not reach.

    https://docs.aws.amazon.com/waf/latest/developerguide/waf-data-protection-configure.html
    """
    field = wafv2.FieldToProtect(FieldType="SINGLE_HEADER", FieldKeys=list(SECRET_HEADERS))
    return wafv2.DataProtectionConfig(DataProtections=[wafv2.DataProtect(Action="SUBSTITUTION", Field=field)])


def decision_logs(template: Template, title: str, where: str, key: AWSHelperFn) -> logs.LogGroup:
    """Add the log group of a web ACL, named as WAF demands."""
    return log_group(
        template,
        title,
        key,
        "What was refused, and why; WAF writes only to names that begin with aws-waf-logs-.",
        must=("Encrypted with the region's logs key.",),
        name=unique_name("aws-waf-logs", Ref(facts.PROJECT), Ref(facts.ENVIRONMENT), where),
        Tags=name_tag(template, f"{where}-firewall"),
    )


def logging(
    template: Template, title: str, acl: wafv2.WebACL, group: logs.LogGroup, *, queries: bool = True
) -> wafv2.LoggingConfiguration:
    """Log every decision of a web ACL, without sessions and, unless `queries`, without query strings."""
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + group.title + "}"
    redacted = [
        wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name=name)) for name in SECRET_HEADERS
    ]
    if not queries:
        redacted.append(wafv2.LoggingConfigurationFieldToMatch(QueryString={}))
    return template.add_resource(
        wafv2.LoggingConfiguration(
            title,
            ResourceArn=GetAtt(acl, "Arn"),
            LogDestinationConfigs=[Sub(arn)],
            RedactedFields=redacted,
            Metadata=context("Evidence of attacks; WAF itself lets log delivery into the group."),
        )
    )
