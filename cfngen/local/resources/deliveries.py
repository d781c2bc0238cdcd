"""Deliveries of logs that services write: from where, to where, and which fields. Nothing is ever delivered.

Not represented: policies of destinations in other accounts, and whether the log group lets log delivery write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import changed, gone, pick, send, tag_map
from .handler import Handler, Made, Request


def _tags(r: Request) -> dict[str, Any]:
    return {"tags": tag_map(r.properties)} if tag_map(r.properties) and not r.before else {}


def _put_source(r: Request) -> Made:
    given = pick(r.properties, "Name", "LogType", "ResourceArn")
    found = send(r.clients("logs").put_delivery_source, given, **_tags(r))["deliverySource"]
    _settle_tags(r, found["arn"])
    known = {"Arn": found["arn"], "Service": found["service"], "ResourceArns": list(found["resourceArns"])}
    return Made(found["name"], {**known, "Status": "ACTIVE"})


def _put_destination(r: Request) -> Made:
    where = {"destinationResourceArn": r.properties["DestinationResourceArn"]}
    given = pick(r.properties, "Name", "OutputFormat")
    put = r.clients("logs").put_delivery_destination
    found = send(put, given, deliveryDestinationConfiguration=where, **_tags(r))["deliveryDestination"]
    _settle_tags(r, found["arn"])
    return Made(found["name"], {"Arn": found["arn"]})


def _settle_tags(r: Request, arn: str) -> None:
    if not r.before:
        return
    old, new = tag_map(r.before), tag_map(r.properties)
    if old.keys() - new.keys():
        r.clients("logs").untag_resource(resourceArn=arn, tagKeys=sorted(old.keys() - new.keys()))
    if new and new != old:
        r.clients("logs").tag_resource(resourceArn=arn, tags=new)


def _create(r: Request) -> Made:
    given = pick(r.properties, "DeliverySourceName", "DeliveryDestinationArn", "RecordFields", "FieldDelimiter")
    return _made(send(r.clients("logs").create_delivery, given, **_tags(r))["delivery"])


def _made(found: Mapping[str, Any]) -> Made:
    kind = str(found["deliveryDestinationType"])
    return Made(found["id"], {"DeliveryId": found["id"], "Arn": found["arn"], "DeliveryDestinationType": kind})


def _update(r: Request) -> Made:
    logs = r.clients("logs")
    if changed(r, "RecordFields"):
        send(logs.update_delivery_configuration, pick(r.properties, "RecordFields"), id=r.physical_id)
    found = logs.get_delivery(id=r.physical_id)["delivery"]
    _settle_tags(r, found["arn"])
    return _made(found)


HANDLERS: Mapping[str, Handler] = {
    "AWS::Logs::Delivery": Handler(
        _create, lambda r: gone(r.clients("logs").delete_delivery, id=r.physical_id), _update
    ),
    "AWS::Logs::DeliveryDestination": Handler(
        _put_destination,
        lambda r: gone(r.clients("logs").delete_delivery_destination, name=r.physical_id),
        _put_destination,
    ),
    "AWS::Logs::DeliverySource": Handler(
        _put_source, lambda r: gone(r.clients("logs").delete_delivery_source, name=r.physical_id), _put_source
    ),
}
