"""Hosted zones, their records, query logs and health checks of Route 53. Nobody resolves a name and no check is made.

A record that another stack has made is not taken over, as on AWS; a zone with records of others cannot be deleted.

Not represented: delegation sets, DNSSEC, accelerated recovery, traffic policies, CIDR routing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .api import Properties, changed, forgiving, gone, leave, send, tag_map
from .handler import Handler, Made, Request

_NUMBERS = ("Weight", "TTL")


def _id(zone_or_change: str) -> str:
    return zone_or_change.rpartition("/")[2]


def _tag(r: Request, kind: str, resource: str, prop: str) -> None:
    now, before = (tag_map({"Tags": given.get(prop)}) for given in (r.properties, r.before))
    new = [{"Key": key, "Value": value} for key, value in now.items() if before.get(key) != value]
    old = sorted(before.keys() - now.keys())
    changes: dict[str, Any] = {"AddTags": new} if new else {}
    changes |= {"RemoveTagKeys": old} if old else {}
    if changes:
        r.clients("route53").change_tags_for_resource(ResourceType=kind, ResourceId=resource, **changes)


def _zone(r: Request, zone: str) -> Made:
    found = r.clients("route53").get_hosted_zone(Id=zone)
    servers = list(found.get("DelegationSet", {}).get("NameServers", ()))
    return Made(zone, {"Id": zone, "NameServers": servers})


def _create_zone(r: Request) -> Made:
    vpcs = list(r.properties.get("VPCs", ()))
    config = {"Comment": "", **r.properties.get("HostedZoneConfig", {}), "PrivateZone": bool(vpcs)}
    private = {"VPC": vpcs[0]} if vpcs else {}
    made = send(
        r.clients("route53").create_hosted_zone,
        {"Name": r.properties["Name"], "HostedZoneConfig": config, **private},
        CallerReference=r.name,
    )
    zone = _id(made["HostedZone"]["Id"])
    for vpc in vpcs[1:]:
        send(r.clients("route53").associate_vpc_with_hosted_zone, {"VPC": vpc}, HostedZoneId=zone)
    _query_logs(r, zone)
    _tag(r, "hostedzone", zone, "HostedZoneTags")
    return _zone(r, zone)


def _update_zone(r: Request) -> Made:
    zone = r.physical_id
    if changed(r, "HostedZoneConfig"):
        comment = r.properties["HostedZoneConfig"].get("Comment", "")
        r.clients("route53").update_hosted_zone_comment(Id=zone, Comment=comment)
    if r.before.get("QueryLoggingConfig") != r.properties.get("QueryLoggingConfig"):
        _no_query_logs(r, zone)
        _query_logs(r, zone)
    _tag(r, "hostedzone", zone, "HostedZoneTags")
    return _zone(r, zone)


def _delete_zone(r: Request) -> None:
    _no_query_logs(r, r.physical_id)
    gone(r.clients("route53").delete_hosted_zone, Id=r.physical_id)


def _query_logs(r: Request, zone: str) -> None:
    given = r.properties.get("QueryLoggingConfig")
    if given:
        send(r.clients("route53").create_query_logging_config, given, HostedZoneId=zone)


def _no_query_logs(r: Request, zone: str) -> None:
    with forgiving():
        for each in r.clients("route53").list_query_logging_configs(HostedZoneId=zone)["QueryLoggingConfigs"]:
            r.clients("route53").delete_query_logging_config(Id=each["Id"])


def _hosted_by(r: Request, given: Properties) -> str:
    if given.get("HostedZoneId"):
        return _id(str(given["HostedZoneId"]))
    name = str(given["HostedZoneName"])
    zones = r.clients("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    return next((_id(each["Id"]) for each in zones if each["Name"] == name), name)


def _record(given: Properties) -> dict[str, Any]:
    """Return a record as Route 53 takes it: values in objects, numbers as numbers."""
    plain = leave(given, "HostedZoneId", "HostedZoneName", "Comment", "ResourceRecords")
    record: dict[str, Any] = {key: int(str(value)) if key in _NUMBERS else value for key, value in plain.items()}
    if "AliasTarget" in record:
        healthy = str(record["AliasTarget"].get("EvaluateTargetHealth", "false")).lower() == "true"
        record["AliasTarget"] = {**record["AliasTarget"], "EvaluateTargetHealth": healthy}
    if "ResourceRecords" in given:
        record["ResourceRecords"] = [{"Value": str(value)} for value in given["ResourceRecords"]]
    return record


def _change(r: Request, zone: str, action: str, records: Sequence[Properties]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": _record(each)} for each in records]
    if changes:
        r.clients("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _identity(given: Properties) -> tuple[str, ...]:
    return tuple(str(given.get(key, "")) for key in ("Name", "Type", "SetIdentifier"))


def _create_record(r: Request) -> Made:
    _change(r, _hosted_by(r, r.properties), "CREATE", [r.properties])
    return Made(str(r.properties["Name"]))


def _update_record(r: Request) -> Made:
    zone = _hosted_by(r, r.properties)
    _replace(r, zone, [r.before], [r.properties])
    return Made(str(r.properties["Name"]))


def _replace(r: Request, zone: str, before: Sequence[Properties], after: Sequence[Properties]) -> None:
    kept = {_identity(each) for each in before}
    left = {_identity(each) for each in after}
    with forgiving():
        _change(r, zone, "DELETE", [each for each in before if _identity(each) not in left])
    _change(r, zone, "UPSERT", [each for each in after if _identity(each) in kept])
    _change(r, zone, "CREATE", [each for each in after if _identity(each) not in kept])


def _delete_record(r: Request) -> None:
    with forgiving():
        _change(r, _hosted_by(r, r.properties), "DELETE", [r.properties])


def _members(given: Properties) -> list[Properties]:
    return list(given.get("RecordSets", ()))


def _create_group(r: Request) -> Made:
    _change(r, _hosted_by(r, r.properties), "CREATE", _members(r.properties))
    return Made(r.name, {"Id": r.name})


def _update_group(r: Request) -> Made:
    _replace(r, _hosted_by(r, r.properties), _members(r.before), _members(r.properties))
    return Made(r.physical_id, {"Id": r.physical_id})


def _delete_group(r: Request) -> None:
    with forgiving():
        _change(r, _hosted_by(r, r.properties), "DELETE", _members(r.properties))


def _create_check(r: Request) -> Made:
    given = {"HealthCheckConfig": r.properties["HealthCheckConfig"]}
    made = send(r.clients("route53").create_health_check, given, CallerReference=r.name)["HealthCheck"]["Id"]
    _tag(r, "healthcheck", made, "HealthCheckTags")
    return Made(made, {"HealthCheckId": made})


def _update_check(r: Request) -> Made:
    config = leave(r.properties["HealthCheckConfig"], "Type", "MeasureLatency", "RequestInterval")
    send(r.clients("route53").update_health_check, config, HealthCheckId=r.physical_id)
    _tag(r, "healthcheck", r.physical_id, "HealthCheckTags")
    return Made(r.physical_id, {"HealthCheckId": r.physical_id})


HANDLERS: Mapping[str, Handler] = {
    "AWS::Route53::HostedZone": Handler(_create_zone, _delete_zone, _update_zone),
    "AWS::Route53::RecordSet": Handler(_create_record, _delete_record, _update_record),
    "AWS::Route53::RecordSetGroup": Handler(_create_group, _delete_group, _update_group),
    "AWS::Route53::HealthCheck": Handler(
        _create_check,
        lambda r: gone(r.clients("route53").delete_health_check, HealthCheckId=r.physical_id),
        _update_check,
    ),
}
