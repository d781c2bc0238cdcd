from __future__ import annotations

import json

import pytest

from cfngen.rules.web_acls import GROUPS, WebAclsRule

SEEN = {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": "m"}


def template(scope="REGIONAL"):
    limit = {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}}
    rules = [{"Name": "Rate", "Action": {"Block": {}}, "Statement": limit, "VisibilityConfig": SEEN}]
    for name in GROUPS:
        group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
        rules.append({"Name": name, "OverrideAction": {"None": {}}, "Statement": group, "VisibilityConfig": SEEN})
    counts = [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}]
    rules[2]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"] = counts
    field = {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization", "cookie"]}
    hidden = {"DataProtections": [{"Action": "SUBSTITUTION", "Field": field}]}
    acl = {"Scope": scope, "Rules": rules, "VisibilityConfig": SEEN, "DataProtectionConfig": hidden}
    redacted = [{"SingleHeader": {"Name": name}} for name in ("authorization", "cookie")]
    arn = {"Fn::GetAtt": ["Acl", "Arn"]}
    log = {"ResourceArn": arn, "LogDestinationConfigs": ["arn"], "RedactedFields": redacted}
    found = {
        "Acl": {"Type": "AWS::WAFv2::WebACL", "Properties": acl},
        "Log": {"Type": "AWS::WAFv2::LoggingConfiguration", "Properties": log},
        "Attached": {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"WebACLArn": arn}},
    }
    return {"Resources": found}


def test_a_web_acl_that_blocks_is_accepted(matches):
    assert matches(WebAclsRule(), json.dumps(template())) == []


def test_a_distribution_names_its_web_acl_itself(matches):
    body = template("CLOUDFRONT")
    del body["Resources"]["Attached"]
    body["Resources"]["Log"]["Properties"]["RedactedFields"].append({"QueryString": {}})
    assert matches(WebAclsRule(), json.dumps(body)) == []


def test_query_strings_stay_out_of_the_log_for_all_geographies(matches):
    body = template("CLOUDFRONT")
    ((_, what),) = matches(WebAclsRule(), json.dumps(body))
    assert "RedactedFields must have QueryString" in what


@pytest.mark.parametrize(("title", "message"), [("Log", "a LoggingConfiguration"), ("Attached", "a WebACLAssociation")])
def test_a_missing_part_is_found(matches, title, message):
    body = template()
    del body["Resources"][title]
    ((_, what),) = matches(WebAclsRule(), json.dumps(body))
    assert message in what


@pytest.mark.parametrize("group", GROUPS)
def test_a_missing_group_is_found(matches, group):
    body = template()
    acl = body["Resources"]["Acl"]["Properties"]
    acl["Rules"] = [rule for rule in acl["Rules"] if rule["Name"] != group]
    ((_, what),) = matches(WebAclsRule(), json.dumps(body))
    assert f"ManagedRuleGroupStatement {group} of VendorName AWS" in what


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"Block": {}}', '{"Count": {}}', "a RateBasedStatement, its Limit and AggregateKeyType, and Action Block"),
        ('"Limit": 2000, ', "", "RateBasedStatement"),
        ('"AggregateKeyType": "IP"', '"AggregateKeyType": "FORWARDED_IP"', "RateBasedStatement"),
        ('"OverrideAction": {"None": {}}', '"OverrideAction": {"Count": {}}', "must have OverrideAction None"),
        ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "must not override"),
        ('"VendorName": "AWS"', '"VendorName": "Somebody"', "of VendorName AWS"),
        ('"SampledRequestsEnabled": true', '"SampledRequestsEnabled": false', "SampledRequestsEnabled must be true"),
        ('{"Name": "cookie"}', '{"Name": "accept"}', "RedactedFields must have SingleHeader cookie"),
        ('"authorization", "cookie"]', '"authorization"]', "DataProtectionConfig.DataProtections must have cookie"),
        ("SUBSTITUTION", "NONE", "DataProtectionConfig.DataProtections must have authorization"),
        ('"LogDestinationConfigs": ["arn"]', '"LogDestinationConfigs": []', "LogDestinationConfigs must name"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    text = json.dumps(template())
    assert old in text
    found = [what for _, what in matches(WebAclsRule(), text.replace(old, new, 1))]
    assert any(message in what for what in found)
