from __future__ import annotations

import pytest

from cfngen.rules.bucket_versions import BucketVersionsRule

GOOD = """\
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: Enabled}}}
"""


def test_a_bucket_with_versions_is_accepted(matches):
    assert matches(BucketVersionsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "Status: Enabled",
            "Status: Suspended",
            "Resources.Bucket.Properties.VersioningConfiguration.Status",
            "must be Enabled",
            id="suspended versions",
        ),
        pytest.param(
            ", Properties: {VersioningConfiguration: {Status: Enabled}}",
            "",
            "Resources.Bucket",
            "must be Enabled",
            id="no properties at all",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(BucketVersionsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
