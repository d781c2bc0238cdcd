from __future__ import annotations

import pytest

from cfngen.rules.suppression_reasons import SuppressionReasonsRule

GOOD = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Metadata:
      checkov: {skip: [{id: CKV_AWS_18, comment: "This bucket receives the logs of the others."}]}
      cdk_nag: {rules_to_suppress: [{id: AwsSolutions-S1, reason: "This bucket receives the logs."}]}
      cfn-lint: {config: {ignore_checks: [E9107]}, reasons: {E9107: "Logs are written once and never changed."}}
"""


def test_suppressions_with_reasons_are_accepted(matches):
    assert matches(SuppressionReasonsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            ', comment: "This bucket receives the logs of the others."',
            "",
            "Resources.Bucket.Metadata.checkov",
            "checkov CKV_AWS_18",
            id="no comment",
        ),
        pytest.param(
            'reason: "This bucket receives the logs."',
            "reason: accepted",
            "Resources.Bucket.Metadata.cdk_nag",
            "AwsSolutions-S1",
            id="a reason that is none",
        ),
        pytest.param(
            ', reasons: {E9107: "Logs are written once and never changed."}',
            "",
            "Resources.Bucket.Metadata.cfn-lint",
            "E9107",
            id="cfn-lint without a reason",
        ),
        pytest.param(
            "reasons: {E9107",
            "reasons: {E9108",
            "Resources.Bucket.Metadata.cfn-lint",
            "E9107",
            id="a reason for another rule",
        ),
        pytest.param(
            "Resources:\n  Bucket",
            "Metadata: {cfn-lint: {config: {ignore_checks: [E]}}}\nResources:\n  Bucket",
            "Metadata.cfn-lint",
            "whole template",
            id="a whole template",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(SuppressionReasonsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
