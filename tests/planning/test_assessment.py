"""What happens to instances: alike ones once, new parameters inert, and what cannot be read said to be unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfngen.deployment import Instance
from cfngen.errors import CfngenError
from cfngen.planning.assessment import assess
from cfngen.planning.operations import ObservedStack, Preferences, UpdateInstances, UpdateStackSet
from cfngen.planning.plan import plan
from tests.bundles import APAC, BUCKET, EU, US, deployed, effects, impact, root, stack_set

DATA = """
Parameters: {Class: {Type: String}, Encrypted: {Type: String}, Role: {Type: String}}
Conditions: {IsActive: {Fn::Equals: [{Ref: Role}, active]}}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Condition: IsActive
    UpdateReplacePolicy: Retain
    Properties: {DBInstanceClass: {Ref: Class}, StorageEncrypted: {Ref: Encrypted}, DBName: db}
"""
PARAMETERS = """
  Class: {Type: String, Default: small}
  Encrypted: {Type: String, Default: true}
  Role: {Type: String, Default: active}
  Spare: {Type: String, Default: none}
"""
ROOT = root("data: {Class: {Ref: Class}, Encrypted: {Ref: Encrypted}, Role: {Ref: Role}}", parameters=PARAMETERS)
EVERYWHERE = {US: {}, EU: {"Class": "large"}, APAC: {"Role": "standby"}}


def item(instances=EVERYWHERE, values=None, data=DATA, top=ROOT):
    return stack_set("foundation", {"root": top, "data": data}, instances, values)


def assessed(old, new, **statuses):
    return assess([new], deployed(old, **statuses))["foundation"]


def test_only_instances_are_assessed_in_which_something_happens():
    assert assessed(item(), item()).impacts == {}
    found = assessed(item(), item({**EVERYWHERE, EU: {"Class": "huge"}}))
    assert set(found.impacts) == {EU}


def test_instances_alike_share_one_impact():
    places = {Instance(f"{number:012}", "us-east-1"): {} for number in range(300)}
    found = assessed(item(places), item(places, {"Class": "large"}))
    assert len(found.impacts) == 300
    assert len({id(each) for each in found.impacts.values()}) == 1


def test_values_that_differ_between_instances_and_decide_nothing_do_not_tell_them_apart():
    places = {Instance(f"{number:012}", "us-east-1"): {"Class": f"c{number}"} for number in range(50)}
    found = assessed(item(places), item(places, {"Encrypted": "false"}))
    assert len({id(each) for each in found.impacts.values()}) == 1


def test_a_value_that_decides_tells_instances_apart():
    found = assessed(item(), item(values={"Encrypted": "false"}))
    assert effects(found.impacts[US]) == {"data.Database": "replace"}
    assert effects(found.impacts[APAC]) == {}


def test_the_stack_sets_value_does_not_reach_an_instance_with_its_own():
    found = assessed(item(), item(values={"Class": "huge"}))
    assert set(found.impacts) == {US, APAC}
    assert [(each.name, each.before, each.after) for each in found.impacts[US].parameters] == [
        ("Class", "small", "huge")
    ]


def test_how_templates_differ_is_told_once():
    found = assessed(item(), item(data=DATA.replace("DBName: db", "DBName: other")))
    (template,) = found.templates
    assert template.name == "data"
    assert [each.place for each in template.differences] == ["Database.Properties.DBName"]


OLD = DATA.replace("{Ref: Encrypted}", "true").replace("Encrypted: {Type: String}, ", "")
OLD_ROOT = ROOT.replace("Encrypted: {Ref: Encrypted}, ", "").replace("  Encrypted: {Type: String, Default: true}\n", "")


def test_a_new_parameter_whose_base_value_replaces_something_on_the_way_is_refused():
    new = item({US: {"Encrypted": "true"}, EU: {"Encrypted": "true"}}, {"Encrypted": "false"})
    (refusal,) = assessed(item({US: {}, EU: {}}, data=OLD, top=OLD_ROOT), new).problems
    assert "Encrypted is new to the stack set medapp-prod-foundation" in refusal.what
    assert "base value 'false'" in refusal.what
    assert "replace data.Database" in refusal.what
    assert str(US) in refusal.what
    assert str(EU) in refusal.what
    assert refusal.where.path == "foundation"
    with pytest.raises(CfngenError, match="Encrypted is new"):
        plan([new], deployed(item({US: {}, EU: {}}, data=OLD, top=OLD_ROOT)), preferences=Preferences())


def test_a_new_parameter_with_an_inert_default_takes_two_passes_in_this_order():
    old = item({US: {}}, data=OLD, top=OLD_ROOT)
    new = item({US: {"Encrypted": "false"}})
    made = plan([new], deployed(old), preferences=Preferences(), present=[each.key for each in new.uploads])
    first, second = made.operations
    assert isinstance(first, UpdateStackSet)
    assert isinstance(second, UpdateInstances)
    assert second.overrides == {"Encrypted": "false"}
    assert effects(made.steps[0].groups[0].impact) == {"data.Database": "replace"}


def test_a_new_parameter_that_creates_on_the_way_what_is_not_wanted_is_refused():
    old = DATA.replace("{Ref: Role}", "standby").replace(", Role: {Type: String}", "")
    old_root = ROOT.replace(", Role: {Ref: Role}", "").replace("  Role: {Type: String, Default: active}\n", "")
    (refusal,) = assessed(item({US: {}}, data=old, top=old_root), item({US: {"Role": "standby"}})).problems
    assert "Role is new" in refusal.what
    assert "create data.Database" in refusal.what


def test_an_override_of_a_parameter_that_is_no_more_goes_before_the_stack_set_changes():
    old, new = (
        item({US: {"Spare": "x"}}),
        item({US: {}}, top=ROOT.replace("  Spare: {Type: String, Default: none}\n", "")),
    )
    made = plan([new], deployed(old), preferences=Preferences(), present=[each.key for each in new.uploads])
    first, second = made.operations
    assert isinstance(first, UpdateInstances)
    assert (first.overrides, first.reasons) == ({}, ("Spare is no parameter any more",))
    assert isinstance(second, UpdateStackSet)


def test_what_an_override_held_back_is_told_when_it_goes_before():
    old = item({US: {"Encrypted": "true"}}, {"Encrypted": "false"})
    found = assessed(old, item({US: {}}, data=OLD, top=OLD_ROOT)).impacts[US]
    assert effects(found) == {}
    assert [(each.name, each.effect.value, each.loses) for each in found.passing] == [
        ("data.Database", "replace", True)
    ]


def test_a_template_that_cannot_be_read_is_unknown_and_so_is_what_happens():
    old = item()
    observed = deployed(old)
    (name,) = observed
    found = assess([item(data=DATA.replace("db", "x"))], {name: replace(observed[name], children={})})["foundation"]
    assert [(each.name, each.known) for each in found.templates] == [("data", False)]
    (change,) = found.impacts[US].resources
    assert (change.name, change.effect.value, change.loses) == ("root.Data", "unknown", True)


def test_a_root_that_cannot_be_read_makes_all_its_stacks_unknown():
    old = item()
    observed = deployed(old)
    (name,) = observed
    garbled = replace(observed[name], definition=replace(old.definition, template="{"))
    found = assess([item()], {name: garbled})["foundation"]
    assert effects(found.impacts[US]) == {"root.Data": "unknown"}


def test_an_instance_that_is_not_current_is_compared_with_its_own_stack():
    old, new = item({US: {}}, {"Class": "small"}), item({US: {}}, {"Class": "large"})
    observed = deployed(new, us_east_1="OUTDATED")
    (name,) = observed
    stack = ObservedStack(old.definition.template, old.definition.parameters)
    known = replace(observed[name].instances[US], stack=stack)
    there = {name: replace(observed[name], instances={US: known})}
    assert effects(assess([new], there)["foundation"].impacts[US]) == {"data.Database": "in place"}


def test_an_instance_that_is_not_current_and_was_not_asked_is_unknown():
    found = assessed(item({US: {}}), item({US: {}}), us_east_1="OUTDATED")
    assert effects(found.impacts[US]) == {"root.Data": "unknown"}


def test_an_instance_without_a_stack_has_everything_created():
    observed = deployed(item({US: {}}), us_east_1="OUTDATED")
    (name,) = observed
    bare = replace(observed[name].instances[US], stack=ObservedStack("", {}))
    there = {name: replace(observed[name], instances={US: bare})}
    assert assess([item({US: {}})], there)["foundation"].impacts[US].action == "create"


def test_overrides_that_nobody_asked_for_are_taken_as_wanted():
    observed = deployed(item())
    (name,) = observed
    unasked = {place: replace(each, overrides=None) for place, each in observed[name].instances.items()}
    found = assess([item()], {name: replace(observed[name], instances=unasked)})
    assert found["foundation"].impacts == {}


def test_secrets_are_never_shown():
    hidden = ROOT.replace("Spare: {Type: String, ", "Spare: {Type: String, NoEcho: true, ")
    old, new = item({US: {}}, top=hidden), item({US: {}}, {"Spare": "geheim"}, top=hidden)
    (change,) = assessed(old, new).impacts[US].parameters
    assert (change.before, change.after) == ("(hidden)", "(hidden)")


def test_a_bundle_without_nested_stacks_is_assessed_too():
    old = stack_set("logs", {"root": BUCKET}, {US: {}})
    new = stack_set("logs", {"root": BUCKET.replace("Properties: {}", "Properties: {BucketName: x}")}, {US: {}})
    found = assess([new], deployed(old))["logs"]
    assert effects(found.impacts[US]) == {"root.Archive": "replace"}


def test_tags_of_the_stack_set_are_tags_of_every_resource():
    new = replace(item(), definition=replace(item().definition, tags={"Project": "medapp"}))
    found = assessed(item(), new)
    assert set(found.impacts) == set(EVERYWHERE)
    assert {each.notes for each in found.impacts.values()} == {("tags of every resource change: Project",)}


CUT = """
Parameters: {Cidr: {Type: String}, Role: {Type: String}, Ids: {Type: CommaDelimitedList}}
Conditions: {IsActive: {Fn::Equals: [{Ref: Role}, active]}}
Mappings: {M: {active: {Tenancy: default}, standby: {Tenancy: dedicated}}}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: %s, InstanceTenancy: {Fn::FindInMap: [M, {Ref: Role}, Tenancy]}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: {Ref: Vpc}, CidrBlock: %s}}
  Group: {Type: AWS::EC2::SecurityGroup, Condition: IsActive, Properties: {GroupDescription: %s}}
