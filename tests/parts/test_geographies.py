from __future__ import annotations

from troposphere import Template

from cfngen.layer import Wire
from cfngen.parts import geographies


def test_a_slot_is_there_when_its_wire_says_so():
    template = Template()
    geographies.take_slots(template, {"eu": Wire("EuIsServed", "String", "whether")})

    assert template.to_dict()["Conditions"] == {"HasEu": {"Fn::Equals": [{"Ref": "EuIsServed"}, "true"]}}


def test_the_first_of_an_order_is_nested_conditions_that_end_in_what_is_left():
    chosen = geographies.first({"us": "a", "eu": "b"}, ("us", "eu"), "c")

    assert chosen.to_dict() == {"Fn::If": ["HasUs", "a", {"Fn::If": ["HasEu", "b", "c"]}]}


def test_names_are_listed_with_spaces_for_those_that_are_missing():
    assert geographies.names().to_dict() == {
        "Fn::Join": [" ", [{"Fn::If": [f"Has{slot.title()}", slot, ""]} for slot in geographies.SLOTS]]
    }
