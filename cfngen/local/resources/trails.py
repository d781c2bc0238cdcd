"""Audit trails, which log from the moment they are made. Nothing is ever recorded: nobody but their service knows them.

Not represented: delivery to buckets, log groups and topics, whether their policies admit the trail, event aggregation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import dropped_tags, gone, leave, named, new_tags, pick, send, tag_list, truth
from .handler import Handler, Made, Request

_OF_ITS_OWN = ("AdvancedEventSelectors", "EventSelectors", "InsightSelectors", "IsLogging", "Tags", "TrailName")


def _create(r: Request) -> Made:
    name = named(r, "TrailName", 128)
    found = send(r.clients("cloudtrail").create_trail, _given(r), Name=name, TagsList=tag_list(r.properties))
    return _settle(r, name, found)


def _given(r: Request) -> Mapping[str, Any]:
    return leave(r.properties, *_OF_ITS_OWN)


def _settle(r: Request, name: str, found: Mapping[str, Any]) -> Made:
    trails = r.clients("cloudtrail")
    selectors = pick(r.properties, "AdvancedEventSelectors", "EventSelectors")
    if selectors:
        send(trails.put_event_selectors, selectors, TrailName=name)
    if "InsightSelectors" in r.properties and r.before.get("InsightSelectors") != r.properties["InsightSelectors"]:
        send(trails.put_insight_selectors, pick(r.properties, "InsightSelectors"), TrailName=name)
    (trails.start_logging if truth(r.properties["IsLogging"]) else trails.stop_logging)(Name=name)
    topic = {"SnsTopicArn": found["SnsTopicARN"]} if found.get("SnsTopicARN") else {}
    return Made(name, {"Arn": found["TrailARN"], **topic})


def _update(r: Request) -> Made:
    trails, name = r.clients("cloudtrail"), r.physical_id
    found = send(trails.update_trail, _given(r), Name=name)
    arn = found["TrailARN"]
    old = {tag["Key"]: tag for tag in tag_list(r.before)}
    if dropped_tags(r):
        trails.remove_tags(ResourceId=arn, TagsList=[old[key] for key in dropped_tags(r)])
    if new_tags(r):
        trails.add_tags(ResourceId=arn, TagsList=new_tags(r))
    return _settle(r, name, found)


HANDLERS: Mapping[str, Handler] = {
    "AWS::CloudTrail::Trail": Handler(
        _create, lambda r: gone(r.clients("cloudtrail").delete_trail, Name=r.physical_id), _update
    ),
}
