from __future__ import annotations

import pytest

from cfngen.rules.bucket_logs import BucketLogsRule

GOOD = """\
Resources:
  Documents:
    Type: AWS::S3::Bucket
    Properties: {LoggingConfiguration: {DestinationBucketName: !Ref Logs, LogFilePrefix: documents/}}
  Logs: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: Enabled}}}
  LogsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: logging.s3.amazonaws.com}}]}
"""


def test_a_bucket_with_logs_and_one_that_receives_them_are_accepted(matches):
    assert matches(BucketLogsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param(
            "LoggingConfiguration: {DestinationBucketName: !Ref Logs, LogFilePrefix: documents/}",
            "BucketName: documents",
            "Resources.Documents.Properties",
            "LoggingConfiguration",
            id="no logs",
        ),
        pytest.param(
            "DestinationBucketName: !Ref Logs, ",
            "",
            "Resources.Documents.Properties.LoggingConfiguration",
            "LoggingConfiguration.DestinationBucketName must be given",
            id="logs for nowhere",
        ),
        pytest.param(
            ", LogFilePrefix: documents/",
            "",
            "Resources.Documents.Properties.LoggingConfiguration",
            "LoggingConfiguration.LogFilePrefix must be given",
            id="logs that are mixed with others",
        ),
        pytest.param(
            "Bucket: !Ref Logs\n",
            "Bucket: !Ref Other\n",
            "Resources.Logs.Properties",
            "LoggingConfiguration",
            id="a bucket that only seems to receive logs",
        ),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    assert old in GOOD
    found = matches(BucketLogsRule(), GOOD.replace(old, new))
    assert [where for where, _ in found] == [path]
    assert message in found[0][1]
