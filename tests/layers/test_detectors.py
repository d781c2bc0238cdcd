from __future__ import annotations

import pytest

from cfngen.layers import detectors


@pytest.fixture
def resources(deployed):
    return deployed(detectors)[0]


def test_guardduty_watches_with_every_protection_for_what_is_used_here(resources):
    found = resources["Detector"]["Properties"]
    features = {feature["Name"]: feature["Status"] for feature in found["Features"]}

    assert found["Enable"] is True
    assert set(features.values()) == {"ENABLED"}
    assert {
        "S3_DATA_EVENTS",
        "EBS_MALWARE_PROTECTION",
        "RDS_LOGIN_EVENTS",
        "LAMBDA_NETWORK_LOGS",
        "RUNTIME_MONITORING",
    } <= set(features)


def test_guardduty_puts_its_agent_on_instances_and_on_nothing_that_is_not_there(resources):
    (runtime,) = [f for f in resources["Detector"]["Properties"]["Features"] if f["Name"] == "RUNTIME_MONITORING"]

    assert {agent["Name"]: agent["Status"] for agent in runtime["AdditionalConfiguration"]} == {
        "EC2_AGENT_MANAGEMENT": "ENABLED",
        "ECS_FARGATE_AGENT_MANAGEMENT": "DISABLED",
        "EKS_ADDON_MANAGEMENT": "DISABLED",
    }


def test_findings_are_told_within_a_quarter_of_an_hour(resources):
    assert resources["Detector"]["Properties"]["FindingPublishingFrequency"] == "FIFTEEN_MINUTES"


def test_security_hub_judges_by_best_practices_and_cis_3_in_its_own_region(resources):
    standards = [
        r["Properties"]["StandardsArn"]["Fn::Sub"] for r in resources.values() if r["Type"].endswith("Standard")
    ]

    assert [arn.partition("standards/")[2] for arn in standards] == [
        "aws-foundational-security-best-practices/v/1.0.0",
        "cis-aws-foundations-benchmark/v/3.0.0",
    ]
    assert all(":${AWS::Region}::" in arn for arn in standards)


def test_standards_wait_for_the_hub_and_none_is_on_that_nobody_named(resources):
    assert {r["DependsOn"] for r in resources.values() if r["Type"].endswith("Standard")} == {"Hub"}
    assert resources["Hub"]["Properties"]["EnableDefaultStandards"] is False
    assert resources["Hub"]["Properties"]["AutoEnableControls"] is True


def test_inspector_scans_instances_and_functions(resources):
    inspector = resources["Inspector"]

    assert inspector["Type"] == "Custom::Inspector"
    assert inspector["Properties"]["ResourceTypes"] == ["EC2", "LAMBDA"]
    assert inspector["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["InspectorFunction", "Arn"]}


def test_inspectors_function_may_switch_inspector_and_make_its_roles_and_nothing_else(resources):
    statements = resources["InspectorFunctionPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    actions = {action for s in statements for action in s["Action"]}
    (roles,) = [s for s in statements if s["Action"] == ["iam:CreateServiceLinkedRole"]]

    assert actions - {"logs:CreateLogStream", "logs:PutLogEvents", "iam:CreateServiceLinkedRole"} == {
        "inspector2:BatchGetAccountStatus",
        "inspector2:Disable",
        "inspector2:Enable",
    }
    assert roles["Condition"]["StringEquals"] == {
        "iam:AWSServiceName": ["agentless.inspector2.amazonaws.com", "inspector2.amazonaws.com"]
    }


def test_the_analyzer_looks_for_what_leaves_the_account(resources):
    assert resources["Analyzer"]["Properties"]["Type"] == "ACCOUNT"


@pytest.mark.parametrize(
    ("switch", "gone"),
    [
        ("ManageGuardDuty", {"Detector"}),
        ("ManageSecurityHub", {"Hub", "BestPractices", "CisBenchmark"}),
        ("ManageAccessAnalyzer", {"Analyzer"}),
        (
            "ManageInspector",
            {
                "Inspector",
                "InspectorFunction",
                "InspectorFunctionLogs",
                "InspectorFunctionPolicy",
                "InspectorFunctionRole",
            },
        ),
    ],
)
def test_what_an_organization_manages_is_left_to_it(deployed, resources, switch, gone):
    assert set(resources) - set(deployed(detectors, **{switch: "false"})[0]) == gone
