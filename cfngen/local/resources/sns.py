"""Topics, their policies and subscriptions.

Not represented: delivery status logging, archives and replays; a subscription waits for no confirmation.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import attributes, changed, dropped_tags, forgiving, gone, named, new_tags, pick, send, tag_list, text
from .handler import Handler, Made, Request

_TOPIC = (
    "DisplayName",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
    "ContentBasedDeduplication",
    "FifoThroughputScope",
    "ArchivePolicy",
)
_SUBSCRIPTION = (
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "DeliveryPolicy",
    "SubscriptionRoleArn",
)


def _create_topic(r: Request) -> Made:
    given = {key: text(value) for key, value in pick(r.properties, *_TOPIC, "FifoTopic").items()}
    made = r.clients("sns").create_topic(
        Name=named(r, "TopicName", 256), Attributes=given, Tags=tag_list(r.properties)
    )["TopicArn"]
    return _settle_topic(r, made)


def _settle_topic(r: Request, arn: str) -> Made:
    sns = r.clients("sns")
    old, new = ([dict(s) for s in p.get("Subscription", ())] for p in (r.before, r.properties))
    for subscription in (each for each in new if each not in old):
        send(sns.subscribe, subscription, TopicArn=arn)
    for known in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        each = {"Endpoint": known["Endpoint"], "Protocol": known["Protocol"]}
        if each in old and each not in new:
            gone(sns.unsubscribe, SubscriptionArn=known["SubscriptionArn"])
    known_properties = attributes(r.properties, "DisplayName", "KmsMasterKeyId", "FifoTopic", "SignatureVersion")
    return Made(arn, {**known_properties, "TopicArn": arn, "TopicName": arn.rsplit(":", 1)[-1]})


def _update_topic(r: Request) -> Made:
    sns, arn = r.clients("sns"), r.physical_id
    for name in _TOPIC:
        if r.before.get(name) != r.properties.get(name):
            value = text(r.properties.get(name, ""))
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
    if dropped_tags(r):
        sns.untag_resource(ResourceArn=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        sns.tag_resource(ResourceArn=arn, Tags=new_tags(r))
    return _settle_topic(r, arn)


def _delete_topic(r: Request) -> None:
    """Delete a topic and, as on AWS, every subscription to it."""
    sns = r.clients("sns")
    with forgiving():
        for known in sns.list_subscriptions_by_topic(TopicArn=r.physical_id)["Subscriptions"]:
            gone(sns.unsubscribe, SubscriptionArn=known["SubscriptionArn"])
        sns.delete_topic(TopicArn=r.physical_id)


def _put_topic_policy(r: Request, physical_id: str) -> Made:
    for topic in r.properties["Topics"]:
        policy = text(r.properties["PolicyDocument"])
        r.clients("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    _reset_policies(r, [topic for topic in r.before.get("Topics", ()) if topic not in r.properties["Topics"]])
    return Made(physical_id, {"Id": physical_id})


def _reset_policies(r: Request, topics: list[str]) -> None:
    """Give topics the policy that AWS gives every new one: its owner may use it."""
    for topic in topics:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
            "Resource": topic,
            "Condition": {"StringEquals": {"AWS:SourceOwner": r.account}},
        }
        document = text({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})
        gone(r.clients("sns").set_topic_attributes, TopicArn=topic, AttributeName="Policy", AttributeValue=document)


def _subscribe(r: Request) -> Made:
    given = {key: text(value) for key, value in pick(r.properties, *_SUBSCRIPTION).items()}
    sns = r.clients("sns", r.properties.get("Region") or r.region)
    arn = send(sns.subscribe, r.properties, Attributes=given, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return Made(arn, {"Arn": arn})


def _update_subscription(r: Request) -> Made:
    sns = r.clients("sns", r.properties.get("Region") or r.region)
    for name, value in changed(r, *_SUBSCRIPTION).items():
        sns.set_subscription_attributes(SubscriptionArn=r.physical_id, AttributeName=name, AttributeValue=text(value))
    return Made(r.physical_id, {"Arn": r.physical_id})


HANDLERS: Mapping[str, Handler] = {
    "AWS::SNS::Topic": Handler(_create_topic, _delete_topic, _update_topic),
    "AWS::SNS::TopicPolicy": Handler(
        lambda r: _put_topic_policy(r, r.name),
        lambda r: _reset_policies(r, r.properties["Topics"]),
        lambda r: _put_topic_policy(r, r.physical_id),
    ),
    "AWS::SNS::Subscription": Handler(
        _subscribe,
        lambda r: gone(
            r.clients("sns", r.properties.get("Region") or r.region).unsubscribe, SubscriptionArn=r.physical_id
        ),
        _update_subscription,
    ),
}
