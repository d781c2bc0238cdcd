"""What the edge is watched for: errors at CloudFront, a failing function, and a flood of refused requests.

CloudFront's metrics are in us-east-1 only, and so are these alarms and the topic that tells people.
"""

from __future__ import annotations

from troposphere import Parameter, Template

from ..layer import setting, take
from ..parts.alarms import Watch, alarm, measured
from ..parts.topics import alarm_topic, subscribers
from . import distribution, domain, edge_firewall

ERROR_PERCENT_ALARM = Parameter(
    "EdgeErrorsAlarm",
    Type="Number",
    Default="5",
    MinValue=1,
    MaxValue=100,
    Description="Percentage of requests that fail with a server's error at CloudFront that is too much.",
)
BLOCKED_ALARM = Parameter(
    "EdgeBlockedAlarm",
    Type="Number",
    Default="5000",
    MinValue=1,
    Description="Requests refused by the edge's firewall within five minutes that somebody should look at.",
)
FIVE_MINUTES = 300
EVERYWHERE = "Global"
"""The region that CloudFront's metrics name."""


def build(template: Template) -> None:
    """Add the topic and its alarms."""
    key = take(template, domain.EDGE_LOGS_KEY_ARN)
    topic = alarm_topic(template, "EdgeAlarmTopic", "edge-alarms", key, "Tells people of trouble at the edge.")
    subscribers(template, topic)
    for watch in (_errors(template), _function(template), _blocked(template)):
        alarm(template, watch, topic)


def _errors(template: Template) -> Watch:
    which = {"DistributionId": take(template, distribution.DISTRIBUTION_ID), "Region": EVERYWHERE}
    return Watch(
        "EdgeErrors",
        "Requests fail at CloudFront: an origin is down, refuses the secret header, or fails itself.",
        measured("AWS/CloudFront", "5xxErrorRate", "Average", FIVE_MINUTES, **which),
        setting(template, ERROR_PERCENT_ALARM),
        periods=2,
    )


def _function(template: Template) -> Watch:
    which = {"FunctionName": take(template, distribution.ENTRANCE_FUNCTION), "Region": EVERYWHERE}
    return Watch(
        "EntranceErrors",
        "The function that chooses origins fails: users get errors without any origin being asked.",
        measured("AWS/CloudFront", "FunctionExecutionErrors", "Sum", FIVE_MINUTES, **which),
        0,
        periods=1,
    )


def _blocked(template: Template) -> Watch:
    which = {"WebACL": take(template, edge_firewall.EDGE_FIREWALL_METRIC), "Rule": "ALL"}
    return Watch(
        "EdgeBlocked",
        "The firewall refuses more than usual: an attack, or a rule that hits users.",
        measured("AWS/WAFV2", "BlockedRequests", "Sum", FIVE_MINUTES, **which),
        setting(template, BLOCKED_ALARM),
        periods=2,
    )
