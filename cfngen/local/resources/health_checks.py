"""Health checks of Route 53. Nothing is ever checked, and everything counts as healthy.

Not represented: the checkers' addresses and regions, and what a failing check does to records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import gone, leave, send, tag_map
from .handler import Handler, Made, Request


def _create(r: Request) -> Made:
    given = {"HealthCheckConfig": r.properties["HealthCheckConfig"]}
    made = send(r.clients("route53").create_health_check, given, CallerReference=r.name)["HealthCheck"]
    _tag(r, made["Id"])
    return Made(made["Id"], {"HealthCheckId": made["Id"]})


def _update(r: Request) -> Made:
    given: Mapping[str, Any] = leave(r.properties["HealthCheckConfig"], "Type", "RequestInterval", "MeasureLatency")
    send(r.clients("route53").update_health_check, given, HealthCheckId=r.physical_id)
    _tag(r, r.physical_id)
    return Made(r.physical_id, {"HealthCheckId": r.physical_id})


def _tag(r: Request, key: str) -> None:
    old, new = (tag_map({"Tags": p.get("HealthCheckTags", [])}) for p in (r.before, r.properties))
    if old != new:
        r.clients("route53").change_tags_for_resource(
            ResourceType="healthcheck",
            ResourceId=key,
            **({"AddTags": [{"Key": k, "Value": v} for k, v in new.items()]} if new else {}),
            **({"RemoveTagKeys": sorted(old.keys() - new.keys())} if old.keys() - new.keys() else {}),
        )


HANDLERS: Mapping[str, Handler] = {
    "AWS::Route53::HealthCheck": Handler(
        _create, lambda r: gone(r.clients("route53").delete_health_check, HealthCheckId=r.physical_id), _update
    ),
}
