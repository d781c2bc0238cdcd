from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import edge_firewall, firewall
from cfngen.parts import web_acls


@pytest.fixture(scope="module")
def resources():
    template = Template()
    edge_firewall.build(template)
    return template.to_dict()["Resources"]


@pytest.fixture(scope="module")
def rules(resources):
    return {rule["Name"]: rule for rule in resources["EdgeFirewall"]["Properties"]["Rules"]}


def test_it_is_cloudfronts(resources):
    assert resources["EdgeFirewall"]["Properties"]["Scope"] == "CLOUDFRONT"


def test_it_refuses_what_the_app_tiers_own_firewall_refuses(rules):
    template = Template()
    firewall.build(template)
    inner = template.to_dict()["Resources"]["AppFirewall"]["Properties"]["Rules"]

    assert set(rules) == {rule["Name"] for rule in inner}
    assert {name for name, _, _ in web_acls.MANAGED_RULE_GROUPS} < set(rules)


def test_a_flood_is_counted_by_the_address_that_cloudfront_sees(rules):
    assert rules["RateLimit"]["Action"] == {"Block": {}}
    assert rules["RateLimit"]["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": {"Ref": "EdgeRateLimit"},
    }


def test_long_bodies_are_counted_only(rules):
    group = rules["Common"]["Statement"]["ManagedRuleGroupStatement"]

    assert group["RuleActionOverrides"] == [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}]


def test_the_log_which_leaves_the_geography_has_neither_sessions_nor_queries(resources):
    logging = resources["EdgeFirewallLogging"]["Properties"]

    assert {"QueryString": {}} in logging["RedactedFields"]
    assert {field.get("SingleHeader", {}).get("Name") for field in logging["RedactedFields"]} == {
        "authorization",
        "cookie",
        None,
    }
    assert resources["EdgeFirewallLogs"]["Properties"]["LogGroupName"]["Fn::Join"][1][0] == "aws-waf-logs"
    assert resources["EdgeFirewallLogs"]["Properties"]["KmsKeyId"] == {"Ref": "EdgeLogsKeyArn"}
