from __future__ import annotations

import pytest

from cfngen.rules.imds_v2 import ImdsV2Rule

GOOD = """\
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}}
"""


def test_required_tokens_are_accepted(matches):
    assert matches(ImdsV2Rule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "HttpTokens: required",
            "HttpTokens: optional",
            "Resources.Template.Properties.LaunchTemplateData.MetadataOptions.HttpTokens",
            "must be required",
            id="optional tokens",
        ),
        pytest.param(
            "MetadataOptions: {HttpTokens: required}",
            "ImageId: ami-1",
            "Resources.Template.Properties.LaunchTemplateData",
            "HttpTokens",
            id="no metadata options",
        ),
        pytest.param(
            'LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}',
            "ImageId: ami-1",
            "Resources.Instance.Properties",
            "launch template",
            id="an instance of its own",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(ImdsV2Rule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
