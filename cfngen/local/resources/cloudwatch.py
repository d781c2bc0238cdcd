"""Alarms, composite alarms and dashboards. No alarm ever rings: nothing measures anything here.

Not represented: evaluation windows and criteria, warm-up, thresholds by metric id, tags of dashboards.
"""

from __future__ import annotations

from collections.abc import Mapping

from .api import dropped_tags, gone, leave, named, new_tags, send, tag_list, text
from .handler import Handler, Made, Request


def _arn(r: Request, name: str) -> str:
    return f"arn:aws:cloudwatch:{r.region}:{r.account}:alarm:{name}"


def _tag(r: Request, name: str) -> None:
    cloudwatch = r.clients("cloudwatch")
    if dropped_tags(r):
        cloudwatch.untag_resource(ResourceARN=_arn(r, name), TagKeys=dropped_tags(r))
    if r.before and new_tags(r):
        cloudwatch.tag_resource(ResourceARN=_arn(r, name), Tags=new_tags(r))


def _put_alarm(r: Request, name: str) -> Made:
    given = {"ActionsEnabled": True, **leave(r.properties, "Tags")}
    send(r.clients("cloudwatch").put_metric_alarm, given, AlarmName=name, Tags=tag_list(r.properties))
    _tag(r, name)
    return Made(name, {"Arn": _arn(r, name)})


def _put_composite(r: Request, name: str) -> Made:
    given = {"ActionsEnabled": True, **leave(r.properties, "Tags")}
    send(r.clients("cloudwatch").put_composite_alarm, given, AlarmName=name, Tags=tag_list(r.properties))
    _tag(r, name)
    return Made(name, {"Arn": _arn(r, name)})


def _put_dashboard(r: Request, name: str) -> Made:
    r.clients("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=text(r.properties["DashboardBody"]))
    return Made(name)


def _delete_alarm(r: Request) -> None:
    gone(r.clients("cloudwatch").delete_alarms, AlarmNames=[r.physical_id])


HANDLERS: Mapping[str, Handler] = {
    "AWS::CloudWatch::Alarm": Handler(
        lambda r: _put_alarm(r, named(r, "AlarmName")), _delete_alarm, lambda r: _put_alarm(r, r.physical_id)
    ),
    "AWS::CloudWatch::CompositeAlarm": Handler(
        lambda r: _put_composite(r, named(r, "AlarmName")), _delete_alarm, lambda r: _put_composite(r, r.physical_id)
    ),
    "AWS::CloudWatch::Dashboard": Handler(
        lambda r: _put_dashboard(r, named(r, "DashboardName")),
        lambda r: gone(r.clients("cloudwatch").delete_dashboards, DashboardNames=[r.physical_id]),
        lambda r: _put_dashboard(r, r.physical_id),
    ),
}
