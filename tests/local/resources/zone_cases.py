"""Cases of Route 53: zones, records, groups of records and health checks."""

from __future__ import annotations

from typing import Any

from cfngen.local.clients import Clients

from .cases import NEW, OLD, Case, Properties
from .worlds import World

DOMAIN = "eu.net.app.example.com."


def zone(world: World) -> str:
    return world.id("AWS::Route53::HostedZone", Name=DOMAIN)


def see_zone(c: Clients, i: str, p: Properties) -> Any:
    found = c("route53").get_hosted_zone(Id=i)["HostedZone"]
    tags = c("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=i)["ResourceTagSet"]["Tags"]
    return {**found, "Tags": tags}


def see_records(c: Clients, i: str, p: Properties) -> Any:
    found = c("route53").list_resource_record_sets(HostedZoneId=p["HostedZoneId"])["ResourceRecordSets"]
    return [each for each in found if each["Type"] not in ("NS", "SOA")]


def see_check(c: Clients, i: str, p: Properties) -> Any:
    found = c("route53").get_health_check(HealthCheckId=i)["HealthCheck"]
    tags = c("route53").list_tags_for_resource(ResourceType="healthcheck", ResourceId=i)["ResourceTagSet"]["Tags"]
    return {**found["HealthCheckConfig"], "Tags": tags}


def record(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "TTL": "60", "ResourceRecords": [value], **more}


def check(threshold: str) -> dict[str, Any]:
    return {
        "Type": "TCP",
        "FullyQualifiedDomainName": "web.eu-west-1.eu.net.app.example.com",
        "Port": "8443",
        "FailureThreshold": threshold,
    }


def new_tags(found: Any) -> bool:
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"Name": "new"}


CASES = [
    Case(
        "AWS::Route53::HostedZone",
        lambda w: {"Name": DOMAIN, "HostedZoneConfig": {"Comment": "old"}, "HostedZoneTags": OLD},
        see_zone,
        lambda w: {"Name": DOMAIN, "HostedZoneConfig": {"Comment": "new"}, "HostedZoneTags": NEW},
        lambda f: f["Config"]["Comment"] == "new" and new_tags(f),
    ),
    Case(
        "AWS::Route53::RecordSet",
        lambda w: {"HostedZoneId": zone(w), **record(f"web.{DOMAIN}", "192.0.2.1", SetIdentifier="a", Weight="100")},
        see_records,
        lambda w: {
            "HostedZoneId": w.there[0][1].physical_id,
            **record(f"web.{DOMAIN}", "192.0.2.2", SetIdentifier="b", Weight="0"),
        },
        lambda f: [(each["SetIdentifier"], each["Weight"]) for each in f] == [("b", 0)],
    ),
    Case(
        "AWS::Route53::RecordSetGroup",
        lambda w: {
            "HostedZoneId": zone(w),
            "RecordSets": [record(f"a.{DOMAIN}", "192.0.2.1"), record(f"b.{DOMAIN}", "192.0.2.2")],
        },
        see_records,
        lambda w: {
            "HostedZoneId": w.there[0][1].physical_id,
            "RecordSets": [record(f"b.{DOMAIN}", "192.0.2.3"), record(f"c.{DOMAIN}", "192.0.2.4")],
        },
        lambda f: (
            {each["Name"]: each["ResourceRecords"][0]["Value"] for each in f}
            == {f"b.{DOMAIN}": "192.0.2.3", f"c.{DOMAIN}": "192.0.2.4"}
        ),
    ),
    Case(
        "AWS::Route53::HealthCheck",
        lambda w: {"HealthCheckConfig": check("3"), "HealthCheckTags": OLD},
        see_check,
        lambda w: {"HealthCheckConfig": check("5"), "HealthCheckTags": NEW},
        lambda f: f["FailureThreshold"] == 5 and new_tags(f),
    ),
]
