from __future__ import annotations

import pytest

from cfngen.rules.trail_archive import TrailArchiveRule

GOOD = """\
Parameters:
  Days: {Type: Number, Default: 3653, MinValue: 2192}
Resources:
  Trail: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: !Ref Archive}}
  Archive:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: true
      ObjectLockConfiguration:
        ObjectLockEnabled: Enabled
        Rule: {DefaultRetention: {Days: !Ref Days, Mode: GOVERNANCE}}
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: !Ref Days}]}
  ArchivePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Archive
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:PutObject
            Resource: "*"
            Condition: {StringEquals: {"aws:SourceArn": "arn:of:the:trail"}}
          - Effect: Deny
            Principal: "*"
            Action: ["s3:Delete*", "s3:BypassGovernanceRetention", "s3:PutObjectRetention"]
            Resource: "*"
  Other: {Type: AWS::S3::Bucket}
"""
BUCKET = "Resources.Archive.Properties"
STATEMENT = "Resources.ArchivePolicy.Properties.PolicyDocument.Statement.0"
RETENTION = f"{BUCKET}.ObjectLockConfiguration.Rule.DefaultRetention"


def test_a_locked_archive_is_accepted_and_other_buckets_need_no_lock(matches):
    assert matches(TrailArchiveRule(), GOOD) == []


def test_a_retention_in_years_is_accepted(matches):
    assert matches(TrailArchiveRule(), GOOD.replace("Days: !Ref Days, Mode", "Years: 6, Mode")) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("      ObjectLockEnabled: true\n", "", BUCKET),
        ("Days: !Ref Days, Mode", "Days: 365, Mode", RETENTION),
        (", Mode: GOVERNANCE", "", RETENTION),
        (
            "ExpirationInDays: !Ref Days",
            "ExpirationInDays: 30",
            f"{BUCKET}.LifecycleConfiguration.Rules.0.ExpirationInDays",
        ),
        ("aws:SourceArn", "aws:SourceAccount", STATEMENT),
        (', "s3:BypassGovernanceRetention"', "", "Resources.ArchivePolicy"),
    ],
)
def test_a_weakening_is_found(matches, old, new, path):
    assert old in GOOD
    assert [where for where, _ in matches(TrailArchiveRule(), GOOD.replace(old, new))] == [path]


def test_a_lower_floor_of_the_parameter_is_found_wherever_it_is_used(matches):
    found = matches(TrailArchiveRule(), GOOD.replace("MinValue: 2192", "MinValue: 1"))
    assert [where for where, _ in found] == [RETENTION, f"{BUCKET}.LifecycleConfiguration.Rules.0.ExpirationInDays"]
