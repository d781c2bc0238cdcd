"""Topics of alarms: encrypted, and published to by CloudWatch of this account alone, over TLS."""

from __future__ import annotations

from awacs import sns as actions
from awacs.aws import Allow, ArnLike, Bool, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, AWSHelperFn, Equals, Not, Parameter, Ref, Select, Split, Sub, Template, sns

from ..layer import setting
from .metadata import context
from .tags import name_tag

SUBSCRIBERS = 4
_ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"

ALARM_EMAILS = Parameter(
    "AlarmEmails",
    Type="String",
    Default="",
    AllowedPattern=f"({_ADDRESS}(,{_ADDRESS}){{0,{SUBSCRIBERS - 1}}})?",
    ConstraintDescription=f"must be up to {SUBSCRIBERS} e-mail addresses, separated by commas without spaces",
    Description=f"Who is told of a tier in trouble: up to {SUBSCRIBERS} addresses, each confirms by a mail from AWS.",
)


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


def subscribers(template: Template, topic: sns.Topic) -> None:
    """Add a subscription per address; the list is padded, so that selecting beyond its end finds nothing."""
    setting(template, ALARM_EMAILS)
    padded = Split(",", Sub("${AlarmEmails}" + "," * SUBSCRIBERS))
    for slot in range(1, SUBSCRIBERS + 1):
        address = Select(slot - 1, padded)
        template.add_condition(f"HasSubscriber{slot}", Not(Equals(address, "")))
        template.add_resource(
            sns.SubscriptionResource(
                f"Subscriber{slot}",
                Condition=f"HasSubscriber{slot}",
                TopicArn=Ref(topic),
                Protocol="email",
                Endpoint=address,
                Metadata=context("A person; nothing is sent before the address has confirmed."),
            )
        )


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
