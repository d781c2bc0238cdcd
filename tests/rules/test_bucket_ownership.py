from __future__ import annotations

import pytest

from cfngen.rules.bucket_ownership import BucketOwnershipRule

GOOD = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
"""


def test_a_bucket_without_acls_is_accepted(matches):
    assert matches(BucketOwnershipRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "BucketOwnerEnforced",
            "ObjectWriter",
            "Resources.Bucket.Properties.OwnershipControls.Rules.0.ObjectOwnership",
            "must be BucketOwnerEnforced",
            id="ACLs in force",
        ),
        pytest.param(
            "OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}",
            "BucketName: x",
            "Resources.Bucket.Properties",
            "BucketOwnerEnforced",
            id="no word about it",
        ),
        pytest.param(
            "{OwnershipControls:",
            "{AccessControl: PublicRead, OwnershipControls:",
            "Resources.Bucket.Properties.AccessControl",
            "AccessControl",
            id="an ACL",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(BucketOwnershipRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
