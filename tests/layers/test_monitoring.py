from __future__ import annotations

import json
import re

import pytest
from troposphere import Template

from cfngen.layers import monitoring

ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@pytest.fixture(scope="module")
def body():
    template = Template()
    monitoring.build(template)
    return template.to_dict()


def alarms(resources, *kinds):
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] in (kinds or ALARMS)}


def metrics_of(alarm):
    queries = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", ()) if "MetricStat" in query]
    return {(metric["Namespace"], metric["MetricName"]) for metric in (queries or [alarm])}


@pytest.fixture(scope="module")
def watched(body):
    return {pair for alarm in alarms(body["Resources"], ALARMS[0]).values() for pair in metrics_of(alarm)}


@pytest.mark.parametrize(
    ("namespace", "metrics"),
    [
        ("AWS/ELB", {"HTTPCode_ELB_5XX", "HTTPCode_Backend_5XX", "RequestCount", "UnHealthyHostCount", "Latency"}),
        (
            "AWS/ApplicationELB",
            {
                "HTTPCode_ELB_5XX_Count",
                "HTTPCode_Target_5XX_Count",
                "RequestCount",
                "UnHealthyHostCount",
                "TargetResponseTime",
            },
        ),
        ("AWS/EC2", {"CPUUtilization"}),
        ("AWS/AutoScaling", {"GroupDesiredCapacity", "GroupInServiceInstances"}),
        ("AWS/RDS", {"CPUUtilization", "DatabaseConnections", "FreeStorageSpace", "FreeableMemory"}),
        ("AWS/NATGateway", {"ErrorPortAllocation", "PacketsDropCount"}),
        ("AWS/CertificateManager", {"DaysToExpiry"}),
    ],
)
def test_each_part_of_the_service_is_watched_for_its_own_troubles(watched, namespace, metrics):
    assert {metric for space, metric in watched if space == namespace} == metrics


def test_every_alarm_tells_somebody_when_it_rings_and_when_it_is_over(body):
    silent = [
        name for name, alarm in alarms(body["Resources"]).items() if not alarm["AlarmActions"] or not alarm["OKActions"]
    ]

    assert silent == []


def test_people_are_told_by_one_alarm_per_tier_and_machines_by_each(body):
    tiers, single = (alarms(body["Resources"], kind) for kind in reversed(ALARMS))

    assert set(tiers) == {"WebTier", "AppTier", "DatabaseTier", "NetworkTier"}
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in tiers.values())
    assert all(alarm["AlarmActions"] == [{"Ref": "SymptomTopic"}] for alarm in single.values())


def test_each_single_alarm_belongs_to_a_tier(body):
    tiers, single = (alarms(body["Resources"], kind) for kind in reversed(ALARMS))
    named = set(re.findall(r'ALARM\(\\"\$\{(\w+)\}', json.dumps([tier["AlarmRule"] for tier in tiers.values()])))

    assert named == set(single)


def test_a_standby_region_watches_no_database(deployed):
    resources, _ = deployed(monitoring, RegionRole="standby", NatGatewayIds="nat-1,nat-2")

    assert [name for name in resources if name.startswith("Database")] == []


def test_the_database_that_says_nothing_is_in_trouble(body):
    assert body["Resources"]["DatabaseCpu"]["Properties"]["TreatMissingData"] == "breaching"


@pytest.mark.parametrize(
    ("gateways", "zones", "expected"), [("single", "3", 1), ("per-zone", "2", 2), ("per-zone", "3", 3)]
)
def test_each_nat_gateway_that_exists_is_watched(deployed, gateways, zones, expected):
    values = {"RegionRole": "active", "NatGateways": gateways, "ZoneCount": zones}
    resources, _ = deployed(monitoring, **values)

    assert [name for name in resources if name.endswith("Ports")] == [f"Nat{zone + 1}Ports" for zone in range(expected)]


def test_certificates_are_watched_where_there_are_any(deployed):
    arn = "arn:aws:acm:us-east-1:222222222222:certificate/abc"
    none = {"RegionRole": "active", "AppTlsCertificateArn": "none"}
    without, _ = deployed(monitoring, WebTlsCertificateArn="none", **none)
    with_one, _ = deployed(monitoring, WebTlsCertificateArn=arn, **none)

    assert [name for name in without if "Certificate" in name] == []
    assert [name for name in with_one if "Certificate" in name] == ["WebCertificate"]
    assert with_one["WebCertificate"]["Properties"]["Threshold"] == 30


@pytest.mark.parametrize("topic", ["AlarmTopic", "SymptomTopic"])
def test_topics_are_encrypted_and_take_alarms_of_this_account_over_tls_alone(body, topic):
    properties = body["Resources"][topic]["Properties"]
    alarms_in, tls = body["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]["Statement"]

    assert properties["KmsMasterKeyId"] == {"Ref": "TopicKeyArn"}
    assert alarms_in["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms_in["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


@pytest.mark.parametrize(
    "given", ["", "a@example.com", "a.b+c@mail.example.co.uk,d@example.com", ",".join(["a@example.com"] * 4)]
)
def test_up_to_four_addresses_are_accepted(body, given):
    assert re.fullmatch(body["Parameters"]["AlarmEmails"]["AllowedPattern"], given)


@pytest.mark.parametrize("given", ["a", "a@b", "a@example.com, b@example.com", ",".join(["a@example.com"] * 5)])
def test_what_is_no_address_and_a_fifth_one_are_refused(body, given):
    assert not re.fullmatch(body["Parameters"]["AlarmEmails"]["AllowedPattern"], given)


def test_each_address_has_a_subscription_of_its_own(body):
    for slot in range(1, 5):
        resource = body["Resources"][f"Subscriber{slot}"]
        assert resource["Condition"] == f"HasSubscriber{slot}"
        assert resource["Properties"]["TopicArn"] == {"Ref": "AlarmTopic"}
        assert resource["Properties"]["Endpoint"]["Fn::Select"][0] == slot - 1


def test_the_dashboard_is_one_that_cloudwatch_can_draw(body):
    text = body["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    places = {(widget["x"], widget["y"]) for widget in widgets}

    assert len(places) == len(widgets) == 6
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(body["Parameters"])


def test_the_first_alarm_of_a_fleets_tier_is_the_one_that_stops_a_release(body):
    assert body["Outputs"]["WebErrorsAlarm"]["Value"] == {"Ref": "WebErrors"}
    assert body["Outputs"]["AppErrorsAlarm"]["Value"] == {"Ref": "AppErrors"}
