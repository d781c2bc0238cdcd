"""What the service is watched for, who is told, and a dashboard.

Every alarm tells a topic for machines; people are told by one alarm per tier, on a topic of their own that
e-mail addresses may subscribe to. A standby region has the same alarms, which stay quiet at zero instances.
"""

from __future__ import annotations

from collections.abc import Iterable

from troposphere import And, Equals, Not, Parameter, Ref, Select, Sub, Template, cloudwatch, sns

from .. import facts
from ..layer import NONE, Wire, give, setting, take
from ..parts import dashboard, routes, tier_alarms
from ..parts.alarms import Watch, alarm, tier_alarm
from ..parts.metadata import context
from ..parts.topics import alarm_topic, subscribers
from . import app, data, firewall, keys, network, web

ALARM_TOPIC_ARN = Wire("AlarmTopicArn", "String", "Topic that tells people of a tier in trouble.")
WEB_ERRORS_ALARM = Wire("WebErrorsAlarm", "String", "Alarm on failing requests of the web tier; it stops a release.")
APP_ERRORS_ALARM = Wire("AppErrorsAlarm", "String", "Alarm on failing requests of the app tier; it stops a release.")

LATENCY_ALARM_SECONDS = Parameter(
    "LatencyAlarmSeconds",
    Type="Number",
    Default="3",
    MinValue=1,
    MaxValue=60,
    Description="Seconds within which 99 of 100 requests are to be answered.",
)
DATABASE_CONNECTIONS_ALARM = Parameter(
    "DatabaseConnectionsAlarm",
    Type="Number",
    Default="500",
    MinValue=1,
    MaxValue=32767,
    Description="Connections to the database that are too many.",
)
DATABASE_STORAGE_ALARM = Parameter(
    "DatabaseStorageAlarm",
    Type="Number",
    Default="256",
    MinValue=1,
    MaxValue=16384,
    Description="Free storage of the database, in GiB, that is too little.",
)
DATABASE_MEMORY_ALARM = Parameter(
    "DatabaseMemoryAlarm",
    Type="Number",
    Default="1",
    MinValue=0,
    MaxValue=1024,
    Description="Free memory of the database, in GiB, that is too little.",
)

_HAS_DATABASE = "HasDatabase"
_HAS_WEB_CERTIFICATE = "HasWebCertificate"
_HAS_APP_CERTIFICATE = "HasAppCertificate"


def build(template: Template) -> None:
    """Add the topics, the alarms of each tier and the dashboard."""
    _conditions(template)
    key = take(template, keys.TOPIC_KEY_ARN)
    people = alarm_topic(template, "AlarmTopic", "alarms", key, "Tells people of a tier in trouble.")
    machines = alarm_topic(template, "SymptomTopic", "symptoms", key, "Tells machines of every single alarm.")
    subscribers(template, people)
    web_errors = _tier(template, "Web", _web(template), machines, people)
    app_errors = _tier(template, "App", _app(template), machines, people)
    _tier(template, "Database", _database(template), machines, people, _HAS_DATABASE)
    _tier(template, "Network", _network(template), machines, people)
    _dashboard(template)
    give(template, ALARM_TOPIC_ARN, Ref(people))
    give(template, WEB_ERRORS_ALARM, Ref(web_errors))
    give(template, APP_ERRORS_ALARM, Ref(app_errors))


def _conditions(template: Template) -> None:
    active = Equals(setting(template, facts.REGION_ROLE), "active")
    template.add_condition(_HAS_DATABASE, active)
    template.add_condition(_HAS_WEB_CERTIFICATE, Not(Equals(take(template, web.WEB_TLS_CERTIFICATE_ARN), NONE)))
    template.add_condition(_HAS_APP_CERTIFICATE, Not(Equals(take(template, app.APP_TLS_CERTIFICATE_ARN), NONE)))
    per_zone = Equals(setting(template, network.NAT_GATEWAYS), "per-zone")
    template.add_condition(routes.HAS_SECOND_NAT, per_zone)
    template.add_condition(routes.HAS_THIRD_NAT, And(per_zone, Equals(setting(template, network.ZONE_COUNT), "3")))


