from __future__ import annotations

from typing import Any

import pytest

from cfngen.local.stacks.change import Effect
from cfngen.local.stacks.design import design, prepare
from cfngen.local.stacks.forecast import Forecast, forecast
from cfngen.local.stacks.records import UNKNOWN

from .client import Api, created
from .cloud import ACCOUNT, REGION, VPC_AND_SUBNET, Cloud, create, engine, text, topics
from .test_nested import NETWORK, ROOT, TEMPLATES, WEB

GROUP_AND_TOPIC = """
Parameters: {Text: {Type: String, Default: a}, Owner: {Type: String, Default: me}}
Resources:
  Source: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Text, Tags: [{Key: Owner, Value: !Ref Owner}]}}
  User: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Source.TopicArn, TopicName: !Ref Source}}
"""


def foreseen(of: Any, stack: Any, template: Any, **given: str) -> Forecast:
    wanted = prepare(of.world, (ACCOUNT, REGION), text(template), given, tags=stack.wanted.tags)
    return forecast(of.world, of.store, stack, design(of.world, stack, wanted))


def effects(found: Forecast) -> dict[str, Effect]:
    return {each.resource.logical_id: each.effect for each in found.changes}


def test_nothing_is_foreseen_where_nothing_changed():
    of = engine(Cloud())
    stack = create(of, VPC_AND_SUBNET)
    assert not foreseen(of, stack, VPC_AND_SUBNET).anything


def test_what_a_replacement_drags_along_is_conditional():
    of = engine(Cloud())
    found = foreseen(of, create(of, VPC_AND_SUBNET), VPC_AND_SUBNET, Cidr="10.9.0.0/16")
    assert effects(found) == {"Vpc": Effect.REPLACEMENT, "Subnet": Effect.CONDITIONAL}
    assert found.changes[1].after is not None
    assert found.changes[1].after.properties["VpcId"] == UNKNOWN
    assert {each.key: each.value for each in found.outputs} == {"VpcId": UNKNOWN, "Zone": f"a of {UNKNOWN}"}


def test_attributes_of_what_changes_in_place_may_change_but_its_id_does_not():
    of = engine(Cloud())
    found = foreseen(of, create(of, GROUP_AND_TOPIC), GROUP_AND_TOPIC, Text="b")
    assert effects(found) == {"Source": Effect.IN_PLACE, "User": Effect.IN_PLACE}
    assert found.changes[1].changed == ("DisplayName",)


def test_tags_change_no_attributes():
    of = engine(Cloud())
    found = foreseen(of, create(of, GROUP_AND_TOPIC), GROUP_AND_TOPIC, Owner="you")
    assert effects(found) == {"Source": Effect.IN_PLACE}


def family(cloud: Cloud) -> tuple[Any, Any]:
    cloud.templates = dict(TEMPLATES)
    of = engine(cloud)
    return of, create(of, ROOT)


def test_a_child_that_only_changes_inside_leaves_its_siblings_alone():
    cloud = Cloud()
    of, stack = family(cloud)
    cloud.templates[NETWORK] = TEMPLATES[NETWORK].replace("VpcId: {Value", "More: {Value: x}, VpcId: {Value")
    found = foreseen(of, stack, ROOT)
    assert effects(found) == {"Network": Effect.IN_PLACE}
    assert found.changes[0].child is not None
    assert found.changes[0].child.changes == ()


def test_a_child_that_gives_something_new_drags_its_siblings_along():
    of, stack = family(Cloud())
    found = foreseen(of, stack, ROOT, Cidr="10.9.0.0/16")
    assert effects(found) == {"Network": Effect.IN_PLACE, "Web": Effect.IN_PLACE}
    network, web = (each.child for each in found.changes)
    assert network is not None
    assert web is not None
    assert effects(network) == {"Vpc": Effect.REPLACEMENT}
    assert effects(web) == {"Alarms": Effect.IN_PLACE, "Subnet": Effect.CONDITIONAL}


