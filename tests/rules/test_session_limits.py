from __future__ import annotations

import pytest

from cfngen.rules.session_limits import SessionLimitsRule

from .weakening import weakened

GOOD = """\
Resources:
  Sessions:
    Type: AWS::SSM::Document
    Properties:
      Name: SSM-SessionManagerRunShell
      DocumentType: Session
      Content:
        sessionType: Standard_Stream
        inputs: {idleSessionTimeout: "15", maxSessionDuration: "60", runAsEnabled: false}
  Automation: {Type: AWS::SSM::Document, Properties: {DocumentType: Automation, Content: {mainSteps: []}}}
"""


def test_sessions_that_end_are_accepted(matches):
    assert matches(SessionLimitsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('idleSessionTimeout: "15"', 'idleSessionTimeout: "60"', "idleSessionTimeout must be 20 minutes"),
        (', maxSessionDuration: "60"', "", "maxSessionDuration must be 60 minutes at most"),
        ("Name: SSM-SessionManagerRunShell", "Name: shell", "a Document (AWS::SSM::Document) must be SSM-Session"),
        ("runAsEnabled: false", "runAsEnabled: true", "runAsEnabled must be false"),
        ("sessionType: Standard_Stream", "sessionType: Port", "sessionType must be Standard_Stream"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(SessionLimitsRule(), weakened(GOOD, old, new))
    assert message in what
