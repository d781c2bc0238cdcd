from __future__ import annotations

import pytest

from cfngen.rules.trail_events import TrailEventsRule

from .weakening import weakened

GOOD = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      SnsTopicName: !Ref Topic
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      AdvancedEventSelectors:
        - Name: Management
          FieldSelectors: [{Field: eventCategory, Equals: [Management]}]
        - Name: Objects
          FieldSelectors:
            - {Field: eventCategory, Equals: [Data]}
            - {Field: resources.type, Equals: ["AWS::S3::Object"]}
            - {Field: resources.ARN, StartsWith: ["arn:aws:s3:::documents"]}
  Group: {Type: AWS::Logs::LogGroup}
  Filter: {Type: AWS::Logs::MetricFilter, Properties: {LogGroupName: !Ref Group}}
"""


def test_a_trail_of_objects_is_accepted(matches):
    assert matches(TrailEventsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SnsTopicName: !Ref Topic", "", "SnsTopicName must name a topic"),
        ("Equals: [Data]", "Equals: [Insight]", "must select the data events of buckets"),
        ('"AWS::S3::Object"', '"AWS::Lambda::Function"', "must select the data events"),
        ('StartsWith: ["arn:aws:s3:::documents"]', "", "must select the data events"),
        ("Field: resources.ARN, Starts", "Field: readOnly, Equals: ['false'], Starts", "must select the data events"),
        ("- Name: Objects\n          FieldS", "- FieldS", "must have a Name, which an auditor reads"),
        ("CloudWatchLogsLogGroupArn: !GetAtt Group.Arn", "", "a Trail (AWS::CloudTrail::Trail) must write to Group"),
    ],
)
def test_a_weakening_is_found(matches, old, new, message):
    ((_, what),) = matches(TrailEventsRule(), weakened(GOOD, old, new))
    assert message in what
