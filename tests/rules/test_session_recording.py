from __future__ import annotations

import pytest

from cfngen.rules.session_recording import SessionRecordingRule

GOOD = """\
Resources:
  Other: {Type: AWS::SSM::Document, Properties: {DocumentType: Command, Content: {}}}
  Sessions:
    Type: AWS::SSM::Document
    Properties:
      DocumentType: Session
      Content:
        inputs:
          cloudWatchLogGroupName: !Ref Logs
          cloudWatchEncryptionEnabled: true
          cloudWatchStreamingEnabled: true
          kmsKeyId: !Ref Key
"""


def test_a_recorded_session_is_accepted(matches):
    assert matches(SessionRecordingRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cloudWatchLogGroupName: !Ref Logs", "cloudWatchLogGroupName: ''", "must name a log group"),
        ("cloudWatchEncryptionEnabled: true", "cloudWatchEncryptionEnabled: false", "must be true"),
        ("cloudWatchStreamingEnabled: true", "other: true", "must be true"),
        ("kmsKeyId: !Ref Key", "other: x", "must name a key"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    assert old in GOOD
    found = matches(SessionRecordingRule(), GOOD.replace(old, new))

    assert [message in what for _, what in found] == [True]
