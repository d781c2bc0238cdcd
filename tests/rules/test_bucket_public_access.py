from __future__ import annotations

import pytest

from cfngen.rules.bucket_public_access import BucketPublicAccessRule

GOOD = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: "true"}
"""


def test_a_bucket_with_all_four_switches_is_accepted(matches):
    assert matches(BucketPublicAccessRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "IgnorePublicAcls: true",
            "IgnorePublicAcls: false",
            "Resources.Bucket.Properties.PublicAccessBlockConfiguration.IgnorePublicAcls",
            "IgnorePublicAcls must be true",
            id="a switch that is off",
        ),
        pytest.param(
            "BlockPublicAcls: true, ",
            "",
            "Resources.Bucket.Properties.PublicAccessBlockConfiguration",
            "BlockPublicAcls",
            id="a switch that is missing",
        ),
        pytest.param(
            "BlockPublicPolicy: true",
            "BlockPublicPolicy: !Ref Blocked",
            "Resources.Bucket.Properties.PublicAccessBlockConfiguration.BlockPublicPolicy",
            "must be true",
            id="a switch that a parameter may turn off",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(BucketPublicAccessRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
