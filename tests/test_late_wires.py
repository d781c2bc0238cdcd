"""Late wires from end to end: a small environment on the local AWS, whose regions take what their home's zone gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cfngen.late import KNOWN_AFTER_DEPLOY
from cfngen.local.server import start
from cfngen.local.settings import Settings
from tests.test_end_to_end import cfngen, member

ADMIN, US, EU = "111111111111", "222222222222", "333333333333"
HOME, STANDBY, OTHER = (US, "us-east-1"), (US, "us-west-2"), (EU, "eu-west-1")
PARAMS = """
project: small
domain: example.com
bundles: [zone, foundation, service]
admin: {{account: "111111111111", region: us-east-1}}
parameters: {{DatabaseEngine: postgres, DatabaseInstanceClass: db.m6i.large}}
geographies:
  us: {{account: "222222222222", active: us-east-1, standby: us-west-2}}
  eu: {{account: "333333333333", active: eu-west-1, parameters: {{{eu}}}}}
overrides:
  us/us-east-1: {{VpcCidr: 10.0.0.0/16}}
  us/us-west-2: {{VpcCidr: 10.1.0.0/16}}
  eu/eu-west-1: {{VpcCidr: 10.2.0.0/16}}
"""


def write(folder: Path, eu: str = "") -> Path:
    (folder / "late.yaml").write_text(PARAMS.format(eu=eu))
    return folder


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start(Settings(ADMIN, (ADMIN, US, EU), "OrganizationAccountAccessRole")) as running:
        yield running.url


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("params"))


@pytest.fixture(scope="module")
def first_plan(endpoint: str, params: Path) -> Any:
    done = cfngen(endpoint, params, "plan", "late", "--local", "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def deployed(endpoint: str, params: Path, first_plan: Any) -> str:
    done = cfngen(endpoint, params, "deploy", "late", "--local")
    assert done.exit_code == 0, done.output
    return endpoint


def zones(endpoint: str, account: str) -> dict[str, str]:
    found = member(endpoint, "route53", account, "us-east-1").list_hosted_zones()["HostedZones"]
    return {zone["Name"]: zone["Id"].rpartition("/")[2] for zone in found}


def records(endpoint: str, account: str, zone: str) -> dict[tuple[str, str], str]:
    """Return alias records by name and region."""
    client = member(endpoint, "route53", account, "us-east-1")
    found = client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {
        (each["Name"].removesuffix(".example.com."), each.get("SetIdentifier", "")): each["AliasTarget"]["DNSName"]
        for each in found
        if "AliasTarget" in each
    }


def test_before_the_zones_are_there_a_plan_says_what_is_known_only_after_the_deployment(first_plan: Any) -> None:
    (service,) = (step for step in first_plan["steps"] if step["bundle"] == "service")
    creations = [each for each in service["operations"] if each["action"] == "create"]
    assert {each["overrides"]["ZoneId"] for each in creations} == {KNOWN_AFTER_DEPLOY}
    assert sum(len(each["instances"]) for each in creations) == 3


def test_every_region_has_its_names_in_its_geographys_zone_and_the_active_one_has_the_origin(deployed: str) -> None:
    us, eu = zones(deployed, US)["us.net.example.com."], zones(deployed, EU)["eu.net.example.com."]
    assert set(records(deployed, US, us)) == {
        ("origin.us.net", "us-east-1"),
        ("web.us-east-1.us.net", ""),
        ("app.us-east-1.us.net", ""),
        ("web.us-west-2.us.net", ""),
        ("app.us-west-2.us.net", ""),
    }
    assert ("origin.eu.net", "eu-west-1") in records(deployed, EU, eu)


@pytest.mark.parametrize(("place", "geography"), [(HOME, "us"), (STANDBY, "us"), (OTHER, "eu")])
def test_both_balancers_speak_tls_with_certificates_of_their_own(
    deployed: str, place: tuple[str, str], geography: str
) -> None:
    acm = member(deployed, "acm", *place)
    arns = [each["CertificateArn"] for each in acm.list_certificates()["CertificateSummaryList"]]
    found = [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    app, origin = f"app.{place[1]}.{geography}.net.example.com", f"origin.{geography}.net.example.com"
    names = {name for each in found for name in (each["DomainName"], *each["SubjectAlternativeNames"])}
    assert {app, origin} <= names
    (web,) = member(deployed, "elb", *place).describe_load_balancers()["LoadBalancerDescriptions"]
    https = [each["Listener"] for each in web["ListenerDescriptions"] if each["Listener"]["Protocol"] == "HTTPS"]
    assert [each["SSLCertificateId"] in arns for each in https] == [True]
    elbv2 = member(deployed, "elbv2", *place)
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert listener["Protocol"] == "HTTPS"


def test_a_second_deployment_finds_nothing_to_do_and_the_release_has_the_values(deployed: str, params: Path) -> None:
    again = cfngen(deployed, params, "deploy", "late", "--local")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "Nothing to do.")
    status = cfngen(deployed, params, "status", "late", "--local", "--format", "json")
    assert status.exit_code == 0, status.output


def test_a_changed_giver_changes_exactly_those_who_take_from_it(deployed: str, params: Path) -> None:
    made = member(deployed, "route53", EU, "us-east-1").create_hosted_zone(
        Name="eu.net.example.com", CallerReference="by hand"
    )
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    write(params, f"ExistingZoneId: {zone}")
    try:
        shown = cfngen(deployed, params, "plan", "late", "--local", "--format", "json")
        steps = {step["bundle"]: step["operations"] for step in json.loads(shown.stdout)["steps"]}
        assert [[each["target"] for each in operation["instances"]] for operation in steps["service"]] == [
            ["eu/eu-west-1"]
        ]
        assert steps["foundation"] == []
        done = cfngen(deployed, params, "deploy", "late", "--local", "--replace", "Zone")
        assert done.exit_code == 0, done.output
        assert ("origin.eu.net", "eu-west-1") in records(deployed, EU, zone)
        again = cfngen(deployed, params, "deploy", "late", "--local")
        assert again.stdout.splitlines()[-1] == "Nothing to do."
    finally:
        write(params)


def test_an_earlier_release_comes_back_with_what_late_wires_give_now(deployed: str, params: Path) -> None:
    history = cfngen(deployed, params, "history", "late", "--local", "--format", "json")
    first = json.loads(history.stdout)[-1]["id"]
    before = homes(deployed)
    done = cfngen(deployed, params, "deploy", "late", "--local", "--to", first, "--replace", "Zone")
    assert done.exit_code == 0, done.output
    (now,) = homes(deployed)
    assert [now] != before
    again = cfngen(deployed, params, "deploy", "late", "--local")
    assert again.stdout.splitlines()[-1] == "Nothing to do."


def homes(endpoint: str) -> list[str]:
    """Return the zones that the European origin's name is in."""
    found = member(endpoint, "route53", EU, "us-east-1").list_hosted_zones()["HostedZones"]
    ids = [zone["Id"].rpartition("/")[2] for zone in found]
    return [each for each in ids if ("origin.eu.net", "eu-west-1") in records(endpoint, EU, each)]
