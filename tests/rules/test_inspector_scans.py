from __future__ import annotations

import pytest

from cfngen.rules.inspector_scans import InspectorScansRule

KINDS = "Resources.Inspector.Properties.ResourceTypes"

GOOD = """\
Resources:
  Detector: {Type: AWS::GuardDuty::Detector, Properties: {Enable: true}}
  Inspector: {Type: Custom::Inspector, Properties: {ServiceToken: arn, ResourceTypes: [EC2, LAMBDA]}}
"""


def test_an_inspector_that_scans_instances_and_functions_is_accepted(matches):
    assert matches(InspectorScansRule(), GOOD) == []


def test_a_template_without_detectors_needs_no_inspector(matches):
    assert matches(InspectorScansRule(), "Resources: {Topic: {Type: AWS::SNS::Topic}}") == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param("[EC2, LAMBDA]", "[EC2]", KINDS, "LAMBDA", id="no Lambda"),
        pytest.param("[EC2, LAMBDA]", "[LAMBDA]", KINDS, "EC2", id="no EC2"),
        pytest.param("Custom::Inspector", "Custom::Other", "Resources", "must be an Inspector", id="no Inspector"),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(InspectorScansRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
