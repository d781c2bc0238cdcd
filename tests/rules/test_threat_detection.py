from __future__ import annotations

import json

import pytest

from cfngen.rules.threat_detection import AGENTS, FEATURES, STANDARDS, ThreatDetectionRule


def template():
    features = [{"Name": name, "Status": "ENABLED"} for name in FEATURES if name != "RUNTIME_MONITORING"]
    agents = [{"Name": name, "Status": "ENABLED"} for name in AGENTS]
    features.append({"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": agents})
    detector = {"Enable": True, "FindingPublishingFrequency": "FIFTEEN_MINUTES", "Features": features}
    found = {
        "Detector": {"Type": "AWS::GuardDuty::Detector", "Properties": detector},
        "Hub": {"Type": "AWS::SecurityHub::Hub", "Properties": {"AutoEnableControls": True}},
        "Analyzer": {"Type": "AWS::AccessAnalyzer::Analyzer", "Properties": {"Type": "ACCOUNT"}},
    }
    for number, name in enumerate(STANDARDS):
        arn = {"StandardsArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:securityhub:::standards/{name}/v/1"}}
        found[f"Standard{number}"] = {"Type": "AWS::SecurityHub::Standard", "Properties": arn}
    return {"Resources": found}


def test_detection_that_is_whole_is_accepted(matches):
    assert matches(ThreatDetectionRule(), json.dumps(template())) == []


def test_a_template_without_detection_is_accepted(matches):
    assert matches(ThreatDetectionRule(), "Resources: {Topic: {Type: AWS::SNS::Topic}}") == []


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("Detector", "there must be a Detector"),
        ("Hub", "there must be a Hub"),
        ("Analyzer", "there must be a Analyzer"),
        ("Standard0", f"must have the StandardsArn of {STANDARDS[0]}"),
        ("Standard1", f"must have the StandardsArn of {STANDARDS[1]}"),
    ],
)
def test_a_missing_part_is_found(matches, title, message):
    body = template()
    del body["Resources"][title]
    ((_, what),) = matches(ThreatDetectionRule(), json.dumps(body))
    assert message in what


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_that_is_off_is_found(matches, feature):
    body = template()
    for each in body["Resources"]["Detector"]["Properties"]["Features"]:
        each["Status"] = "DISABLED" if each["Name"] == feature else each["Status"]
    ((_, what),) = matches(ThreatDetectionRule(), json.dumps(body))
    assert f"Features must have {feature} with Status ENABLED" in what


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Enable": true', '"Enable": false', "Enable must be true"),
        ("FIFTEEN_MINUTES", "SIX_HOURS", "FindingPublishingFrequency must be FIFTEEN_MINUTES"),
        ('"AutoEnableControls": true', '"AutoEnableControls": false', "AutoEnableControls must be true"),
        (
            '"EC2_AGENT_MANAGEMENT", "Status": "ENABLED"',
            '"EC2_AGENT_MANAGEMENT", "Status": "DISABLED"',
            "EC2_AGENT_MANAGEMENT with Status ENABLED",
        ),
        ("EKS_ADDON_MANAGEMENT", "OTHER", "(Name) whether they are"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    text = json.dumps(template())
    assert old in text
    ((_, what),) = matches(ThreatDetectionRule(), text.replace(old, new))
    assert message in what
