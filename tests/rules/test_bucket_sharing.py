from __future__ import annotations

import pytest

from cfngen.rules.bucket_sharing import BucketSharingRule

from .weakening import weakened

GOOD = """\
Resources:
  Documents:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - {AllowedOrigins: [!Sub "https://${DomainName}"], AllowedMethods: [GET], AllowedHeaders: [content-type]}
"""


def test_pages_that_are_named_are_accepted(matches):
    assert matches(BucketSharingRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('[!Sub "https://${DomainName}"]', '["*"]', "AllowedOrigins must be named one by one"),
        ("AllowedMethods: [GET], ", "", "AllowedMethods must be named"),
        ("[content-type]", '["*"]', "AllowedHeaders must be named"),
        ("[content-type]", "[]", "AllowedHeaders must be named"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(BucketSharingRule(), weakened(GOOD, old, new))
    assert message in what
