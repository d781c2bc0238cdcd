from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import firewall


@pytest.fixture(scope="module")
def body():
    template = Template()
    firewall.build(template)
    return template.to_dict()


@pytest.fixture(scope="module")
def resources(body):
    return body["Resources"]


@pytest.fixture(scope="module")
def acl(resources):
    return resources["AppFirewall"]["Properties"]


@pytest.fixture(scope="module")
def rules(acl):
    return {rule["Name"]: rule for rule in acl["Rules"]}


def group_of(rule):
    return rule["Statement"]["ManagedRuleGroupStatement"]


def test_aws_s_rule_groups_refuse_what_they_know(rules):
    managed = {group_of(rule)["Name"]: rule for rule in rules.values() if "OverrideAction" in rule}

    assert set(managed) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesWindowsRuleSet",
    }
    assert all(rule["OverrideAction"] == {"None": {}} for rule in managed.values())


def test_only_the_rule_on_long_bodies_counts_instead_of_refusing(rules):
    overridden = {
        name: [(override["Name"], override["ActionToUse"]) for override in group_of(rule)["RuleActionOverrides"]]
        for name, rule in rules.items()
        if "RuleActionOverrides" in rule["Statement"].get("ManagedRuleGroupStatement", {})
    }

    assert overridden == {"Common": [("SizeRestrictions_BODY", {"Count": {}})]}


def test_a_flood_is_counted_by_the_client_and_not_by_the_web_instance_that_passes_it_on(rules):
    rule = rules["RateLimit"]
    statement = rule["Statement"]["RateBasedStatement"]

    assert rule["Action"] == {"Block": {}}
    assert statement["AggregateKeyType"] == "FORWARDED_IP"
    assert statement["ForwardedIPConfig"] == {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}
    assert statement["Limit"] == {"Ref": "AppRateLimit"}


def test_each_rule_has_a_priority_of_its_own_and_is_measured(acl):
    priorities = [rule["Priority"] for rule in acl["Rules"]]

    assert priorities == sorted(set(priorities))
    assert all(rule["VisibilityConfig"]["CloudWatchMetricsEnabled"] for rule in acl["Rules"])


def test_it_stands_before_the_app_balancer(resources):
    association = resources["AppFirewallAssociation"]["Properties"]

    assert association["ResourceArn"] == {"Ref": "AppLoadBalancerArn"}
    assert association["WebACLArn"] == {"Fn::GetAtt": ["AppFirewall", "Arn"]}


def test_every_decision_is_logged_without_sessions(resources, acl):
    logging = resources["AppFirewallLogging"]["Properties"]
    redacted = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"]}
    (protected,) = acl["DataProtectionConfig"]["DataProtections"]

    assert "LoggingFilter" not in logging
    assert redacted == {"authorization", "cookie"} == set(protected["Field"]["FieldKeys"])


def test_the_log_has_the_name_that_waf_demands_a_key_and_a_retention(resources):
    group = resources["AppFirewallLogs"]

    assert group["Properties"]["LogGroupName"]["Fn::Join"][1][0] == "aws-waf-logs"
    assert group["Properties"]["KmsKeyId"] == {"Ref": "LogsKeyArn"}
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"


def test_a_log_that_was_retained_is_not_in_the_way_of_the_next_one(resources):
    unique = resources["AppFirewallLogs"]["Properties"]["LogGroupName"]["Fn::Join"][1][-1]

    assert {"Ref": "AWS::StackId"} in unique["Fn::Select"][1]["Fn::Split"][1]["Fn::Select"][1]["Fn::Split"]
