from __future__ import annotations

import json

import pytest

from cfngen.rules._config_rules import MANAGED_RULES
from cfngen.rules.configuration_recorder import ConfigurationRecorderRule


def template():
    """A recorder with its channel and every managed rule."""
    everywhere = {"AllSupported": True, "IncludeGlobalResourceTypes": {"Fn::If": ["IsHome", True, False]}}
    recorder = {"RecordingGroup": everywhere, "RecordingMode": {"RecordingFrequency": "CONTINUOUS"}}
    found = {
        "Recorder": {"Type": "AWS::Config::ConfigurationRecorder", "Properties": recorder},
        "Channel": {"Type": "AWS::Config::DeliveryChannel", "Properties": {"S3KmsKeyArn": {"Ref": "Key"}}},
    }
    for number, name in enumerate(MANAGED_RULES):
        source = {"Source": {"Owner": "AWS", "SourceIdentifier": name}}
        found[f"Rule{number}"] = {"Type": "AWS::Config::ConfigRule", "Properties": source}
    return {"Resources": found}


def test_a_record_of_everything_is_accepted(matches):
    assert matches(ConfigurationRecorderRule(), json.dumps(template())) == []


def test_a_template_without_config_rules_needs_no_recorder(matches):
    assert matches(ConfigurationRecorderRule(), "Resources: {Topic: {Type: AWS::SNS::Topic}}") == []


@pytest.mark.parametrize("number", [0, len(MANAGED_RULES) - 1])
def test_a_missing_rule_is_found_by_name(matches, number):
    body = template()
    del body["Resources"][f"Rule{number}"]
    ((_, what),) = matches(ConfigurationRecorderRule(), json.dumps(body))
    assert what.endswith(f"must have Source {MANAGED_RULES[number]}")


@pytest.mark.parametrize(
    ("title", "message"), [("Recorder", "need a ConfigurationRecorder"), ("Channel", "need a DeliveryChannel")]
)
def test_rules_without_a_record_are_found(matches, title, message):
    body = template()
    del body["Resources"][title]
    ((_, what),) = matches(ConfigurationRecorderRule(), json.dumps(body))
    assert message in what


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"AllSupported": true', '"AllSupported": false', "AllSupported must be true"),
        ("CONTINUOUS", "DAILY", "RecordingFrequency must be CONTINUOUS"),
        ('["IsHome", true, false]', '["IsHome", false, false]', "IncludeGlobalResourceTypes must be true in one"),
        ('["IsHome", true, false]', '["IsHome", true, true]', "IncludeGlobalResourceTypes must be true in one"),
        ('"S3KmsKeyArn": {"Ref": "Key"}', "", "S3KmsKeyArn must name a KMS key"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    text = json.dumps(template())
    assert old in text
    ((_, what),) = matches(ConfigurationRecorderRule(), text.replace(old, new))
    assert message in what
