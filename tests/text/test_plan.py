"""A plan as lines for a person."""

from __future__ import annotations

import pytest

from cfngen.deployment import Instance
from cfngen.planning.changes import Effect, ResourceChange
from cfngen.planning.operations import Preferences
from cfngen.planning.plan import plan
from cfngen.text.plan import plan_lines, resource_text
from cfngen.text.words import change, names
from tests.bundles import EU, US, deployed, stack_set
from tests.text import plans

NAMED = {US: "us/us-east-1", EU: "eu/eu-west-1"}


def lines(made):
    return plan_lines(made, NAMED)


def test_a_replacement_is_marked_in_its_first_character_and_in_words():
    found = lines(plans.replacement())
    assert (
        "!     data.Database (AWS::RDS::DBInstance) is replaced; create-only: StorageEncrypted; "
        "the old one is retained, outside the stack" in found
    )
    assert "!         StorageEncrypted true → false, replaces  (Encrypted)" in found


def test_instances_in_which_the_same_happens_are_told_once_with_their_number():
    both = plans.planned(plans.item(), plans.item(values={"Class": "large"}))
    assert [line for line in lines(both) if " of " in line] == ["~ 2 of 2 instances: us/us-east-1, eu/eu-west-1"]
    assert [line for line in lines(plans.replacement()) if " of " in line] == [
        "~ 1 of 2 instances: us/us-east-1",
        "~ 1 of 2 instances: eu/eu-west-1",
    ]


def test_a_changed_parameter_says_where_its_value_comes_from():
    assert "~     Class small → large  (params/prod.yaml:7 parameters.Class)" in lines(plans.replacement())


def test_the_canary_is_named_and_what_a_group_tells_is_told_by_it_alone():
    data = plans.DATA.replace("Condition: {Bool", "Condition: {BoolIfExists")
    both = plans.planned(plans.item(), plans.item(values={"Class": "large"}, data=data), canary=US)
    assert lines(both)[1:6] == [
        "~ update stack set in us/us-east-1, the canary",
        "~     template changed",
        "~ update stack set in all 2 instances",
        "~ 2 of 2 instances: us/us-east-1, eu/eu-west-1",
        "~     Class small → large  (params/prod.yaml:7 parameters.Class)",
    ]


def test_a_reason_that_no_group_tells_stays_with_its_operation():
    own = {place: {"Class": "medium"} for place in (US, EU)}
    found = lines(plans.planned(plans.item(own), plans.item(own, values={"Class": "large"})))
    assert found[1:3] == ["~ update stack set in all 2 instances", "~     Class small → large"]


def test_an_update_of_one_instance_or_of_none_says_so():
    for places, told in (({US: {}}, "in us/us-east-1"), ({}, "without instances")):
        found = lines(plans.planned(plans.item(places), plans.item(places, values={"Class": "large"})))
        assert found[1] == f"~ update stack set {told}"


def test_who_gains_what_is_a_table_of_its_own():
    found = lines(plans.replacement())
    at = found.index("IAM changes")
    assert found[at + 1] == (
        "+     gains  role data.Role  logs:CreateLogStream  on * if Bool aws:SecureTransport true"
        "  (data.Role, 2 instances)"
    )


def test_what_may_be_lost_is_told_with_the_flag_that_allows_it():
    *_, warning, flag, count = lines(plans.replacement())
    assert warning.startswith("! Data may be lost.")
    assert flag == (
        "!     --replace Database  replaces foundation's data.Database (AWS::RDS::DBInstance) in eu/eu-west-1; "
        "the old one is retained, outside the stack"
    )
    assert count == "2 operations."


def test_a_deletion_tells_what_becomes_of_what_holds_data():
    assert lines(plans.deletion())[:5] == [
        "foundation: nothing to do (1 instances are as wanted)",
        "foundation: stack set medapp-prod-foundation",
        "- delete 444444444444/ap-southeast-1",
        "- 1 instance: 444444444444/ap-southeast-1",
        "-     deletes 3 resources: root 1, data 2",
    ]
    assert any(line.startswith("-     data.Database") and "a last snapshot" in line for line in lines(plans.deletion()))


