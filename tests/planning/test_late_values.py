"""Late values in plans: shown before they are known, put in when they are, and followed when their giver changes."""

from __future__ import annotations

from dataclasses import replace

from cfngen.deployment import LateValue
from cfngen.late import KNOWN_AFTER_DEPLOY, filled
from cfngen.planning.operations import CreateInstances, Preferences, UpdateInstances
from cfngen.planning.plan import plan
from cfngen.planning.recheck import same_plan, with_known
from tests.bundles import EU, US, deployed, root, stack_set
from tests.planning.test_passages import all_keys

PARAMETERS = "{ZoneId: {Type: String, Default: none}}"
ZONE = """
Resources:
  Zone:
    Type: AWS::Route53::HostedZone
    Properties: {Name: NAME}
Outputs:
  ZoneId: {Value: {Ref: Zone}}
"""
RECORD = """
Parameters: {ZoneId: {Type: String}}
Conditions: {HasZone: {"Fn::Not": [{"Fn::Equals": [{Ref: ZoneId}, none]}]}}
Resources:
  Always: {Type: "AWS::SNS::Topic", Properties: {DisplayName: a}}
  Record:
    Type: AWS::Route53::RecordSet
    Condition: HasZone
    Properties: {HostedZoneId: {Ref: ZoneId}, Name: a.example.com, Type: A, TTL: "60", ResourceRecords: [192.0.2.1]}
"""
OUTPUT = """
Outputs:
  ZoneId: {Value: {"Fn::GetAtt": [Zone, Outputs.ZoneId]}}
"""
LATE = {place: LateValue("zone", "medapp-prod-zone", place, "ZoneId") for place in (US, EU)}
OUTPUTS = {LATE[US]: "Z1", LATE[EU]: "Z2"}


def zone(name="eu.example.com", more=""):
    layers = {"root": root("zone", more=more) + OUTPUT, "zone": ZONE.replace("NAME", name)}
    return stack_set("zone", layers, {US: {"Geography": "us"}, EU: {"Geography": "eu"}})


def service():
    layers = {"root": root("records: {ZoneId: {Ref: ZoneId}}", parameters=PARAMETERS), "records": RECORD}
    item = stack_set("service", layers, {US: {"Geography": "us"}, EU: {"Geography": "eu"}})
    return replace(item, late={place: {"ZoneId": late} for place, late in LATE.items()})


def planned(zone_now, zone_wanted, service_now=None, outputs=OUTPUTS):
    observed = (deployed(zone_now) if zone_now else {}) | (deployed(service_now) if service_now else {})
    wanted = (zone_wanted, filled(service(), outputs))
    return plan(wanted, observed, preferences=Preferences(), present=all_keys(*wanted))


def test_a_giver_that_is_not_there_yet_leaves_its_takers_values_to_be_known_after_the_deployment():
    step = planned(None, zone(), outputs={}).steps[1]
    creations = [each for each in step.operations if isinstance(each, CreateInstances)]
    assert [each.overrides["ZoneId"] for each in creations] == [KNOWN_AFTER_DEPLOY] * 2
    assert all("Record" in {each.logical_id for each in group.impact.resources} for group in step.groups)


def test_with_its_giver_deployed_a_taker_is_planned_with_the_real_value_and_then_there_is_nothing_to_do():
    step = planned(zone(), zone()).steps[1]
    creations = [each for each in step.operations if isinstance(each, CreateInstances)]
    assert sorted(each.overrides["ZoneId"] for each in creations) == ["Z1", "Z2"]
    assert planned(zone(), zone(), filled(service(), OUTPUTS)).is_empty


def test_a_giver_that_changes_what_it_gives_updates_its_takers_and_one_that_does_not_leaves_them():
    there = filled(service(), OUTPUTS)
    step = planned(zone(), zone("us.example.com"), there).steps[1]
    updates = [each for each in step.operations if isinstance(each, UpdateInstances)]
    assert sorted(each.changes for each in updates) == [
        (("ZoneId", "Z1", KNOWN_AFTER_DEPLOY),),
        (("ZoneId", "Z2", KNOWN_AFTER_DEPLOY),),
    ]
    topic = "  Other: {Type: 'AWS::SNS::Topic', Properties: {}}"
    assert planned(zone(), zone(more=topic), there).steps[0].operations
    assert planned(zone(), zone(more=topic), there).steps[1].operations == ()


def test_a_step_whose_late_values_became_known_is_the_one_that_was_shown_with_these_values_in_it():
    shown = planned(None, zone(), outputs={}).steps[1]
    known = filled(service(), OUTPUTS)
    now = plan([known], {}, preferences=Preferences(), present=all_keys(known)).steps[0]
    assert same_plan(shown, now)
    creations = [each for each in with_known(shown, known).operations if isinstance(each, CreateInstances)]
    assert {each.area.accounts: each.overrides["ZoneId"] for each in creations} == {
        (US.account,): "Z1",
        (EU.account,): "Z2",
    }


def test_an_update_that_waited_for_a_value_which_stayed_is_left_out():
    there = filled(service(), OUTPUTS)
    shown = planned(zone(), zone("us.example.com"), there).steps[1]
    now = plan([there], deployed(there), preferences=Preferences(), present=all_keys(there)).steps[0]
    assert same_plan(shown, now)
    assert with_known(shown, there).operations == ()
    other = filled(service(), {**OUTPUTS, LATE[US]: "Z9"})
    (update,) = with_known(shown, other).operations
    assert (update.overrides["ZoneId"], update.area.accounts) == ("Z9", (US.account,))
