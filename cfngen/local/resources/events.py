"""Rules of EventBridge with their targets. Nothing is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import dropped_tags, forgiving, leave, named, new_tags, pick, send
from .handler import Handler, Made, Request


def _bus(r: Request) -> dict[str, Any]:
    return pick(r.properties, "EventBusName")


def _put(r: Request, name: str) -> Made:
    events = r.clients("events")
    arn = send(events.put_rule, leave(r.properties, "Tags"), Name=name)["RuleArn"]
    old, new = ({target["Id"] for target in p.get("Targets", ())} for p in (r.before, r.properties))
    if old - new:
        events.remove_targets(Rule=name, Ids=sorted(old - new), **_bus(r))
    if new:
        send(events.put_targets, r.properties, Rule=name)
    if dropped_tags(r):
        events.untag_resource(ResourceARN=arn, TagKeys=dropped_tags(r))
    if new_tags(r):
        events.tag_resource(ResourceARN=arn, Tags=new_tags(r))
    return Made(name, {"Arn": arn, "RuleName": name})


def _delete(r: Request) -> None:
    events, bus = r.clients("events"), _bus(r)
    with forgiving():
        targets = events.list_targets_by_rule(Rule=r.physical_id, **bus)["Targets"]
        if targets:
            events.remove_targets(Rule=r.physical_id, Ids=[target["Id"] for target in targets], **bus)
        events.delete_rule(Name=r.physical_id, **bus)


HANDLERS: Mapping[str, Handler] = {
    "AWS::Events::Rule": Handler(lambda r: _put(r, named(r, "Name", 64)), _delete, lambda r: _put(r, r.physical_id))
}