def test_a_creation_is_counted_and_not_listed():
    assert "+     creates 3 resources: root 1, data 2" in lines(plans.creation())


def test_what_cannot_be_read_is_said_to_be_unknown():
    found = lines(plans.unreadable())
    assert "! template data: the deployed one cannot be read, so what differs is not known" in found
    assert any(line.startswith("!     root.Data") and "what happens is not known" in line for line in found)


def test_a_lookup_and_a_wire_are_explained():
    found = lines(plans.wires())
    assert "~     takes VpcId again, which an earlier bundle changes" in found
    assert "~     Image (/aws/service/ami/latest) is looked up again: a newer one may roll web.Fleet" in found


def test_what_happens_only_on_the_way_is_told_apart():
    (line,) = (line for line in lines(plans.on_the_way()) if "on the way" in line)
    assert line.startswith("!     on the way, before the instances have their own values: data.Database is replaced")


def test_conditions_and_outputs_that_differ_are_told():
    found = lines(plans.removal())
    assert "~ template root: Conditions Old !Equals [a, b] → (none)" in found
    assert "~ template root: Outputs Name {Value: !Ref Archive} → (none)" in found
    assert "+     root.Topic (AWS::SNS::Topic) is created" in found


def test_templates_that_only_read_differently_change_nothing():
    assert "~     nothing changes in their stacks" in lines(plans.prose())


def test_nothing_to_do_is_said_for_the_bundle_and_for_all():
    item = plans.item()
    found = lines(plan([item], deployed(item), preferences=Preferences()))
    assert found == ["foundation: nothing to do (2 instances are as wanted)", "Nothing to do."]


MANY = "\n".join(
    f"  Subnet{number}: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: {{Ref: Vpc}}}}}}" for number in range(40)
)
VPC = f"Resources:\n  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}\n{MANY}\n"


def resource(effect, *, perhaps):
    return ResourceChange("data", "Database", "AWS::RDS::DBInstance", effect, perhaps=perhaps)


@pytest.mark.parametrize(
    ("effect", "perhaps", "told"),
    [
        (Effect.REPLACE, False, "is replaced"),
        (Effect.REPLACE, True, "is perhaps replaced"),
        (Effect.MAY_REPLACE, False, "may be replaced"),
        (Effect.MAY_REPLACE, True, "may be replaced"),
        (Effect.IN_PLACE, True, "perhaps in place"),
        (Effect.UNKNOWN, True, "what happens is not known"),
    ],
)
def test_a_resource_is_what_is_replaced_and_doubt_is_said_once(effect, perhaps, told):
    assert resource_text(resource(effect, perhaps=perhaps)) == told


def test_many_resources_that_only_follow_are_counted():
    old, new = (stack_set("net", {"root": text}, {US: {}}) for text in (VPC, VPC.replace("10.0", "10.9")))
    found = lines(plans.planned(old, new))
    (line,) = (line for line in found if "referring" in line)
    assert line == (
        "!     40 resources referring to what changes: 40 replaced "
        "(root.Subnet0, root.Subnet1, root.Subnet2, root.Subnet3, root.Subnet4, …)"
    )
    assert len(found) < 10


def test_the_names_of_thousands_of_instances_are_cut():
    places = [Instance(f"{number:012}", "us-east-1") for number in range(5000)]
    assert names(places, {}).endswith(" and 4,988 more")
    assert names(places[:3], {}).count(",") == 2


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a", "b", "a → b"),
        (None, "b", "(none) → b"),
        ("a", None, "a → (none)"),
        ("", "b", "(none) → b"),
        ("one\ntwo\nthree", "one\n2\nthree", "line 2 of 3: two → 2"),
        ("one\n", "one", "line 1 of 1: its last line ends → otherwise"),
        ("x" * 70 + "old", "x" * 70 + "new", "…xxxxxxxxold → …xxxxxxxxnew"),
        ("y" * 80, "z", "y" * 60 + "… → z"),
    ],
)
def test_a_change_shows_where_two_values_differ(before, after, shown):
    assert change(before, after) == shown
