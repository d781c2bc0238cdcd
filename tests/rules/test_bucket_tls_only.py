from __future__ import annotations

import pytest

from cfngen.rules.bucket_tls_only import BucketTlsOnlyRule

GOOD = """\
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: [!GetAtt Bucket.Arn, !Sub "${Bucket.Arn}/*"]
            Condition: {Bool: {aws:SecureTransport: false}}
"""


def test_a_bucket_that_refuses_plain_requests_is_accepted(matches):
    assert matches(BucketTlsOnlyRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "Bucket: !Ref Bucket",
            "Bucket: !Ref Other",
            "Resources.Bucket",
            "aws:SecureTransport",
            id="a policy of another bucket",
        ),
        pytest.param(
            "Effect: Deny", "Effect: Allow", "Resources.Bucket", "must deny s3:*", id="a statement that allows"
        ),
        pytest.param(
            "Action: s3:*", "Action: s3:Get*", "Resources.Bucket", "must deny s3:*", id="a statement about reading only"
        ),
        pytest.param(
            'Principal: "*"',
            "Principal: {AWS: !Ref Role}",
            "Resources.Bucket",
            "must deny s3:*",
            id="a statement about some only",
        ),
        pytest.param(
            ', !Sub "${Bucket.Arn}/*"', "", "Resources.Bucket", "must deny s3:*", id="a statement without the objects"
        ),
        pytest.param(
            "SecureTransport: false",
            "SecureTransport: true",
            "Resources.Bucket",
            "must deny s3:*",
            id="a condition the wrong way round",
        ),
        pytest.param(
            "{Bool: {aws:SecureTransport: false}}",
            "{Bool: {aws:SecureTransport: false}, StringEquals: {aws:PrincipalTag/a: b}}",
            "Resources.Bucket",
            "must deny s3:*",
            id="a second condition that limits the first",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(BucketTlsOnlyRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
