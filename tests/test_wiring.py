"""How wires travel to other accounts and regions, and which ways there are not."""

from __future__ import annotations

import pytest
from troposphere import Ref, Template, route53

from cfngen.bundle import compose
from cfngen.catalog import Bundle, Scope
from cfngen.errors import CfngenError
from cfngen.layer import Layer, Wire, give, is_given, take, take_from

NAME_SERVERS = Wire("NameServers", "CommaDelimitedList", "The servers of the zone.")
ZONE_ID = Wire("ZoneId", "AWS::Route53::HostedZone::Id", "The zone.")


def gives_zone(template: Template) -> None:
    give(template, ZONE_ID, Ref(template.add_resource(route53.HostedZone("Zone", Name="example.com"))))
    give(template, NAME_SERVERS, ["ns-1", "ns-2"])


def takes_zone(template: Template) -> None:
    zone = take(template, ZONE_ID)
    template.add_condition("HasZone", is_given(ZONE_ID, zone))
    template.add_resource(route53.RecordSetType("Record", Name="a", Type="A", HostedZoneId=zone))


def takes_servers(template: Template) -> None:
    servers = take_from(template, NAME_SERVERS, "us")
    template.add_condition("HasServers", is_given(NAME_SERVERS, servers))
    template.add_resource(route53.RecordSetType("Record", Name="a", Type="NS", ResourceRecords=servers))


ZONE = Layer("zone", "The zone.", gives_zone, (ZONE_ID, NAME_SERVERS))
RECORDS = Layer("records", "Records.", takes_zone)
DELEGATION = Layer("delegation", "Delegation.", takes_servers)


def scoped(*bundles: tuple[str, Scope, Layer]):
    layers = {layer.name: layer for _, _, layer in bundles}
    return compose([Bundle(name, scope, (layer.name,)) for name, scope, layer in bundles], layers.__getitem__)


def scope_problems(*bundles: tuple[str, Scope, Layer]) -> list[str]:
    with pytest.raises(CfngenError) as caught:
        scoped(*bundles)
    return [str(problem) for problem in caught.value.problems]


def test_a_wire_from_a_geographys_home_to_its_other_regions_is_late() -> None:
    templates = scoped(("zone", Scope.HOMES, ZONE), ("service", Scope.EVERY_REGION, RECORDS))
    giving, taking = templates["zone"]["root"], templates["service"]["root"]
    assert giving["Outputs"]["ZoneId"]["Value"] == {"Fn::GetAtt": ["Zone", "Outputs.ZoneId"]}
    assert "NameServers" not in giving["Outputs"]  # nobody takes them
    assert "ZoneIdParameter" not in giving["Resources"]
    assert taking["Metadata"]["cfngen"]["Late"] == {
        "ZoneId": {"Bundle": "zone", "Output": "ZoneId", "Geography": "own"}
    }
    assert taking["Metadata"]["cfngen"]["Wires"] == {}
    for declared in (taking["Parameters"]["ZoneId"], templates["service"]["records"]["Parameters"]["ZoneId"]):
        assert (declared["Type"], declared["Default"]) == ("String", "none")
    assert templates["service"]["records"]["Conditions"]["HasZone"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ZoneId"}, "none"]}]
    }


def test_a_wire_from_a_named_geography_is_late_and_has_its_name() -> None:
    templates = scoped(("zone", Scope.HOMES, ZONE), ("domain", Scope.EDGE, DELEGATION))
    root = templates["domain"]["root"]
    assert root["Parameters"]["UsNameServers"]["Type"] == "CommaDelimitedList"
    assert root["Resources"]["Delegation"]["Properties"]["Parameters"]["UsNameServers"] == {
        "Fn::Join": [",", {"Ref": "UsNameServers"}]
    }
    assert root["Metadata"]["cfngen"]["Late"] == {
        "UsNameServers": {"Bundle": "zone", "Output": "NameServers", "Geography": "us"}
    }
    assert templates["zone"]["root"]["Outputs"]["NameServers"]


def test_a_wire_from_the_edge_is_late_and_to_the_same_place_it_is_not() -> None:
    late = scoped(("domain", Scope.EDGE, ZONE), ("service", Scope.EVERY_REGION, RECORDS))["service"]["root"]
    assert late["Metadata"]["cfngen"]["Late"]["ZoneId"]["Bundle"] == "domain"
    beside = scoped(("audit", Scope.ACCOUNTS, ZONE), ("zone", Scope.HOMES, RECORDS))["zone"]["root"]
    assert "Late" not in beside["Metadata"]["cfngen"]
    assert beside["Metadata"]["cfngen"]["Wires"]["ZoneId"]["Bundle"] == "audit"


def test_what_cannot_come_late_is_a_problem() -> None:
    first = ("service", Scope.EVERY_REGION, DELEGATION)
    assert scope_problems(first, ("zone", Scope.HOMES, ZONE)) == [
        (
            "layers/delegation.py: takes UsNameServers before zone gives it\n"
            "  hint: move delegation after zone in catalog.py"
        )
    ]
    assert scope_problems(("service", Scope.EVERY_REGION, ZONE), ("edge", Scope.EDGE, DELEGATION)) == [
        (
            "layers/delegation.py: takes UsNameServers from zone, which is each geography's account in each of its"
            " regions: there is no single one to take it from\n"
            "  hint: only a bundle with one instance in each geography (HOMES) can give it"
        )
    ]
    assert scope_problems(("zone", Scope.HOMES, ZONE), ("edge", Scope.EDGE, RECORDS)) == [
        (
            "layers/records.py: takes ZoneId from zone, which is each geography's account in its home region:"
            " it is not said which\n  hint: say whose with take_from()"
        )
    ]
    assert scope_problems(("domain", Scope.EDGE, ZONE), ("edge", Scope.EDGE, DELEGATION)) == [
        (
            "layers/delegation.py: takes UsNameServers from zone, which is not in a geography\n"
            "  hint: use take(), which needs none"
        )
    ]


def test_a_geography_that_is_none_is_a_problem() -> None:
    mars = Layer("mars", "Mars.", lambda template: take_from(template, ZONE_ID, "mars") and None)
    found = scope_problems(("zone", Scope.HOMES, ZONE), ("domain", Scope.EDGE, mars))
    assert found == [
        "layers/mars.py: takes MarsZoneId from zone, of mars, which is no geography\n  hint: write one of us, eu, apac"
    ]


def test_a_sibling_of_another_geography_is_deployed_at_the_same_time_and_cannot_be_waited_for() -> None:
    layers = {"zone": ZONE, "delegation": DELEGATION}
    with pytest.raises(CfngenError, match="which is in the same bundle, deployed everywhere at once"):
        compose([Bundle("one", Scope.HOMES, ("zone", "delegation"))], layers.__getitem__)
