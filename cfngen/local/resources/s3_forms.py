"""A bucket's settings as S3's own API spells them, which is not how CloudFormation does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import leave, pick, truth

Value = Mapping[str, Any]


def encryption(value: Value) -> dict[str, Any]:
    """Return the arguments of `PutBucketEncryption`."""
    rules = [
        {
            **pick(rule, "BucketKeyEnabled"),
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
        }
        for rule in value["ServerSideEncryptionConfiguration"]
        if "ServerSideEncryptionByDefault" in rule
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def logging(value: Value, bucket: str) -> dict[str, Any]:
    """Return the status of `PutBucketLogging`; without a destination a bucket logs into itself."""
    target = value.get("DestinationBucketName", bucket)
    return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": value.get("LogFilePrefix", "")}}


def lifecycle(value: Value) -> dict[str, Any]:
    """Return the arguments of `PutBucketLifecycleConfiguration`."""
    return {"LifecycleConfiguration": {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}}


def _lifecycle_rule(rule: Value) -> dict[str, Any]:
    expiration = {
        name: rule[source]
        for name, source in {
            "Days": "ExpirationInDays",
            "Date": "ExpirationDate",
            "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
        }.items()
        if source in rule
    }
    old = {
        "NoncurrentDays": rule.get("NoncurrentVersionExpirationInDays"),
        **rule.get("NoncurrentVersionExpiration", {}),
    }
    moves = [*rule.get("Transitions", ()), *([rule["Transition"]] if "Transition" in rule else ())]
    old_moves = [
        *rule.get("NoncurrentVersionTransitions", ()),
        *([rule["NoncurrentVersionTransition"]] if "NoncurrentVersionTransition" in rule else ()),
    ]
    return {
        **pick(rule, "Id", "Status", "AbortIncompleteMultipartUpload"),
        "Filter": _filter(rule),
        **({"Expiration": expiration} if expiration else {}),
        **({"NoncurrentVersionExpiration": old} if old["NoncurrentDays"] is not None else {}),
        **({"Transitions": [_transition(move, "Days") for move in moves]} if moves else {}),
        **(
            {"NoncurrentVersionTransitions": [_transition(move, "NoncurrentDays") for move in old_moves]}
            if old_moves
            else {}
        ),
    }


def _transition(move: Value, days: str) -> dict[str, Any]:
    names = {"TransitionInDays": days, "TransitionDate": "Date"}
    return {names.get(name, name): each for name, each in move.items()}


def _filter(rule: Value) -> dict[str, Any]:
    """Return what a rule is limited to; several limits at once stand under `And`."""
    limits = pick(rule, "Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
    tags = list(rule.get("TagFilters", ()))
    if len(limits) + len(tags) > 1:
        return {"And": {**limits, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else (limits or {"Prefix": ""})


def notifications(value: Value) -> dict[str, Any]:
    """Return the arguments of `PutBucketNotificationConfiguration`."""
    kinds = {
        "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
        "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
        "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    }
    found = {
        theirs: [
            {theirs_key: each[key], "Events": [each["Event"]], **_key_filter(each)} for each in value.get(ours, ())
        ]
        for ours, (theirs, key, theirs_key) in kinds.items()
    }
    bridge = value.get("EventBridgeConfiguration")
    on = bridge is not None and truth(bridge.get("EventBridgeEnabled", True))
    chosen = {name: each for name, each in found.items() if each}
    return {"NotificationConfiguration": chosen | ({"EventBridgeConfiguration": {}} if on else {})}


def _key_filter(each: Value) -> dict[str, Any]:
    if "Filter" not in each:
        return {}
    return {"Filter": {"Key": {"FilterRules": each["Filter"]["S3Key"]["Rules"]}}}


def cors(value: Value) -> dict[str, Any]:
    """Return the arguments of `PutBucketCors`."""
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    rules = [{names.get(name, name): each for name, each in rule.items()} for rule in value["CorsRules"]]
    return {"CORSConfiguration": {"CORSRules": rules}}


def replication(value: Value) -> dict[str, Any]:
    """Return the arguments of `PutBucketReplication`."""
    rules = [
        {**leave(rule, "Filter"), "Filter": {**leave(rule.get("Filter", {}), "TagFilter"), **_tag(rule)}}
        for rule in value["Rules"]
    ]
    return {"ReplicationConfiguration": {"Role": value["Role"], "Rules": rules}}


def _tag(rule: Value) -> dict[str, Any]:
    return {"Tag": rule["Filter"]["TagFilter"]} if "TagFilter" in rule.get("Filter", {}) else {}
