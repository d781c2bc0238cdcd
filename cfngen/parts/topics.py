"""Topics of alarms: encrypted, and published to by CloudWatch of this account alone, over TLS."""

from __future__ import annotations

from awacs import sns as actions
from awacs.aws import Allow, ArnLike, Bool, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, AWSHelperFn, Ref, Sub, Template, sns

from .metadata import context
from .tags import name_tag


def alarm_topic(template: Template, title: str, name: str, key: AWSHelperFn, why: str) -> sns.Topic:
    """Add a topic that alarms publish to, and its policy; `name` is for the tag."""
    topic = template.add_resource(
        sns.Topic(
            title,
            KmsMasterKeyId=key,
            Tags=name_tag(template, name),
            Metadata=context(
                why,
                must=("Encrypted with a key that lets cloudwatch.amazonaws.com publish, or alarms vanish silently.",),
                mutable="review-required",
            ),
        )
    )
    template.add_resource(
        sns.TopicPolicy(
            f"{title}Policy",
            Topics=[Ref(topic)],
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[_alarms(topic), _tls_only(topic)]),
            Metadata=context("Alarms of this account publish, and nobody in plain text."),
        )
    )
    return topic


def _alarms(topic: sns.Topic) -> Statement:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html."""
    alarms = Sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*")
    return Statement(
        Sid="AlarmsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[actions.Publish],
        Resource=[Ref(topic)],
        Condition=Condition([ArnLike({"aws:SourceArn": alarms}), StringEquals({"aws:SourceAccount": AccountId})]),
    )


def _tls_only(topic: sns.Topic) -> Statement:
    return Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[actions.Publish],
        Resource=[Ref(topic)],
        Condition=Condition(Bool({"aws:SecureTransport": False})),
    )
