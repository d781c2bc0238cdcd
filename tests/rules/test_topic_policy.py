from __future__ import annotations

import pytest

from cfngen.rules.topic_policy import TopicPolicyRule

GOOD = """\
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: cloudwatch.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Topic
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
          - Effect: Deny
            Principal: "*"
            Action: sns:Publish
            Resource: !Ref Topic
            Condition: {Bool: {aws:SecureTransport: false}}
"""


def test_a_topic_for_alarms_of_this_account_over_tls_is_accepted(matches):
    assert matches(TopicPolicyRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Topics: [!Ref Topic]", "Topics: []", "must deny what comes without TLS"),
        ("SecureTransport: false", "SecureTransport: true", "must deny what comes without TLS"),
        ("Effect: Deny", "Effect: Allow", "must deny what comes without TLS"),
        ("aws:SourceAccount", "aws:PrincipalTag/x", "a service needs a condition on the account"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    assert old in GOOD
    found = matches(TopicPolicyRule(), GOOD.replace(old, new))

    assert [message in what for _, what in found] == [True]
