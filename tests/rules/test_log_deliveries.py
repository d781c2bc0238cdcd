from __future__ import annotations

import pytest

from cfngen.rules.log_deliveries import LogDeliveriesRule

from .weakening import weakened

GOOD = """\
Resources:
  Source: {Type: AWS::Logs::DeliverySource, Properties: {Name: cdn, LogType: ACCESS_LOGS}}
  Destination: {Type: AWS::Logs::DeliveryDestination, Properties: {DestinationResourceArn: !GetAtt Bucket.Arn}}
  Delivery:
    Type: AWS::Logs::Delivery
    Properties:
      DeliverySourceName: !Ref Source
      DeliveryDestinationArn: !GetAtt Destination.Arn
      RecordFields: [date, time, c-ip, cs-method, cs-uri-stem, sc-status]
"""


def test_a_delivery_that_is_whole_is_accepted(matches):
    assert matches(LogDeliveriesRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("!Ref Source", "other", "Resources.Source", "a Delivery (AWS::Logs::Delivery) must have it"),
        ("!GetAtt Destination.Arn", "!Ref Other", "Resources.Destination", "as DeliveryDestinationArn"),
        ("RecordFields: [date", "Tags: [date", "Resources.Delivery.Properties", "RecordFields must be given"),
        ("sc-status", "cs(Cookie)", "Resources.Delivery.Properties.RecordFields", "must not have cs(Cookie)"),
        ("cs-uri-stem", "cs-uri-query", "Resources.Delivery.Properties.RecordFields", "must not have cs-uri-query"),
        (", LogType: ACCESS_LOGS", "", "Resources.Source.Properties", "LogType must say which"),
        ("DestinationResourceArn: !GetAtt Bucket.Arn", "Name: x", "Resources.Destination.Properties", "must name"),
    ],
)
def test_a_weakening_is_found(matches, old, new, path, message):
    ((where, what),) = matches(LogDeliveriesRule(), weakened(GOOD, old, new))
    assert where == path
    assert message in what