def test_a_child_that_cannot_be_told_is_a_change():
    cloud = Cloud()
    of, stack = family(cloud)
    cloud.templates[WEB] = "Resources: {A: {Type: AWS::SNS::Tropic}}"
    found = foreseen(of, stack, ROOT)
    assert effects(found) == {"Web": Effect.IN_PLACE}
    assert found.changes[0].child is None


# --- change sets of families


@pytest.fixture
def api() -> Api:
    return Api(Cloud(templates=dict(TEMPLATES)))


def change_set(api: Api, **params: Any) -> dict[str, Any]:
    api("CreateChangeSet", StackName="shop", ChangeSetName="next", IncludeNestedStacks=True, **params)
    api.wait()
    return api("DescribeChangeSet", StackName="shop", ChangeSetName="next")


def test_a_change_set_can_include_nested_stacks(api: Api):
    created(api, ROOT)
    given = [{"ParameterKey": "Cidr", "ParameterValue": "10.9.0.0/16"}]
    root = change_set(api, UsePreviousTemplate=True, Parameters=given)
    assert root["IncludeNestedStacks"]
    network, web = (each["ResourceChange"]["ChangeSetId"] for each in root["Changes"])
    child = api("DescribeChangeSet", ChangeSetName=network)
    assert (child["ParentChangeSetId"], child["RootChangeSetId"]) == (root["ChangeSetId"],) * 2
    (change,) = (each["ResourceChange"] for each in child["Changes"])
    assert (change["LogicalResourceId"], change["Replacement"]) == ("Vpc", "True")
    assert len(api("DescribeChangeSet", ChangeSetName=web)["Changes"]) == 2
    assert "execute the root change set" in api.refused("ExecuteChangeSet", ChangeSetName=network)[1]


def test_without_nested_stacks_a_change_set_names_them_only(api: Api):
    created(api, ROOT)
    given = [{"ParameterKey": "Cidr", "ParameterValue": "10.9.0.0/16"}]
    api("CreateChangeSet", StackName="shop", ChangeSetName="next", UsePreviousTemplate=True, Parameters=given)
    api.wait()
    found = api("DescribeChangeSet", StackName="shop", ChangeSetName="next")["Changes"]
    assert [each["ResourceChange"]["ChangeSetId"] for each in found] == [None, None]


def test_deleting_the_root_change_set_deletes_those_of_nested_stacks(api: Api):
    change_set(api, ChangeSetType="CREATE", TemplateBody=ROOT)
    names = [each["StackName"] for each in api("ListStacks")["StackSummaries"]]
    assert len(names) == 3
    api("DeleteChangeSet", StackName="shop", ChangeSetName="next")
    assert [each["StackName"] for each in api("ListStacks")["StackSummaries"]] == ["shop"]


def test_executing_the_root_change_set_changes_the_family(api: Api):
    change_set(api, ChangeSetType="CREATE", TemplateBody=ROOT)
    api("ExecuteChangeSet", StackName="shop", ChangeSetName="next")
    api.wait()
    statuses = {each["StackStatus"] for each in api("ListStacks")["StackSummaries"]}
    assert statuses == {"CREATE_COMPLETE"}
    assert len(api.cloud.things) == 3


def test_a_new_child_is_shown_whole(api: Api):
    root = change_set(api, ChangeSetType="CREATE", TemplateBody=ROOT)
    web = root["Changes"][1]["ResourceChange"]
    assert (web["LogicalResourceId"], web["Action"]) == ("Web", "Add")
    inside = api("DescribeChangeSet", ChangeSetName=web["ChangeSetId"])["Changes"]
    assert [each["ResourceChange"]["Action"] for each in inside] == ["Add", "Add"]


def test_nothing_was_made_by_looking(api: Api):
    created(api, topics("A"))
    change_set(api, TemplateBody=ROOT)
    assert api.cloud.calls == ["create A"]
