"""Log groups, metric filters and the resource policies of CloudWatch Logs.

Not represented: data protection, field indexes, log group classes, and whether a key's policy lets the service use it.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import changed, dropped_tags, gone, leave, named, pick, send, tag_map, text
from .handler import Handler, Made, Request


def _create_group(r: Request) -> Made:
    name = named(r, "LogGroupName", 512)
    given = leave(r.properties, "Tags") | {"tags": tag_map(r.properties)}
    send(r.clients("logs").create_log_group, given, logGroupName=name)
    if "RetentionInDays" in r.properties:
        send(r.clients("logs").put_retention_policy, r.properties, logGroupName=name)
    return _group(r, name)


def _group(r: Request, name: str) -> Made:
    return Made(name, {"Arn": f"arn:aws:logs:{r.region}:{r.account}:log-group:{name}:*"})


def _update_group(r: Request) -> Made:
    logs, name = r.clients("logs"), r.physical_id
    if changed(r, "RetentionInDays"):
        send(logs.put_retention_policy, r.properties, logGroupName=name)
    elif "RetentionInDays" in r.before and "RetentionInDays" not in r.properties:
        logs.delete_retention_policy(logGroupName=name)
    if changed(r, "KmsKeyId"):
        send(logs.associate_kms_key, r.properties, logGroupName=name)
    arn = f"arn:aws:logs:{r.region}:{r.account}:log-group:{name}"
    if dropped_tags(r):
        logs.untag_resource(resourceArn=arn, tagKeys=dropped_tags(r))
    if tag_map(r.properties):
        logs.tag_resource(resourceArn=arn, tags=tag_map(r.properties))
    return _group(r, name)


def _put_filter(r: Request, name: str) -> Made:
    if r.before:  # moto would keep the old one beside it
        gone(r.clients("logs").delete_metric_filter, pick(r.before, "LogGroupName"), filterName=name)
    send(r.clients("logs").put_metric_filter, r.properties, filterName=name)
    return Made(name)


def _delete_filter(r: Request) -> None:
    gone(r.clients("logs").delete_metric_filter, pick(r.properties, "LogGroupName"), filterName=r.physical_id)


def _put_policy(r: Request) -> Made:
    name = r.properties["PolicyName"]
    r.clients("logs").put_resource_policy(policyName=name, policyDocument=text(r.properties["PolicyDocument"]))
    return Made(name)


HANDLERS: Mapping[str, Handler] = {
    "AWS::Logs::LogGroup": Handler(
        _create_group,
        lambda r: gone(r.clients("logs").delete_log_group, logGroupName=r.physical_id),
        _update_group,
    ),
    "AWS::Logs::MetricFilter": Handler(
        lambda r: _put_filter(r, named(r, "FilterName", 512)), _delete_filter, lambda r: _put_filter(r, r.physical_id)
    ),
    "AWS::Logs::ResourcePolicy": Handler(
        _put_policy, lambda r: gone(r.clients("logs").delete_resource_policy, policyName=r.physical_id), _put_policy
    ),
}
