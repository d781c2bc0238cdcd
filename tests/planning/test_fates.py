"""What references to changing resources become."""

from __future__ import annotations

import pytest

from cfngen.expressions.values import Reference, Text
from cfngen.planning.changes import Effect, PropertyChange, ResourceChange
from cfngen.planning.fates import Fate, calm, fate, freshened, settle

VPC = Reference("foundation/network", "Vpc")
TEMPLATE = Reference("service/web", "Template", "LatestVersionNumber")
KIND = "AWS::EC2::LaunchTemplate"
IN_PLACE = Fate(KIND, Effect.IN_PLACE, frozenset({"LaunchTemplateData"}))


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Fate("AWS::EC2::VPC", Effect.REPLACE), "${another network.Vpc}"),
        (Fate("AWS::EC2::VPC", Effect.REPLACE, perhaps=True), "${perhaps another network.Vpc}"),
        (Fate("AWS::EC2::VPC", Effect.MAY_REPLACE), "${perhaps another network.Vpc}"),
        (Fate("AWS::EC2::VPC", Effect.UNKNOWN), "${perhaps another network.Vpc}"),
        (Fate("AWS::EC2::VPC", Effect.IN_PLACE), "network.Vpc"),
        (Fate("AWS::EC2::VPC", Effect.CREATE), "network.Vpc"),
    ],
)
def test_a_reference_shares_the_fate_of_what_it_refers_to(found, text):
    settled = settle(VPC, {VPC.resource: found})
    assert str(settled).removeprefix("foundation/") == text


def test_the_version_of_a_changed_launch_template_is_certainly_another():
    assert settle(TEMPLATE, {TEMPLATE.resource: IN_PLACE}).certain
    perhaps = Fate(KIND, Effect.IN_PLACE, IN_PLACE.changed, perhaps=True)
    assert not settle(TEMPLATE, {TEMPLATE.resource: perhaps}).certain


def test_references_are_found_in_texts_lists_and_structures_and_taken_back_where_they_only_may_change():
    value = {"a": [Text(("x-", VPC))], "b": TEMPLATE, "c": 1}
    replaced = settle(value, {VPC.resource: Fate("AWS::EC2::VPC", Effect.MAY_REPLACE), TEMPLATE.resource: IN_PLACE})
    assert freshened(replaced) == {"network.Vpc", "web.Template.LatestVersionNumber"}
    assert calm(replaced) == {"a": [Text(("x-", VPC))], "b": replaced["b"], "c": 1}
    assert freshened(value) == frozenset()


def test_a_change_has_the_fate_of_its_properties():
    properties = tuple(
        PropertyChange(path, "a", "b", Effect.IN_PLACE, perhaps=perhaps)
        for path, perhaps in (("Tags[Name].Value", True), ("Port", False))
    )
    found = fate(ResourceChange("data", "Db", "AWS::RDS::DBInstance", Effect.IN_PLACE, properties))
    assert (found.changed, found.perhaps) == ({"Tags", "Port"}, False)