def _tier(
    template: Template, tier: str, watches: Iterable[Watch], machines: sns.Topic, people: sns.Topic, condition: str = ""
) -> cloudwatch.Alarm:
    """Add a tier's alarms and the one that people hear; return the first of them."""
    alarms = [alarm(template, watch, machines) for watch in watches]
    tier_alarm(template, f"{tier}Tier", f"The {tier.lower()} tier is in trouble.", alarms, people, condition)
    return alarms[0]


def _web(template: Template) -> list[Watch]:
    latency = setting(template, LATENCY_ALARM_SECONDS)
    return [
        *tier_alarms.classic_balancer("Web", take(template, web.WEB_LOAD_BALANCER_NAME), latency),
        *tier_alarms.fleet("Web", take(template, web.WEB_FLEET_NAME)),
        tier_alarms.certificate("Web", take(template, web.WEB_TLS_CERTIFICATE_ARN), _HAS_WEB_CERTIFICATE),
    ]


def _app(template: Template) -> list[Watch]:
    balancer, targets = take(template, app.APP_LOAD_BALANCER_FULL_NAME), take(template, app.APP_TARGET_GROUP_FULL_NAME)
    return [
        *tier_alarms.application_balancer("App", balancer, targets, setting(template, LATENCY_ALARM_SECONDS)),
        *tier_alarms.fleet("App", take(template, app.APP_FLEET_NAME)),
        tier_alarms.certificate("App", take(template, app.APP_TLS_CERTIFICATE_ARN), _HAS_APP_CERTIFICATE),
    ]


def _database(template: Template) -> list[Watch]:
    return list(
        tier_alarms.database(
            take(template, data.DATABASE_IDENTIFIER),
            _HAS_DATABASE,
            connections=setting(template, DATABASE_CONNECTIONS_ALARM),
            storage=setting(template, DATABASE_STORAGE_ALARM),
            memory=setting(template, DATABASE_MEMORY_ALARM),
        )
    )


def _network(template: Template) -> list[Watch]:
    gateways = take(template, network.NAT_GATEWAY_IDS)
    zones = enumerate(("", routes.HAS_SECOND_NAT, routes.HAS_THIRD_NAT), start=1)
    return [
        watch
        for zone, condition in zones
        for watch in tier_alarms.nat_gateway(zone, Select(zone - 1, gateways), condition)
    ]


def _dashboard(template: Template) -> cloudwatch.Dashboard:
    take(template, firewall.APP_FIREWALL_METRIC)
    return template.add_resource(
        cloudwatch.Dashboard(
            "Dashboard",
            DashboardBody=Sub(dashboard.body(GRAPHS)),
            Metadata=context(
                "The region at one glance: requests, failures, time, machines, database.", mutable="free-to-tune"
            ),
        )
    )


_WEB = ("LoadBalancerName", "${WebLoadBalancerName}")
_APP = ("LoadBalancer", "${AppLoadBalancerFullName}")
_DATABASE = ("DBInstanceIdentifier", "${DatabaseIdentifier}")
_FIREWALL = ("WebACL", "${AppFirewallMetric}", "Region", "${AWS::Region}", "Rule", "ALL")

GRAPHS: tuple[dashboard.Row, ...] = (
    ("Requests", "Sum", [("AWS/ELB", "RequestCount", *_WEB), ("AWS/ApplicationELB", "RequestCount", *_APP)]),
    (
        "Failures",
        "Sum",
        [
            ("AWS/ELB", "HTTPCode_ELB_5XX", *_WEB),
            ("AWS/ELB", "HTTPCode_Backend_5XX", *_WEB),
            ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", *_APP),
            ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", *_APP),
        ],
    ),
    ("Seconds to answer", "p99", [("AWS/ELB", "Latency", *_WEB), ("AWS/ApplicationELB", "TargetResponseTime", *_APP)]),
    (
        "Instances in service",
        "Minimum",
        [
            ("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", "${WebFleetName}"),
            ("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", "${AppFleetName}"),
        ],
    ),
    ("Refused by the firewall", "Sum", [("AWS/WAFV2", "BlockedRequests", *_FIREWALL)]),
    (
        "Database",
        "Average",
        [("AWS/RDS", "CPUUtilization", *_DATABASE), ("AWS/RDS", "DatabaseConnections", *_DATABASE)],
    ),
)