"""
BLOCKS = ["{Ref: Cidr}", "10.0.0.0/16", "{Fn::Sub: '${Cidr}'}", "10.0.0.0/20"]
CUTS = [
    "{Fn::Select: [0, {Fn::Cidr: [{Ref: Cidr}, 4, 8]}]}",
    "{Fn::Select: [1, {Fn::Cidr: [{Ref: Cidr}, 4, 8]}]}",
    "{Fn::Select: [0, {Fn::Split: ['/', {Ref: Cidr}]}]}",
    "10.0.1.0/24",
]
GROUPS = ["{Fn::Join: [',', {Ref: Ids}]}", "{Fn::Select: [0, {Ref: Ids}]}", "a", "{Fn::If: [IsActive, a, b]}"]
WRITTEN = st.tuples(st.sampled_from(BLOCKS), st.sampled_from(CUTS), st.sampled_from(GROUPS))
CUT_ROOT = root(
    "net: {Cidr: {Ref: Cidr}, Role: {Ref: Role}, Ids: {Fn::Join: [',', {Ref: Ids}]}}",
    parameters="{Cidr: {Type: String}, Role: {Type: String}, Ids: {Type: CommaDelimitedList}}",
)


@settings(deadline=None)
@given(WRITTEN, WRITTEN, st.sampled_from(["active", "standby"]), st.sampled_from(["10.0.0.0/16", "10.9.0.0/16"]))
def test_a_value_left_as_a_name_tells_the_same_as_the_value_itself(old, new, role, cidr):
    values = {"Cidr": cidr, "Role": role, "Ids": "a,b"}
    blank = {"Cidr": "x", "Role": "x", "Ids": "x"}

    def cut(written, base, own):
        return stack_set("net", {"root": CUT_ROOT, "net": CUT % written}, {US: own}, base)

    shared = impact(cut(old, values, {}), cut(new, values, {}))
    own = impact(cut(old, blank, values), cut(new, blank, values))
    assert effects(own) == effects(shared)
