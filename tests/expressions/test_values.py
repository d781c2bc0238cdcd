from __future__ import annotations

from cfngen.expressions.values import (
    NO_VALUE,
    Reference,
    Text,
    Unknown,
    as_text,
    join,
    pieces,
    references,
    split,
    text,
    unknowns,
)

VPC, SUBNET = Reference("prod/network", "Vpc"), Reference("prod/network", "Subnet", "SubnetId")


def test_literals_are_written_as_cloudformation_compares_them():
    assert [as_text(each) for each in (True, False, 2, 2.0, 2.5, "x")] == ["true", "false", "2", "2", "2.5", "x"]


def test_a_join_of_known_texts_is_a_text():
    assert join(",", ["a", 1, True]) == "a,1,true"
    assert join(",", []) == ""


def test_references_survive_a_join_and_a_split():
    joined = join(",", [VPC, "b", SUBNET])
    assert joined == Text((VPC, ",b,", SUBNET))
    assert split(",", joined) == [VPC, "b", SUBNET]


def test_one_reference_alone_is_itself():
    assert text(["", VPC, ""]) == VPC
    assert split(",", VPC) == [VPC]


def test_what_is_unknown_stays_unknown():
    assert split(",", Unknown("later")) == Unknown("later")
    assert pieces({"a": 1}) == (Unknown("a list or mapping within a text"),)
    assert pieces(NO_VALUE) == ()


def test_references_and_unknowns_are_found_however_deep():
    value = {"a": [VPC, {"b": Text(("x", SUBNET, Unknown("later")))}], "c": Unknown("never")}
    assert list(references(value)) == [VPC, SUBNET]
    assert list(unknowns(value)) == [Unknown("later"), Unknown("never")]


def test_a_text_prints_its_references():
    assert str(Text(("arn:", SUBNET, Unknown("later")))) == "arn:prod/network.Subnet.SubnetId(later)"
    assert VPC.resource == ("prod/network", "Vpc")
