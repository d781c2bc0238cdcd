"""E9147: a web ACL refuses known attacks and floods, and what it sees is recorded without secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, items, unmet
from cfngen.rules._values import Leaf

ACL, LOGGING, ASSOCIATION = "AWS::WAFv2::WebACL", "AWS::WAFv2::LoggingConfiguration", "AWS::WAFv2::WebACLAssociation"

GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesWindowsRuleSet",
)
"""Managed groups against what is tried on Windows, IIS and SQL Server.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

MAY_COUNT = ("SizeRestrictions_BODY",)
"""Rules that may count instead: uploads are larger than 8 KB."""

TABLE = tuple(
    Setting(ACL, f"{keys}VisibilityConfig.{switch}", _values.is_true, "must be true")
    for keys in ("", "Rules.*.")
    for switch in ("CloudWatchMetricsEnabled", "SampledRequestsEnabled")
)

SECRET_HEADERS = ("authorization", "cookie")


class WebAclsRule(CloudFormationLintRule):  # type: ignore[misc]
    """A group whose action is overridden to Count inspects everything and stops nothing."""

    id = "E9147"
    shortdesc = "A web ACL blocks, is attached and logs without secrets"
    description = (
        "A rate limit that blocks, AWS's managed groups with their own actions, a logging configuration that redacts "
        "authorization and cookie, and query strings at CloudFront, the same headers substituted in WAF's own data, "
        "and an association for a regional one."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "inspection", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each attack that would pass."""
        yield from unmet(cfn, TABLE)
        for name, leaf, rules in items(cfn, ACL, "Rules"):
            yield from _rules(name, leaf, [_values.mapping(rule) for rule in rules])
        for name, leaf in _values.properties(cfn, (), ACL):
            yield from _used(cfn, name, _values.mapping(leaf.value))
            yield from _hidden(name, leaf)
        yield from _queries(cfn)
        for name, leaf, fields in items(cfn, LOGGING, "RedactedFields"):
            found = {_values.mapping(_values.mapping(each).get("SingleHeader")).get("Name") for each in fields}
            for header in SECRET_HEADERS:
                if header not in found:
                    yield RuleMatch(leaf.path, f"{name}: RedactedFields must have SingleHeader {header} (Name)")


def _rules(name: str, leaf: Leaf, rules: list[Mapping[str, Any]]) -> Iterator[RuleMatch]:
    found = {}
    for rule in rules:
        group = _group(rule)
        found[str(group.get("Name"))] = group
        if group and ("None" not in _values.mapping(rule.get("OverrideAction"))):
            yield RuleMatch(
                leaf.path, f"{name}: Rules {rule.get('Name')} must have OverrideAction None, which keeps its actions"
            )
        for override in _values.as_list(group.get("RuleActionOverrides")) + _values.as_list(group.get("ExcludedRules")):
            if _values.mapping(override).get("Name") not in MAY_COUNT:
                yield RuleMatch(leaf.path, f"{name}: Rules {rule.get('Name')} must not override {override}")
    for wanted in GROUPS:
        if wanted not in found or found[wanted].get("VendorName") != "AWS":
            what = f"Rules must have a Statement with ManagedRuleGroupStatement {wanted} of VendorName AWS"
            yield RuleMatch(leaf.path, f"{name}: {what}")
    limits = [rule for rule in rules if "RateBasedStatement" in _values.mapping(rule.get("Statement"))]
    if not any("Block" in _values.mapping(rule.get("Action")) and _limit(rule) for rule in limits):
        what = "Rules must have a Statement with a RateBasedStatement, its Limit and AggregateKeyType, and Action Block"
        yield RuleMatch(leaf.path, f"{name}: {what}")


def _group(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return _values.mapping(_values.mapping(rule.get("Statement")).get("ManagedRuleGroupStatement"))


def _limit(rule: Mapping[str, Any]) -> bool:
    stated = _values.mapping(_values.mapping(rule.get("Statement")).get("RateBasedStatement"))
    forwarded = stated.get("AggregateKeyType") != "FORWARDED_IP" or stated.get("ForwardedIPConfig")
    return bool(stated.get("Limit") and stated.get("AggregateKeyType") and forwarded)


def _used(cfn: Template, name: str, given: Mapping[str, Any]) -> Iterator[RuleMatch]:
    path: list[str | int] = ["Resources", name]
    logged = [_values.owner(leaf.value) for _, leaf in _values.properties(cfn, ("ResourceArn",), LOGGING)]
    if name not in logged:
        yield RuleMatch(path, f"{name}: a LoggingConfiguration ({LOGGING}) must record what it sees")
    attached = [_values.owner(leaf.value) for _, leaf in _values.properties(cfn, ("WebACLArn",), ASSOCIATION)]
    if given.get("Scope") == "REGIONAL" and name not in attached:
        yield RuleMatch(path, f"{name}: a WebACLAssociation ({ASSOCIATION}) must attach it")
    for log, leaf in _values.properties(cfn, ("LogDestinationConfigs",), LOGGING):
        if not _values.as_list(leaf.value):
            yield RuleMatch(leaf.path, f"{log}: LogDestinationConfigs must name a destination")


def _queries(cfn: Template) -> Iterator[RuleMatch]:
    """Want the log of CloudFront's web ACL without query strings: it is in one region, for users of all."""
    worldwide = {name for name, leaf in _values.properties(cfn, ("Scope",), ACL) if leaf.value == "CLOUDFRONT"}
    for name, leaf in _values.properties(cfn, (), LOGGING):
        log = _values.mapping(leaf.value)
        fields = [_values.mapping(each) for each in _values.as_list(log.get("RedactedFields"))]
        if _values.owner(log.get("ResourceArn")) in worldwide and not any("QueryString" in each for each in fields):
            what = "RedactedFields must have QueryString: what people look for stays in their geography"
            yield RuleMatch(leaf.path, f"{name}: {what}")


def _hidden(name: str, acl: Leaf) -> Iterator[RuleMatch]:
    """WAF shows requests in its console and to Firewall Manager too."""
    given = _values.mapping(_values.mapping(acl.value).get("DataProtectionConfig"))
    fields = [_values.mapping(each) for each in _values.as_list(given.get("DataProtections"))]
    hidden = {
        key
        for each in fields
        if each.get("Action") in ("SUBSTITUTION", "HASH")
        and _values.mapping(each.get("Field")).get("FieldType") == "SINGLE_HEADER"
        for key in _values.as_list(_values.mapping(each.get("Field")).get("FieldKeys"))
    }
    for header in SECRET_HEADERS:
        if header not in hidden:
            what = f"DataProtectionConfig.DataProtections must have {header} (Field, FieldType, FieldKeys, Action)"
            yield RuleMatch(acl.path, f"{name}: {what}")
